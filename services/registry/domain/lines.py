"""The file: every event about a person is a line of it, with its source, its actor, the time of fact and of record."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from operator import attrgetter
from uuid import UUID
from zoneinfo import ZoneInfo

from contracts import medical, notify, registry, visits
from contracts.event import Event
from contracts.ids import derived
from contracts.personal import Personal
from services.registry.domain.person import Line, Person

CITY = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Telling:
    """How one event is written down."""

    what: str
    names: tuple[str, ...]
    """The fields that make it this line and no other: what it is about, and when, where that can happen again."""
    at: tuple[str, ...]
    """The fields that may tell its time; the first that does."""
    shows: tuple[str, ...]
    actor: str = "{owner}"
    """Of what is heard; of what is asked it is the caller."""


def _enrolled(*fields: str) -> tuple[Telling, ...]:
    return tuple(Telling(f"person.{f.replace('_', '-')}", ("person_id",), ("enrolled_at",), (f,)) for f in fields)


def _stay(what: str, at: str) -> tuple[Telling, ...]:
    return (Telling(what, ("stay_id", at), (at,), ("hospital",), "hospital:{hospital}"),)


def _duty(what: str, at: str, *shows: str, actor: str = "{owner}") -> tuple[Telling, ...]:
    return (Telling(what, ("duty_id", at), (at,), ("rule", *shows), actor),)


def _case(what: str, at: str, *shows: str) -> tuple[Telling, ...]:
    return (Telling(what, ("case_id", "holder_id", at), (at,), ("role", *shows), "{role}:{holder_id}"),)


TELLINGS: Mapping[type[Event], tuple[Telling, ...]] = {
    registry.PersonEnrolled: _enrolled(
        "name", "resident_id", "birth_date", "phones", "kind", "category", "unit_id", "community_id"
    ),
    registry.LiaisonAssigned: (
        Telling("liaison.assigned", ("liaison_id", "assigned_at"), ("assigned_at",), ("liaison_id", "name", "phone")),
    ),
    registry.DeathReported: (
        Telling("death.reported", ("report_id",), ("died_at", "reported_at"), ("source", "died_at")),
    ),
    registry.DeathRetracted: (Telling("death.retracted", ("report_id",), ("retracted_at",), ("reason",)),),
    registry.FamilyChanged: (
        Telling("family.changed", ("change_id",), ("happened_on", "reported_at"), ("change", "happened_on")),
    ),
    registry.HardshipReported: (Telling("hardship.reported", ("hardship_id",), ("reported_at",), ("hardship",)),),
    medical.PatientAdmitted: _stay("stay.admitted", "admitted_at"),
    medical.PatientTransferred: _stay("stay.transferred", "transferred_at"),
    medical.PatientDischarged: _stay("stay.discharged", "discharged_at"),
    medical.AdmissionCancelled: _stay("stay.admission-cancelled", "cancelled_at"),
    medical.DischargeCancelled: _stay("stay.discharge-cancelled", "cancelled_at"),
    visits.DutyOpened: _duty("duty.opened", "opened_at", "kind", "role", "due_at", "policy", "cause.kind"),
    visits.DutyDone: _duty("duty.done", "done_at", "late"),
    visits.DutyMissed: _duty("duty.missed", "missed_at", "due_at"),
    visits.DutyEscalated: _duty("duty.escalated", "escalated_at", "role", "rung"),
    visits.DutyWaived: _duty("duty.waived", "waived_at", "reason", actor="holder:{waived_by}"),
    visits.DutySuperseded: _duty("duty.superseded", "superseded_at", "by"),
    visits.ContactMade: (
        Telling("contact.made", ("contact_id",), ("made_at",), ("strength", "outcome", "role"), "{role}:{made_by}"),
    ),
    notify.CaseAcknowledged: _case("case.acknowledged", "acknowledged_at"),
    notify.CaseHandedOver: _case("case.handed-over", "handed_over_at", "reason"),
}
"""What the file hears, and what it says of itself. A ward is not in it: its name tells the illness."""


def write(person: Person, events: Iterable[Event], now: datetime, actor: str | None = None) -> Person:
    """An event is one line, however often it is heard."""
    lines = [line for event in events for line in lines_of(event, now, actor)]
    new = {line.line_id: line for line in lines if line.line_id not in person.lines}
    return replace(person, lines={**person.lines, **new}) if new else person


def lines_of(event: Event, now: datetime, actor: str | None = None) -> list[Line]:
    """The lines of one event; what it does not tell has no line."""
    told = [(telling, _shown(event, telling)) for telling in TELLINGS.get(type(event), ())]
    return [_line(event, telling, shown, now, actor) for telling, shown in told if shown]


def _line(event: Event, telling: Telling, shown: Mapping[str, object], now: datetime, actor: str | None) -> Line:
    names = [_plain(getattr(event, name)) for name in telling.names]
    times = (getattr(event, name) for name in telling.at)
    return Line(
        line_id=derived("line", telling.what, *names),
        what=telling.what,
        value=json.dumps(shown, ensure_ascii=False),
        source=event.type,
        source_id=str(names[0]),
        actor=actor or telling.actor.format_map({**vars(event), "owner": event.owner}),
        fact_at=next((_instant(at) for at in times if at is not None), now),
        recorded_at=now,
    )


def _shown(event: Event, telling: Telling) -> dict[str, object]:
    values = {name: attrgetter(name)(event) for name in telling.shows}
    return {name: _plain(value) for name, value in values.items() if value is not None}


def _plain(value: object) -> object:
    """As JSON has it; one instant is written one way, whatever the zone it came in."""
    match value:
        case Personal():
            return value.token
        case datetime():
            return value.astimezone(UTC).isoformat()
        case UUID() | date():
            return str(value)
        case tuple():
            return [_plain(part) for part in value]
        case _:
            return value


def _instant(at: datetime | date) -> datetime:
    return at if isinstance(at, datetime) else datetime.combine(at, time(), CITY)
