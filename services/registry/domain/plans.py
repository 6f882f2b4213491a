"""The plan of one person, version by version: whoever adopts a new one has seen the one that it replaces."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from contracts.personal import SealedIdentity
from contracts.refused import Refused
from contracts.registry import PlanAdopted
from contracts.registry import PlanItem as ItemSaid
from contracts.zone import CITY
from services.registry.domain.circumstances import Plan, PlanItem
from services.registry.domain.person import Decided, Person, about


@dataclass(frozen=True, slots=True)
class Draft:
    """A version that somebody adopts; `replaces` is the version they had before them."""

    plan_id: UUID
    replaces: UUID | None
    items: tuple[PlanItem, ...]
    adopted_by: SealedIdentity
    next_review: date


def adopt(person: Person, draft: Draft, now: datetime) -> Decided:
    """Versions count from one. Two who wrote at once do not overwrite each other: the second has not seen the first's."""
    current = person.plan
    if draft.replaces != (current.plan_id if current is not None else None):
        raise Refused("plan-changed", "此人的计划已有新的版本，请在最新版本上修改", "replaces")
    today = now.astimezone(CITY).date()
    _assert_to_come(draft.items, draft.next_review, today)
    version = current.version + 1 if current is not None else 1
    plan = Plan(draft.plan_id, version, draft.items, draft.adopted_by, draft.next_review, adopted_at=now)
    said = PlanAdopted(
        **about(person), plan_id=plan.plan_id, version=version, items=tuple(_said(item) for item in plan.items),
        adopted_by=plan.adopted_by, next_review=plan.next_review, adopted_at=now,
    )  # fmt: skip
    return replace(person, plans={**person.plans, plan.plan_id: plan}), (said,)


def _assert_to_come(items: Iterable[PlanItem], next_review: date, today: date) -> None:
    if next_review <= today:
        raise Refused("review-in-the-past", "下次复核日期须在今天之后", "next_review")
    for n, item in enumerate(items):
        if item.until < today:
            raise Refused("promise-in-the-past", "承诺期限不能早于今天", f"items.{n}.until")


def _said(item: PlanItem) -> ItemSaid:
    return ItemSaid(item_id=item.item_id, need=item.need, promise=item.promise, role=item.role, until=item.until)
