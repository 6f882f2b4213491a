"""The plans of people: every version, what differs between two, and whose review is overdue."""

import json
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel

from bus.database import Connection
from bus.decisions import Bounds
from bus.now import NOW
from bus.sealed import KeyRing
from contracts.zone import CITY
from services.registry.reading import LIVING, WITHIN
from services.registry.reading.opening import opened


class ItemShown(BaseModel):
    item_id: UUID
    need: str
    promise: str
    role: str
    until: date


class PlanShown(BaseModel):
    plan_id: UUID
    version: int
    items: list[ItemShown]
    adopted_by: str
    next_review: date
    adopted_at: datetime


class Difference(BaseModel):
    what: Literal["added", "taken-out", "changed"]
    item_id: UUID
    before: ItemShown | None
    after: ItemShown | None
    fields: list[str]
    """Which fields of the item are other."""


class ReviewDue(BaseModel):
    person_id: UUID
    unit_id: UUID
    plan_id: UUID | None
    """None = they never had a plan."""
    version: int | None
    next_review: date
    """Of somebody without a plan: until when the first was to be adopted."""
    days_overdue: int


_PLANS = "SELECT * FROM plans WHERE person_id = $1 ORDER BY version"
_TODAY = f"({NOW} AT TIME ZONE '{CITY}')::date"
_DUE = f"""
SELECT p.person_id, p.unit_id, p.county, l.plan_id, l.version, due.on AS next_review, {_TODAY} - due.on AS days_overdue
FROM people p LEFT JOIN LATERAL (
  SELECT * FROM plans WHERE plans.person_id = p.person_id ORDER BY version DESC LIMIT 1
) l ON true, LATERAL (
  SELECT coalesce(l.next_review, ((p.enrolled_at + $4::interval) AT TIME ZONE '{CITY}')::date)
) AS due("on")
WHERE due.on < {_TODAY} AND {WITHIN} AND {LIVING}
ORDER BY l.plan_id IS NOT NULL, due.on, p.person_id
"""
_COUNT = f"SELECT county, count(*) AS n FROM ({_DUE}) AS d GROUP BY county"


async def plans_of(tables: Connection, keys: KeyRing, person_id: UUID) -> list[PlanShown]:
    """The first version first."""
    return [_plan(row, keys) for row in await tables.fetch(_PLANS, person_id)]


async def reviews_due(tables: Connection, plan_within: timedelta | None, within: Bounds) -> list[ReviewDue]:
    """All of them, first who never had a plan, then the longest overdue: a list that ends somewhere forgets people."""
    return [ReviewDue(**row) for row in await tables.fetch(_DUE, *within, plan_within)]


async def count_due(tables: Connection, plan_within: timedelta | None) -> dict[str, int]:
    """County → how many people."""
    return {row["county"]: row["n"] for row in await tables.fetch(_COUNT, *Bounds(), plan_within)}


def differences(before: PlanShown, after: PlanShown) -> list[Difference]:
    """In the order of the later version, what it took out last."""
    old, new = ({item.item_id: item for item in plan.items} for plan in (before, after))
    found = [_difference(old.get(item_id), new.get(item_id)) for item_id in [*new, *(i for i in old if i not in new)]]
    return [difference for difference in found if difference.fields]


def _difference(before: ItemShown | None, after: ItemShown | None) -> Difference:
    a, b = (item.model_dump() if item is not None else {} for item in (before, after))
    either = after or before
    assert either is not None
    return Difference(
        what="changed" if before and after else "added" if after else "taken-out",
        item_id=either.item_id,
        before=before,
        after=after,
        fields=[name for name in ItemShown.model_fields if a.get(name) != b.get(name)],
    )


def _plan(row: Any, keys: KeyRing) -> PlanShown:
    return PlanShown(
        plan_id=row["plan_id"],
        version=row["version"],
        items=[_item(item, keys) for item in json.loads(row["items"])],
        adopted_by=opened(row["adopted_by"], "adopted_by", row["person_id"], keys),
        next_review=row["next_review"],
        adopted_at=row["adopted_at"],
    )


def _item(item: dict[str, Any], keys: KeyRing) -> ItemShown:
    bound = UUID(item["item_id"])
    words = {name: opened(item[name], name, bound, keys) for name in ("need", "promise")}
    return ItemShown(item_id=bound, role=item["role"], until=date.fromisoformat(item["until"]), **words)
