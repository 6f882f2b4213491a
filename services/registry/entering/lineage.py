"""A reform, sealed: who goes where is settled here, by name, and what is wrong with it is said with those whom it concerns."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from bus.api import Problem
from bus.sealed import KeyRing
from contracts.ids import PersonId, UnitId, derived
from services.registry.bodies.lineage import Abolition, Division, Heritage, Merger
from services.registry.domain import Belonging, Destination, Heir
from services.registry.domain.lineage import unplaced, without_liaison
from services.registry.entering.officers import named
from services.registry.requests.lineage import Because, EndUnits
from services.registry.words.places import PLACING


def ending(
    because: Because, unit_ids: Sequence[UnitId], heirs: Sequence[Heritage], body: Merger | Division | Abolition,
    people: Sequence[Belonging], city: str, counties: Mapping[UUID, str], keys: KeyRing,
) -> EndUnits:  # fmt: skip
    """Raises Problem with the people of each fault: who goes nowhere, twice, or would be without a liaison."""
    placed = _placed(people, heirs)
    sealed = [
        Heir(heir.unit_id, counties[heir.unit_id], heir.officers, named(heir.liaison, keys) if heir.liaison else None)
        for heir in heirs
    ]
    _all_with_liaison(people, placed, sealed)
    return EndUnits(
        roster_id=derived("roster", city),
        lineage_id=body.lineage_id,
        city=city,
        county=counties[unit_ids[0]],
        because=because,
        unit_ids=tuple(unit_ids),
        heirs=tuple(sealed),
        destinations=tuple(Destination(body.lineage_id, person_id, unit_id) for person_id, unit_id in placed.items()),
        document=body.document,
    )


def _placed(people: Sequence[Belonging], heirs: Sequence[Heritage]) -> dict[PersonId, UnitId]:
    """A single heir takes everybody, unless it names them."""
    if len(heirs) == 1 and heirs[0].people is None:
        return {each.person_id: heirs[0].unit_id for each in people}
    faults = unplaced(people, [heir.people or () for heir in heirs])
    _refuse("heirs", {PLACING[fault]: who for fault, who in faults.items()})
    return {person_id: heir.unit_id for heir in heirs for person_id in heir.people or ()}


def _all_with_liaison(people: Sequence[Belonging], placed: Mapping[PersonId, UnitId], heirs: Sequence[Heir]) -> None:
    bare = [
        person_id
        for heir in heirs
        for person_id in without_liaison([each for each in people if placed[each.person_id] == heir.unit_id], heir)
    ]
    _refuse("liaison", {PLACING["without-liaison"]: bare})


def _refuse(field: str, faults: Mapping[str, Sequence[PersonId]]) -> None:
    errors = [
        {"field": field, "error": what, "people": [str(each) for each in who]} for what, who in faults.items() if who
    ]
    if errors:
        raise Problem(422, "字段错误", "请求中有不符合要求的字段", errors=errors)
