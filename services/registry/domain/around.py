"""Who stands around a person and where they belong: each fact with who said it, since when and until when."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.ids import HolderId, UnitId
from contracts.personal import SealedCare, SealedContact, SealedIdentity


@dataclass(frozen=True, slots=True)
class Assignment:
    """One liaison's time with this person (row 06)."""

    assignment_id: UUID
    liaison_id: HolderId
    unit_id: UnitId
    name: SealedIdentity
    phone: SealedContact
    assigned_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Transfer:
    """From one unit to another, for good."""

    transfer_id: UUID
    from_unit_id: UnitId
    unit_id: UnitId
    because: str
    lineage_id: UUID | None
    reason: SealedCare | None
    document: str | None
    transferred_at: datetime


@dataclass(frozen=True, slots=True)
class Member:
    """One time of somebody in the care team (row 68)."""

    member_id: UUID
    holder_id: HolderId
    role: str
    party: str
    name: SealedIdentity
    phone: SealedContact
    relation: SealedIdentity | None
    first: bool
    until_at: datetime | None
    joined_at: datetime
    left_at: datetime | None = None
    still_needed: bool = True
    """Whether somebody must hold the role when they have left."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """What the host area of a relocated person has agreed to (row 75); the last that was made holds."""

    agreement_id: UUID
    area: SealedContact
    hospitals: tuple[SealedContact, ...]
    reference: str | None
    agreed_at: datetime


@dataclass(frozen=True, slots=True)
class GroupTie:
    """What one group has said last: that it keeps in touch with this person, or does so no more (row 10)."""

    group_id: UUID
    linked: bool
    said_at: datetime


@dataclass(frozen=True, slots=True)
class Vacancy:
    """One time in which nobody held a role that somebody must hold."""

    vacancy_id: UUID
    role: str
    since: datetime
    filled_at: datetime | None = None
