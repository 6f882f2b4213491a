"""A plan, sealed: the words of an item are bound to the item."""

from bus.sealed import KeyRing
from contracts.ids import PersonId
from contracts.personal import SealedIdentity
from contracts.registry import PlanItem
from services.registry.bodies.plans import Adopting, ItemEntry
from services.registry.requests.plans import AdoptPlan

KIND = "plan"


def plan(person_id: PersonId, body: Adopting, keys: KeyRing) -> AdoptPlan:
    return AdoptPlan(
        person_id=person_id,
        plan_id=body.plan_id,
        replaces=body.replaces,
        items=tuple(_item(item, keys) for item in body.items),
        adopted_by=keys.seal(SealedIdentity, body.adopted_by, kind=KIND, person=person_id),
        next_review=body.next_review,
    )


def _item(item: ItemEntry, keys: KeyRing) -> PlanItem:
    return PlanItem(
        item_id=item.item_id,
        need=keys.seal(SealedIdentity, item.need, kind=KIND, person=item.item_id),
        promise=keys.seal(SealedIdentity, item.promise, kind=KIND, person=item.item_id),
        role=item.role,
        until=item.until,
    )
