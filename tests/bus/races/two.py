"""Two kinds of state that hear one event: the watch, and beside it a tally that trusts that nothing reaches it twice."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Column, DateTime, Integer, MetaData, Text

from bus.decisions import Decision, Decisions, FanOut, Rejected, Request
from bus.service import Service
from bus.store import Store
from bus.tables import root_table
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


class Tell(Request, key="person_id", id="tell_id"):
    person_id: PersonId
    tell_id: UUID
    text: str


class TellFirst(Tell):
    pass


class TellAll(Tell):
    pass


class TellOther(Request, key="person_id", id="tell_id"):
    person_id: PersonId
    tell_id: UUID
    other_id: PersonId
    text: str


class Told(BaseModel):
    text: str


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


def told(state: Tally, text: str) -> str:
    """Who is "unkeepable" is told what no column can hold."""
    return "nul\x00" if state.told == "unkeepable" else text


tally = Decisions(of=Tally, kept_in=Store(Tally, tallies), wakes_at=lambda t, now: t.strikes_at)


@tally.hears(PatientAdmitted)
def one_more(state: Tally, admitted: PatientAdmitted, now: datetime) -> Decision[Tally]:
    """Its hour is that of the event, not of the hearing."""
    at = admitted.admitted_at + timedelta(hours=1)
    return Decision(replace(state, heard=state.heard + 1, strikes_at=at, told=admitted.hospital))


@tally.hears(PatientDischarged)
def and_one_more(state: Tally, discharged: PatientDischarged, now: datetime) -> Decision[Tally]:
    return Decision(replace(state, heard=state.heard + 1))


@tally.asked(Tell)
def is_told(state: Tally, request: Tell, now: datetime) -> Decision[Tally]:
    """Who was never heard of cannot be told anything."""
    if not state.heard:
        raise Rejected("nobody-there", "没有此人", "person_id")
    return Decision(replace(state, told=told(state, request.text)), (closed(state, request.text, now),))


@tally.asked(TellFirst)
def is_told_first(state: Tally, request: TellFirst, now: datetime) -> Decision[Tally]:
    """Whoever was told anything cannot be told anything first."""
    if state.told:
        raise Rejected("told-already", "已经告知", "text")
    return Decision(replace(state, told=request.text), answer=Told(text=request.text))


@tally.asked(TellAll)
def all_are_told(state: Tally, request: TellAll, now: datetime) -> Decision[Tally]:
    tell = Tell(person_id=request.person_id, tell_id=request.tell_id, text=request.text)
    return Decision(state, fan_out=(FanOut(of="tally", column="told", value=None, request=tell),))


@tally.asked(TellOther)
def the_other_is_told(state: Tally, request: TellOther, now: datetime) -> Decision[Tally]:
    tell = Tell(person_id=request.other_id, tell_id=request.tell_id, text=request.text)
    return Decision(state, fan_out=(FanOut(of="tally", column="person_id", value=request.other_id, request=tell),))


@tally.woken
def it_strikes(state: Tally, now: datetime) -> Decision[Tally]:
    """Every waking is a stroke, asked for or not; but for one that is "stuck"."""
    if state.told == "stuck":
        return Decision(state)
    struck = replace(state, struck=state.struck + 1, strikes_at=None, told=told(state, state.told))
    return Decision(struck, (closed(state, "struck", now),))


def closed(state: Tally, why: str, now: datetime) -> CaseClosed:
    case, duty = CaseId(derived("tally", state.person_id)), DutyId(derived("tally", state.person_id))
    return CaseClosed(
        city="双塔市", county="东区", person_id=state.person_id, case_id=case, duty_id=duty, why=why, closed_at=now
    )


service = Service("two", metadata, decisions=[watch, tally], says=[CaseOpened, CaseClosed])
