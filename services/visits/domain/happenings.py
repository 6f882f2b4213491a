"""What happened to a person and can raise a duty: stays, deaths, and everything else that has one shape."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.ids import PersonId, StayId


@dataclass(frozen=True, slots=True)
class Discharged:
    """One record of a discharge, and when we heard of it."""

    recorded_at: datetime
    heard_at: datetime


@dataclass(frozen=True, slots=True)
class Stay:
    """One hospital stay, whichever of its ends we hear of first. A cancelled one never was."""

    stay_id: StayId
    admitted_at: datetime | None = None
    heard_at: datetime | None = None
    """When we first heard of the admission."""
    discharged_at: datetime | None = None
    discharge_recorded_at: datetime | None = None
    """By the hospital; so too when it took the discharge back."""
    discharge_heard_at: datetime | None = None
    """When we first heard of the discharge that stands: who writes it down once more puts nothing off."""
    discharges: tuple[Discharged, ...] = ()
    """All that was recorded, as it was heard: of those before a taking back none is the discharge that stands."""
    discharge_cancelled_at: datetime | None = None
    discharge_id: UUID | None = None
    """Who is sent home after the first time was taken back is sent home anew: what was owed for the first is not."""
    cancelled_at: datetime | None = None
    given_back_at: datetime | None = None
    """It was taken over from another file, and is that one's alone after all: it is cancelled here, and may be taken anew."""

    @property
    def stands(self) -> bool:
        return self.heard_at is not None and self.cancelled_at is None

    @property
    def goes_on(self) -> bool:
        return self.stands and not self.is_discharged

    @property
    def is_discharged(self) -> bool:
        ended, back = self.discharge_recorded_at, self.discharge_cancelled_at
        return ended is not None and (back is None or back < ended)


@dataclass(frozen=True, slots=True)
class Death:
    """One report of death. A retraction is of this very report, and for good."""

    report_id: UUID
    reported_at: datetime | None = None
    heard_at: datetime | None = None
    died_at: datetime | None = None
    retracted_at: datetime | None = None

    @property
    def stands(self) -> bool:
        return self.reported_at is not None and self.retracted_at is None


@dataclass(frozen=True, slots=True)
class Happening:
    """Anything else that happened: a hardship, a change in the family, an absence, a post that fell vacant.

    It may be heard by its end or its retraction first: `known_at` None = its beginning was not heard yet.
    """

    happening_id: UUID
    event: str
    """As rules name it: family-changed, hardship-reported, situation-began …"""
    what: str = ""
    """Its code: spouse-died, poverty, the situation, the absence, the post's role."""
    happened_at: datetime | None = None
    known_at: datetime | None = None
    until: datetime | None = None
    """When it is or was over; None = it goes on, or is over in an instant."""
    until_known_at: datetime | None = None
    into: PersonId | None = None
    """Of care that ended because two files were one person's: whose file goes on."""
    retracted_at: datetime | None = None

    @property
    def stands(self) -> bool:
        return self.known_at is not None and self.retracted_at is None

    def goes_on(self, now: datetime) -> bool:
        return self.stands and (self.until is None or now < self.until)
