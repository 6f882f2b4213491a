"""A small service for the tests of the bus: it watches over stays, and after an hour lets a case go."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Boolean, Column, DateTime, Integer, MetaData, Text
from sqlalchemy.dialects.postgresql import JSONB

from bus.decisions import Decision, Decisions, FanOut, Rejected, Request
from bus.service import Service
from bus.store import Store
from bus.tables import bus_tables, child_table, root_table
from contracts.ids import CaseId, DutyId, PersonId, StayId, derived
from contracts.medical import PatientAdmitted, PatientDischarged
from contracts.notify import CaseClosed, CaseOpened


@dataclass(frozen=True, slots=True)
class Stay:
    stay_id: StayId
    hospital: str
    admitted_at: datetime | None = None
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Watch:
    person_id: PersonId
    city: str = ""
    county: str = ""
    heard: int = 0
    notes: tuple[str, ...] = ()
    lets_go_at: datetime | None = None
    sleepless: bool = False
    stays: Mapping[StayId, Stay] = field(default_factory=dict)


class AddNote(Request, key="person_id", id="note_id"):
    person_id: PersonId
    note_id: UUID
    text: str


class NoteAll(Request, key="person_id", id="note_id"):
    person_id: PersonId
    note_id: UUID
    city: str


class NoteAtOther(Request, key="person_id", id="note_id"):
    person_id: PersonId
    note_id: UUID
    other_id: PersonId
    text: str


class Noted(BaseModel):
    notes: int


metadata = MetaData()
bus_tables(metadata)
watches = root_table(
    "watches",
    metadata,
    "person_id",
    Column("city", Text),
    Column("county", Text),
    Column("heard", Integer),
    Column("notes", JSONB),
    Column("lets_go_at", DateTime(timezone=True)),
    Column("sleepless", Boolean),
)
stays = child_table(
    "stays",
    metadata,
    watches,
    "stay_id",
    Column("hospital", Text),
    Column("admitted_at", DateTime(timezone=True)),
    Column("ended", Boolean),
)

watch = Decisions(of=Watch, kept_in=Store(Watch, watches, stays=stays), wakes_at=lambda w, now: w.lets_go_at)


@watch.hears(PatientAdmitted)
def a_stay_begins(state: Watch, admitted: PatientAdmitted, now: datetime) -> Decision[Watch]:
    """A stay counts once. The name of the hospital says what shall go wrong."""
    if admitted.hospital == "defect":
        raise ZeroDivisionError("a defect of the program, always")
    if admitted.hospital == "rule":
        raise Rejected("no-such-hospital", "没有这家医院", "hospital")
    was = state.stays.get(admitted.stay_id)
    if was is not None and was.admitted_at is not None:
        return Decision(state)
    stay = Stay(admitted.stay_id, admitted.hospital, admitted.admitted_at, was.ended if was else False)
    after = replace(
        state,
        city=admitted.city,
        county=admitted.county,
        heard=state.heard + 1,
        lets_go_at=now + timedelta(hours=1),
        sleepless=admitted.hospital == "sleepless",
        stays={**state.stays, admitted.stay_id: stay},
    )
    opened = CaseOpened(
        city="x" * 1_000_000 if admitted.hospital == "large" else admitted.city,
        county=admitted.county,
        person_id=state.person_id,
        case_id=CaseId(derived("case", admitted.stay_id)),
        duty_id=DutyId(derived("duty", admitted.stay_id)),
        opened_at=now,
    )
    return Decision(after, (opened,))


@watch.hears(PatientDischarged)
def a_stay_ends(state: Watch, discharged: PatientDischarged, now: datetime) -> Decision[Watch]:
    was = state.stays.get(discharged.stay_id) or Stay(discharged.stay_id, discharged.hospital)
    return Decision(replace(state, heard=state.heard + 1, stays={**state.stays, was.stay_id: replace(was, ended=True)}))


@watch.asked(AddNote)
def add_note(state: Watch, request: AddNote, now: datetime) -> Decision[Watch]:
    """Notes are for people who are watched over; an empty note is none."""
    if not request.text:
        raise Rejected("empty-note", "内容不能为空", "text")
    notes = (*state.notes, request.text)
    return Decision(replace(state, notes=notes), answer=Noted(notes=len(notes)))


@watch.asked(NoteAll)
def note_all(state: Watch, request: NoteAll, now: datetime) -> Decision[Watch]:
    note = AddNote(person_id=request.person_id, note_id=request.note_id, text="to all")
    return Decision(state, fan_out=(FanOut(of="watch", column="city", value=request.city, request=note),))


@watch.asked(NoteAtOther)
def note_at_other(state: Watch, request: NoteAtOther, now: datetime) -> Decision[Watch]:
    note = AddNote(person_id=request.other_id, note_id=request.note_id, text=request.text)
    return Decision(state, fan_out=(FanOut(of="watch", column="person_id", value=request.other_id, request=note),))


@watch.woken
def an_hour_has_passed(state: Watch, now: datetime) -> Decision[Watch]:
    if state.sleepless:
        raise ZeroDivisionError("a state that can never be woken")
    if state.lets_go_at is None or now < state.lets_go_at:
        return Decision(state)
    closed = CaseClosed(
        city=state.city,
        county=state.county,
        person_id=state.person_id,
        case_id=CaseId(derived("case", state.person_id)),
        duty_id=DutyId(derived("duty", state.person_id)),
        why="an hour",
        closed_at=now,
    )
    return Decision(replace(state, lets_go_at=None), (closed,))


service = Service("watch", metadata, decisions=[watch], says=[CaseOpened, CaseClosed])
