"""Units end and people follow (row 07): the reform, each unit, each person, and the proof that nobody was lost."""

from datetime import datetime
from uuid import UUID

from bus.decisions import Caller, Decision, FanOut
from services.registry import domain
from services.registry.decisions.states import enrolled, person, roster, stated, unit, who
from services.registry.domain import Lineage, Person, Roster, Transfer, Unit, lineage, transfers
from services.registry.domain.lineage import LOOKS_EVERY
from services.registry.domain.transfers import Inheritance
from services.registry.requests import Recorded
from services.registry.requests.lineage import EndUnit, EndUnits, FollowUnit, TransferPerson


@roster.asked(EndUnits)
def end_units(state: Roster, request: EndUnits, now: datetime) -> Decision[Roster]:
    """From this instant none of these units is on the roster; each of them, and then each of its people, is asked alone."""
    begun = Lineage(
        request.lineage_id, request.county, request.because, request.unit_ids, request.heirs, request.document,
        people_before=len(request.destinations), begun_at=now, look_at=now + LOOKS_EVERY,
    )  # fmt: skip
    after, said = lineage.begin(state, begun, request.city, request.destinations)
    ending = EndUnit(
        lineage_id=begun.lineage_id, because=request.because, heirs=begun.heirs, document=begun.document, at=now,
        by=request.by,
    )  # fmt: skip
    each = tuple(FanOut(of="unit", column="unit_id", value=unit_id, request=ending) for unit_id in begun.unit_ids)
    return Decision(after, said, Recorded(id=begun.lineage_id, recorded_at=now), each)


@roster.woken
def look_who_has_arrived(state: Roster, now: datetime) -> Decision[Roster]:
    """As many as were counted before, or somebody is told (feature 10)."""
    return Decision(*lineage.look(state, now))


@unit.asked(EndUnit)
def end_unit(state: Unit, request: EndUnit, now: datetime) -> Decision[Unit]:
    after, said = domain.end(
        state, lineage_id=request.lineage_id, because=request.because, heirs=request.heirs, document=request.document,
        at=request.at,
    )  # fmt: skip
    return Decision(after, said, fan_out=(_people_of(after, "unit_path", after.unit_id, request.by),) if said else ())


@person.asked(FollowUnit)
def follow_unit(state: Person, request: FollowUnit, now: datetime) -> Decision[Person]:
    after, said = transfers.follow(state, request.inheritance, now)
    return stated(after, said, now, who(request)) if said else Decision(state)


@person.asked(TransferPerson)
def transfer_person(state: Person, request: TransferPerson, now: datetime) -> Decision[Person]:
    """What was owed to them is owed on; the officer of the new unit answers from this instant."""
    from_unit_id = enrolled(state).unit_id
    assert from_unit_id is not None
    transfer = Transfer(
        request.transfer_id, from_unit_id, request.unit_id, "transfer", None, request.reason, request.document,
        transferred_at=now,
    )  # fmt: skip
    after, said = transfers.transferred(state, transfer, request.county, request.liaison, now)
    return stated(after, said, now, who(request), Recorded(id=request.transfer_id, recorded_at=now))


def followers(state: Person) -> tuple[FanOut, ...]:
    """Somebody who came into a unit at the very moment at which it ended was not found by its fan-out: they follow now."""
    own = state.units.get(state.unit_id) if state.unit_id is not None else None
    return (
        (_people_of(own, "person_id", state.person_id, None),) if own is not None and own.ended_at is not None else ()
    )


def _people_of(ended: Unit, column: str, value: UUID, by: Caller | None) -> FanOut:
    assert ended.lineage_id is not None and ended.because is not None
    inheritance = Inheritance(ended.unit_id, ended.lineage_id, ended.because, ended.document, ended.heirs)
    asked = FollowUnit(lineage_id=ended.lineage_id, inheritance=inheritance, by=by)
    return FanOut(of="person", column=column, value=value, request=asked)
