"""Groups of the bureau's staff, and the people with whom each keeps in touch."""

from uuid import UUID

from pydantic import AwareDatetime

from bus.decisions import Request
from contracts.ids import PersonId, UnitId
from contracts.personal import SealedCare
from services.registry.domain.officer import Officer


class FormGroup(Request, key="group_id", id="entry_id"):
    """Form a group, or change its name, limits or staff."""

    group_id: UUID
    entry_id: UUID
    name: str
    unit_id: UnitId
    city: str
    county: str
    least: int
    most: int
    staff: tuple[Officer, ...]


class LinkPerson(Request, key="group_id", id="link_id"):
    """Put a person into the group; over its limit is refused."""

    group_id: UUID
    link_id: UUID
    person_id: PersonId


class UnlinkPerson(Request, key="group_id", id="unlink_id"):
    """Take a person out of the group."""

    group_id: UUID
    unlink_id: UUID
    person_id: PersonId
    reason: SealedCare


class NoteGone(Request, key="note_id", id="note_id"):
    """Asked of a group by one of its people: they have died or left, or are to be kept in touch with again."""

    note_id: UUID
    person_id: PersonId
    gone: bool
    said_at: AwareDatetime


class NoteGroup(Request, key="note_id", id="note_id"):
    """Asked of a person by their group: this officer keeps in touch with you from now on."""

    note_id: UUID
    group_id: UUID
    group_name: str
    officer: Officer
    said_at: AwareDatetime


class NoteNoGroup(Request, key="note_id", id="note_id"):
    """Asked of a person by the group that they have left."""

    note_id: UUID
    group_id: UUID
    reason: SealedCare
    said_at: AwareDatetime
