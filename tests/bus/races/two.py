"""Two kinds of state that hear one event: the watch, and beside it a tally that trusts that nothing reaches it twice."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Column, DateTime, Integer, MetaData, Text

from bus.decisions import Decision, Decisions
from bus.service import Service
from bus.store import Store, root_table
from contracts.ids import CaseId, DutyId, PersonId, derived
from contracts.medical import PatientAdmitted, PatientDischarged
from contracts.notify import CaseClosed, CaseOpened
from tests.bus.watch import metadata as of_watch
from tests.bus.watch import watch


@dataclass(frozen=True, slots=True)
class Tally:
    person_id: PersonId
    heard: int = 0
    struck: int = 0
    strikes_at: datetime | None = None
    told: str = ""


metadata = MetaData()
for table in of_watch.sorted_tables:
    table.to_metadata(metadata)
tallies = root_table(
    "tallies",
    metadata,
    "person_id",
    Column("heard", Integer),
    Column("struck", Integer),
    Column("strikes_at", DateTime(timezone=True)),
    Column("told", Text),
)

tally = Decisions(of=Tally, kept_in=Store(Tally, tallies), wakes_at=lambda t, now: t.strikes_at)


@tally.hears(PatientAdmitted)
def one_more(state: Tally, admitted: PatientAdmitted, now: datetime) -> Decision[Tally]:
    """Its hour is that of the event, not of the hearing."""
    at = admitted.admitted_at + timedelta(hours=1)
    return Decision(replace(state, heard=state.heard + 1, strikes_at=at, told=admitted.hospital))


@tally.hears(PatientDischarged)
def and_one_more(state: Tally, discharged: PatientDischarged, now: datetime) -> Decision[Tally]:
    return Decision(replace(state, heard=state.heard + 1))


@tally.woken
def it_strikes(state: Tally, now: datetime) -> Decision[Tally]:
    """Every waking is a stroke, asked for or not. "unkeepable" becomes a value that the database refuses."""
    told = "nul\x00" if state.told == "unkeepable" else state.told
    struck = CaseClosed(
        city="双塔市",
        county="东区",
        person_id=state.person_id,
        case_id=CaseId(derived("tally", state.person_id)),
        duty_id=DutyId(derived("tally", state.person_id)),
        why="struck",
        closed_at=now,
    )
    return Decision(replace(state, struck=state.struck + 1, strikes_at=None, told=told), (struck,))


service = Service("two", metadata, decisions=[watch, tally], says=[CaseOpened, CaseClosed])
