"""The file: every event about a person is a line of it, with its source, its actor, the time of fact and of record."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from operator import attrgetter
from uuid import UUID

from contracts import medical, notify, registry, visits
from contracts.event import Event
from contracts.ids import derived
from contracts.personal import Personal
from contracts.zone import CITY
from services.registry.domain.person import Line, Person
from services.registry.domain.telling import Telling
from services.registry.domain.tellings import OF_PEOPLE


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
        "name",
        "resident_id",
        "birth_date",
        "phones",
        "kind",
        "category",
        "rank",
        "political_status",
        "unit_id",
        "community_id",
        "survivor_of",
    ),
    **OF_PEOPLE,
    registry.LiaisonAssigned: (
        Telling("liaison.assigned", ("liaison_id", "assigned_at"), ("assigned_at",), ("liaison_id", "name", "phone")),
    ),
    registry.LiaisonRelieved: (
        Telling("liaison.relieved", ("liaison_id", "relieved_at"), ("relieved_at",), ("liaison_id", "reason")),
    ),
    registry.CareTeamJoined: (
        Telling(
            "team.joined",
            ("member_id",),
            ("joined_at",),
            ("role", "holder_id", "name", "phone", "relation", "until_at"),
        ),
    ),
    registry.CareTeamLeft: (Telling("team.left", ("member_id",), ("left_at",), ("role", "why", "reason")),),
    registry.HostAgreed: (
        Telling("host.agreed", ("agreement_id",), ("agreed_at",), ("area", "hospitals", "reference")),
    ),
    registry.GroupLinked: (Telling("group.linked", ("group_id", "linked_at"), ("linked_at",), ("group_name",)),),
    registry.GroupUnlinked: (Telling("group.unlinked", ("group_id", "unlinked_at"), ("unlinked_at",), ("reason",)),),
    registry.PostVacant: (Telling("post.vacant", ("vacancy_id",), ("since",), ("role",)),),
    registry.PostFilled: (Telling("post.filled", ("vacancy_id",), ("filled_at",), ("role",)),),
    registry.PersonTransferred: (
        Telling(
            "person.transferred",
            ("transfer_id",),
            ("transferred_at",),
            ("from_unit_id", "unit_id", "because", "reason", "document"),
        ),
    ),
    registry.DeathReported: (
        Telling("death.reported", ("report_id",), ("died_at", "reported_at"), ("source", "died_at")),
    ),
    registry.DeathRetracted: (Telling("death.retracted", ("report_id",), ("retracted_at",), ("source", "reason")),),
    registry.FamilyChanged: (
        Telling("family.changed", ("change_id",), ("happened_on", "reported_at"), ("change", "happened_on")),
    ),
    registry.FamilyChangeRetracted: (Telling("family.retracted", ("change_id",), ("retracted_at",), ("reason",)),),
    registry.HardshipReported: (Telling("hardship.reported", ("hardship_id",), ("reported_at",), ("hardship",)),),
    registry.HardshipRetracted: (Telling("hardship.retracted", ("hardship_id",), ("retracted_at",), ("reason",)),),
    medical.PatientAdmitted: _stay("stay.admitted", "admitted_at"),
    medical.PatientTransferred: _stay("stay.transferred", "transferred_at"),
    medical.PatientDischarged: _stay("stay.discharged", "discharged_at"),
    medical.AdmissionCancelled: _stay("stay.admission-cancelled", "cancelled_at"),
    medical.DischargeCancelled: _stay("stay.discharge-cancelled", "cancelled_at"),
    visits.DutyOpened: _duty("duty.opened", "opened_at", "kind", "role", "due_at", "policy", "cause.kind"),
    visits.DutyChanged: _duty("duty.changed", "changed_at", "kind", "strength", "due_at", "policy", "because"),
    visits.DutyDueSoon: _duty("duty.due-soon", "reminded_at", "role", "due_at"),
    visits.DutyDone: _duty("duty.done", "done_at", "late"),
    visits.DutyMissed: _duty("duty.missed", "missed_at", "due_at"),
    visits.DutyEscalated: _duty("duty.escalated", "escalated_at", "role", "rung"),
    visits.DutyWaived: _duty("duty.waived", "waived_at", "waived_by", "reason", actor="holder:{waived_by}"),
    visits.DutySuperseded: _duty("duty.superseded", "superseded_at", "by"),
    visits.ContactMade: (
        Telling(
            "contact.made", ("contact_id",), ("made_at",), ("kind", "strength", "outcome", "role"), "{role}:{made_by}"
        ),
    ),
    visits.ContactStruck: (
        Telling("contact.struck", ("contact_id", "struck_at"), ("struck_at",), ("reason",), "holder:{struck_by}"),
    ),
    notify.CaseAcknowledged: _case("case.acknowledged", "acknowledged_at"),
    notify.CaseHandedOver: _case("case.handed-over", "handed_over_at", "why"),
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
    told = attrgetter(telling.among)(event) if telling.among else ()
    values = {name: _at(event, name) for name in telling.shows if not telling.among or name in told}
    return {name: _plain(value) for name, value in values.items() if value not in (None, ()) or name in told}


def _at(event: Event, name: str) -> object:
    """A part of what is not there is not there either."""
    value: object = event
    for part in name.split("."):
        value = getattr(value, part) if value is not None else None
    return value


def _plain(value: object) -> object:
    """As JSON has it; one instant is written one way, whatever the zone it came in."""
    match value:
        case Personal():
            return value.token
        case datetime():
            return value.astimezone(UTC).isoformat()
        case UUID() | date():
            return str(value)
        case registry.Hours(begin=begin, end=end):
            return f"{begin}-{end}"
        case tuple():
            return [_plain(part) for part in value]
        case _:
            return value


def _instant(at: datetime | date) -> datetime:
    return at if isinstance(at, datetime) else datetime.combine(at, time(), CITY)
