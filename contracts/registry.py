"""What the registry says: the stories of people and units, and the directory of current cards."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime

from contracts.event import Event, Fields, Topic, said_in
from contracts.ids import HolderId, PersonId, UnitId
from contracts.personal import SealedContact, SealedIdentity

PEOPLE = Topic("registry.people", "What happened to each person under care, in order")
UNITS = Topic("registry.units", "What happened to each unit, in order")
DIRECTORY = Topic("registry.directory", "The current card of each person; lower versions are ignored", compacted=True)


class PersonEnrolled(Event, topic=PEOPLE, type="registry.person-enrolled.v1", key="person_id"):
    """A person has come under care: from now on somebody owes them something."""

    person_id: PersonId
    kind: str
    """veteran-cadre 离休 · retired-cadre 退休 · survivor 遗属"""
    category: str
    """with-relatives 亲属同住 · living-alone 空巢独居 · in-institution 常驻机构 · relocated 易地安置"""
    name: SealedIdentity
    """Sealed with kind `name`, bound to `person_id`."""
    birth_date: SealedIdentity
    """YYYY-MM-DD, sealed with kind `birth-date`, bound to `person_id`."""
    resident_id: SealedIdentity
    """Sealed with kind `resident-id`, bound to `person_id`."""
    phones: tuple[SealedContact, ...]
    """In E.164; each sealed with kind `phone`, bound to `person_id`."""
    unit_id: UnitId
    community_id: UnitId | None = None
    enrolled_at: AwareDatetime


class LiaisonAssigned(Event, topic=PEOPLE, type="registry.liaison-assigned.v1", key="person_id"):
    """A serving officer of the unit now answers for this person (row 06)."""

    person_id: PersonId
    unit_id: UnitId
    liaison_id: HolderId
    name: SealedIdentity
    """Sealed with kind `name`, bound to `liaison_id`."""
    phone: SealedContact
    """In E.164; sealed with kind `phone`, bound to `liaison_id`."""
    assigned_at: AwareDatetime


class DeathReported(Event, topic=PEOPLE, type="registry.death-reported.v1", key="person_id"):
    """Somebody named reports that the person has died. It stands until this very report is retracted (row 15)."""

    person_id: PersonId
    report_id: UUID
    source: str
    """Who says so: bureau, unit, family, or hospital:<name>."""
    died_at: AwareDatetime | None = None
    reported_at: AwareDatetime


class DeathRetracted(Event, topic=PEOPLE, type="registry.death-retracted.v1", key="person_id"):
    """A report of death was false: everything that followed from it is undone."""

    person_id: PersonId
    report_id: UUID
    reason: str
    retracted_at: AwareDatetime


class FamilyChanged(Event, topic=PEOPLE, type="registry.family-changed.v1", key="person_id"):
    """Something grave has happened in the family, such as the death of the spouse (row 14)."""

    person_id: PersonId
    change_id: UUID
    change: str
    """spouse-died · child-died · divorce · disaster · other"""
    happened_on: date | None = None
    reported_at: AwareDatetime


class HardshipReported(Event, topic=PEOPLE, type="registry.hardship-reported.v1", key="person_id"):
    """The person is in special hardship (row 13)."""

    person_id: PersonId
    hardship_id: UUID
    hardship: str
    """illness · paralysis · no-self-care · disaster · poverty · other"""
    reported_at: AwareDatetime


class UnitRegistered(Event, topic=UNITS, type="registry.unit-registered.v1", key="unit_id"):
    """A unit that answers for people now stands on the roster, or its entry was changed (row 07)."""

    unit_id: UnitId
    name: str
    party: str
    """unit 管理(原)单位 · bureau 老干部局 · organisation-department 组织部 · community 社区/机构"""
    reports_to: UnitId | None = None


class HolderAppointed(Event, topic=UNITS, type="registry.holder-appointed.v1", key="unit_id"):
    """The named officer who answers for the unit has changed: unit leader, bureau officer, community worker."""

    unit_id: UnitId
    role: str
    holder_id: HolderId
    name: SealedIdentity
    """Sealed with kind `name`, bound to `holder_id`."""
    phone: SealedContact
    """In E.164; sealed with kind `phone`, bound to `holder_id`."""
    appointed_at: AwareDatetime


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
    stated_at: AwareDatetime


EVENTS = said_in(__name__)
