"""The table of contents of the registry: what it decides when it is asked, when it hears, and at the hour of a card."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from bus.decisions import Decision, Decisions, FanOut, Rejected, Request
from bus.store import Store
from contracts.event import Event
from contracts.medical import HospitalReportedDeath, HospitalWithdrewDeath
from contracts.registry import (
    FamilyChanged,
    HardshipReported,
    HolderAppointed,
    LiaisonAssigned,
    PersonEnrolled,
    UnitRegistered,
)
from services.registry import domain
from services.registry.domain import ROLE_OF, TELLINGS, Appointment, Assignment, Person, Unit
from services.registry.domain.card import restated
from services.registry.domain.directory import Directory
from services.registry.requests import (
    AppointHolder,
    AssignLiaison,
    EnrolPerson,
    Recorded,
    RegisterUnit,
    ReportDeath,
    ReportFamilyChange,
    ReportHardship,
    RestateAll,
    RestateCard,
    RetractDeath,
)
from services.registry.tables import PersonStore, directories, unit_store

unit = Decisions(of=Unit, kept_in=unit_store)
person = Decisions(of=Person, kept_in=PersonStore(), wakes_at=lambda person, now: person.restate_at)
directory = Decisions(of=Directory, kept_in=Store(Directory, directories))


@unit.asked(RegisterUnit)
def register_unit(state: Unit, request: RegisterUnit, now: datetime) -> Decision[Unit]:
    """A unit answers for people from now on, or its entry is changed (row 07): the cards below it follow."""
    after = domain.register(
        state, name=request.name, party=request.party, reports_to=request.reports_to, city=request.city,
        county=request.county,
    )  # fmt: skip
    answer = Recorded(id=request.entry_id, recorded_at=now)
    if after == state:
        return Decision(state, answer=answer)
    said = UnitRegistered(
        city=after.city, county=after.county, unit_id=after.unit_id, name=after.name, party=after.party,
        reports_to=after.reports_to,
    )  # fmt: skip
    moved = after.reports_to != state.reports_to
    below = RestateCard(restate_id=request.entry_id, because="unit-moved" if moved else "unit-changed")
    return Decision(after, (said,), answer, (_cards_below(after, below),))


@unit.asked(AppointHolder)
def appoint_holder(state: Unit, request: AppointHolder, now: datetime) -> Decision[Unit]:
    """The new officer stands on every card below the unit."""
    if not state.registered:
        raise Rejected("unit-unknown", "没有这个单位", "unit_id", status=404)
    holder_id, name, phone = request.holder_id, request.name, request.phone
    after = domain.appoint(state, Appointment(request.appointment_id, holder_id, name, phone, appointed_at=now))
    said = HolderAppointed(
        city=state.city, county=state.county, unit_id=state.unit_id, role=ROLE_OF[state.party], holder_id=holder_id,
        name=name, phone=phone, appointed_at=now,
    )  # fmt: skip
    below = RestateCard(restate_id=request.appointment_id, because="unit-changed")
    answer = Recorded(id=request.appointment_id, recorded_at=now)
    return Decision(after, (said,), answer, (_cards_below(after, below),))


def _cards_below(changed: Unit, request: RestateCard) -> FanOut:
    return FanOut(of="person", column="unit_path", value=changed.unit_id, request=request)


@person.asked(EnrolPerson)
def enrol(state: Person, request: EnrolPerson, now: datetime) -> Decision[Person]:
    """From now on somebody owes this person something. A unit that is not known yet is waited for, not refused.

    (The door has looked: units never leave the roster. Told again to a database that was set back, a person may come first.)
    """
    if state.enrolled_at is not None:
        raise Rejected("already-enrolled", "此人已登记", "person_id", status=409)
    given = request.model_dump(exclude={"person_id", "by"})
    state = replace(state, **given, enrolled_at=now)
    said = PersonEnrolled(person_id=state.person_id, enrolled_at=now, **_without_indexes(given))
    state = domain.write(state, [said], now, _who(request))
    state, card = domain.state_card(state, now, settles=True)
    return Decision(state, (said, *card), Recorded(id=request.person_id, recorded_at=now))


@person.asked(AssignLiaison)
def assign_liaison(state: Person, request: AssignLiaison, now: datetime) -> Decision[Person]:
    """The officer is of the person's own unit; who answered before does no more."""
    unit_id = _enrolled(state).unit_id
    assert unit_id is not None
    ended = {a.assignment_id: replace(a, ended_at=now) for a in state.assignments.values() if a.ended_at is None}
    begun = Assignment(request.assignment_id, request.liaison_id, unit_id, request.name, request.phone, assigned_at=now)
    state = replace(state, assignments={**state.assignments, **ended, begun.assignment_id: begun})
    said = LiaisonAssigned(
        city=state.city, county=state.county, person_id=state.person_id, unit_id=unit_id, liaison_id=request.liaison_id,
        name=request.name, phone=request.phone, assigned_at=now,
    )  # fmt: skip
    state = domain.write(state, [said], now, _who(request))
    state, card = domain.state_card(state, now)
    return Decision(state, (said, *card), Recorded(id=request.assignment_id, recorded_at=now))


@person.asked(ReportDeath)
def report_death(state: Person, request: ReportDeath, now: datetime) -> Decision[Person]:
    """A report that is known already counts no second time."""
    after, said = domain.report_death(_enrolled(state), request.report_id, request.source, request.died_at, now)
    after = domain.write(after, said, now, _who(request))
    return Decision(after, said, Recorded(id=request.report_id, recorded_at=now))


@person.asked(RetractDeath)
def retract_death(state: Person, request: RetractDeath, now: datetime) -> Decision[Person]:
    """Everything that followed from this report is undone; a report nobody made cannot be retracted."""
    after, said = domain.retract_death(_enrolled(state), request.report_id, request.reason, now)
    after = domain.write(after, said, now, _who(request))
    return Decision(after, said, Recorded(id=request.retraction_id, recorded_at=now))


@person.asked(ReportFamilyChange)
def report_family_change(state: Person, request: ReportFamilyChange, now: datetime) -> Decision[Person]:
    said = FamilyChanged(
        city=_enrolled(state).city, county=state.county, person_id=state.person_id, change_id=request.change_id,
        change=request.change, happened_on=request.happened_on, reported_at=now,
    )  # fmt: skip
    after = domain.write(state, [said], now, _who(request))
    return Decision(after, (said,), Recorded(id=request.change_id, recorded_at=now))


@person.asked(ReportHardship)
def report_hardship(state: Person, request: ReportHardship, now: datetime) -> Decision[Person]:
    said = HardshipReported(
        city=_enrolled(state).city, county=state.county, person_id=state.person_id, hardship_id=request.hardship_id,
        hardship=request.hardship, reported_at=now,
    )  # fmt: skip
    after = domain.write(state, [said], now, _who(request))
    return Decision(after, (said,), Recorded(id=request.hardship_id, recorded_at=now))


@person.asked(RestateCard)
def restate_card(state: Person, request: RestateCard, now: datetime) -> Decision[Person]:
    """Something that the card shows has changed; or operations asked, and then it is the same card again."""
    if request.because == "asked":
        return Decision(state, restated(state, now))
    return Decision(*domain.state_card(state, now, settles=request.because == "unit-moved"))


@person.woken
def the_hour_of_the_card_has_come(state: Person, now: datetime) -> Decision[Person]:
    if state.restate_at is None or now < state.restate_at:
        return Decision(state)
    return Decision(*domain.state_card(state, now))


@person.hears(HospitalReportedDeath)
def a_hospital_reports_a_death(state: Person, heard: HospitalReportedDeath, now: datetime) -> Decision[Person]:
    """Medical matched resident ID and name, which is strong enough: from here on it is a death."""
    source = f"hospital:{heard.hospital}"
    placed = domain.placed(state, heard)
    after, said = domain.hospital_reports(placed, heard.report_id, source, heard.died_at, now)
    return Decision(domain.write(after, said, now, source), said)


@person.hears(HospitalWithdrewDeath)
def a_hospital_takes_a_death_back(state: Person, heard: HospitalWithdrewDeath, now: datetime) -> Decision[Person]:
    """Everything that followed from its report is undone."""
    source = f"hospital:{heard.hospital}"
    after, said = domain.hospital_withdraws(domain.placed(state, heard), heard.report_id, source, now)
    return Decision(domain.write(after, said, now, source), said)


def a_line_is_written(state: Person, heard: Event, now: datetime) -> Decision[Person]:
    """The file hears everything about a person, also before they are enrolled."""
    return Decision(domain.write(domain.placed(state, heard), [heard], now))


for _event in TELLINGS:
    if _event.type.partition(".")[0] != "registry":
        person.hears(_event)(a_line_is_written)


@directory.asked(RestateAll)
def restate_all(state: Directory, request: RestateAll, now: datetime) -> Decision[Directory]:
    """Everybody of the city, in the order of their ids, however often the service is restarted meanwhile."""
    again = RestateCard(restate_id=request.restate_id, because="asked")
    everybody = FanOut(of="person", column="city", value=request.city, request=again)
    answer = Recorded(id=request.restate_id, recorded_at=now)
    return Decision(replace(state, city=request.city, restated_at=now), answer=answer, fan_out=(everybody,))


def _enrolled(state: Person) -> Person:
    if state.enrolled_at is None:
        raise Rejected("person-unknown", "没有这个人", "person_id", status=404)
    return state


def _who(request: Request) -> str | None:
    return f"{request.by.role}:{request.by.person}" if request.by is not None else None


def _without_indexes(given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if not name.endswith("_index")}
