"""Units: who answers for people."""

from dataclasses import replace
from datetime import datetime

from bus.decisions import Decision, FanOut, Rejected
from contracts.registry import HolderAppointed, UnitRegistered
from services.registry import domain
from services.registry.decisions.states import unit
from services.registry.domain import Appointment, Unit
from services.registry.domain.unit import Entry
from services.registry.requests import Recorded
from services.registry.requests.cards import RestateCard
from services.registry.requests.units import AppointHolder, RegisterUnit


@unit.asked(RegisterUnit)
def register_unit(state: Unit, request: RegisterUnit, now: datetime) -> Decision[Unit]:
    """A unit answers for people from now on, or its entry is changed (row 07): the cards below it follow."""
    after = domain.register(
        state, name=request.name, party=request.party, reports_to=request.reports_to, city=request.city,
        county=request.county, nature=request.nature,
    )  # fmt: skip
    if (after.name, after.reports_to) != (state.name, state.reports_to):
        entry = Entry(request.entry_id, after.name, after.reports_to, since=now)
        after = replace(after, entries={**after.entries, entry.entry_id: entry})
    answer = Recorded(id=request.entry_id, recorded_at=now)
    if after == state:
        return Decision(state, answer=answer)
    said = UnitRegistered(
        city=after.city, county=after.county, unit_id=after.unit_id, name=after.name, party=after.party,
        reports_to=after.reports_to, nature=after.nature,
    )  # fmt: skip
    below = RestateCard(restate_id=request.entry_id, because="unit-changed")
    return Decision(after, (said,), answer, (cards_below(after, below),))


@unit.asked(AppointHolder)
def appoint_holder(state: Unit, request: AppointHolder, now: datetime) -> Decision[Unit]:
    """The new officer stands on every card below the unit."""
    if not state.registered:
        raise Rejected("unit-unknown", "没有这个单位", "unit_id", status=404)
    office = state.offices.of.get(state.party)
    if office is None:
        raise Rejected("party-without-officer", "本市政策中，这一方的单位没有责任人", "unit_id")
    holder_id, name, phone = request.holder_id, request.name, request.phone
    after = domain.appoint(state, Appointment(request.appointment_id, holder_id, name, phone, appointed_at=now))
    said = HolderAppointed(
        city=state.city, county=state.county, unit_id=state.unit_id, role=office.role, holder_id=holder_id,
        name=name, phone=phone, appointed_at=now,
    )  # fmt: skip
    below = RestateCard(restate_id=request.appointment_id, because="unit-changed")
    answer = Recorded(id=request.appointment_id, recorded_at=now)
    return Decision(after, (said,), answer, (cards_below(after, below),))


def cards_below(changed: Unit, request: RestateCard) -> FanOut:
    return FanOut(of="person", column="unit_path", value=changed.unit_id, request=request)
