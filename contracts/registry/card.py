"""The card of a person, by which others recognise them, and the count of everybody who has one."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime

from contracts.event import Event, Fields
from contracts.ids import HolderId, PersonId, UnitId
from contracts.personal import SealedContact, SealedIdentity
from contracts.registry.changes import AskFirst, CardEnd, CardSituation, Hours
from contracts.registry.topics import DIRECTORY, PEOPLE


class Holder(Fields):
    """A named person who can be owed by: who it is and how they are reached."""

    role: str
    """liaison · unit-leader · bureau-officer · organisation-department · community-worker"""
    party: str
    holder_id: HolderId
    unit_id: UnitId
    name: SealedIdentity
    """Sealed with kind `name`, bound to `holder_id`."""
    phone: SealedContact
    """In E.164; sealed with kind `phone`, bound to `holder_id`."""
    deputy_for: HolderId | None = None
    """Who holds the role and is away; this holder acts for them meanwhile."""
    stands_in: bool = False
    """The post is vacant, and this holder of another role stands in until somebody is named."""


class PersonCard(Event, topic=DIRECTORY, type="registry.person-card.v1", key="person_id"):
    """The current card of a person: enough to recognise them, and to know who answers for them at every rung."""

    person_id: PersonId
    version: int
    """Grows with every change of the card; a lower one is ignored, an equal one is a restatement."""
    kind: str
    category: str
    name: SealedIdentity
    """Sealed with kind `name`, bound to `person_id`."""
    resident_id_index: UUID
    name_index: UUID
    birth_date_index: UUID
    unit_id: UnitId
    unit_name: str
    community_id: UnitId | None = None
    """Where they live alone, the community whose workers call on them. None = no community."""
    holders: tuple[Holder, ...]
    """Who holds each role for this person. A role without a holder is absent, never invented."""
    death_reports: tuple[UUID, ...] = ()
    """Reports of death that were not retracted. Empty = living."""
    rank: str | None = None
    classed_at: AwareDatetime | None = None
    """When kind, category or rank last changed after the enrolment; None = they are as enrolled."""
    birth_year: int | None = None
    birthday: str | None = None
    """MM-DD. In clear, as rules ask for ages and birthdays; the full date is told sealed alone."""
    situations: tuple[CardSituation, ...] = ()
    wishes: tuple[str, ...] = ()
    """How the person wishes to be reached; what they said is in the file."""
    hours: tuple[Hours, ...] = ()
    """When they wish not to be called or visited: every day, in the city's civil time."""
    ask_first: AskFirst | None = None
    """Whom they wish to be asked first: one of the holders above."""
    survivor_of: PersonId | None = None
    """Whose death they survive: enrolled as a survivor, or linked to the dead since."""
    care_ended: CardEnd | None = None
    """Why nothing more is owed to this person from here. None = under care."""
    stated_at: AwareDatetime


class PeopleCounted(Event, topic=PEOPLE, type="registry.people-counted.v1", key="directory_id"):
    """Everybody who ever came under care was counted, as of an instant that lies a little back: whoever keeps people by what the
    registry says must come to the same for that instant (★31)."""

    directory_id: UUID
    count_id: UUID
    day: date
    as_of: AwareDatetime
    living: int
    dead: int
    ended: int
    """People whose care has ended, for whatever reason; living, dead and ended together are everybody."""
    fingerprint: str
    """16 hex digits: the XOR of the first 64 bits of md5('<person_id>:living'), ':dead' or ':ended' of each."""
