"""What changes about a person after the enrolment: class, situations, wishes, absences, care itself, and what was wrong."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from contracts.event import Event, Fields
from contracts.ids import HolderId, PersonId, UnitId
from contracts.personal import SealedCare, SealedContact, SealedIdentity
from contracts.registry.topics import PEOPLE


class PersonClassed(Event, topic=PEOPLE, type="registry.person-classed.v1", key="person_id"):
    """A named person has put the person into another class: kind, category or rank (rows 02, 21, 67)."""

    person_id: PersonId
    change_id: UUID
    fields: tuple[str, ...]
    """Which of kind, category and rank are other than before."""
    kind: str
    category: str
    rank: str | None = None
    reason: SealedCare
    """Sealed with kind `reason`, bound to `person_id`."""
    happened_on: date | None = None
    classed_at: AwareDatetime


class SituationBegan(Event, topic=PEOPLE, type="registry.situation-began.v1", key="person_id"):
    """The person is in a situation that rules ask for (row 21); many stand at once, each with its dates."""

    person_id: PersonId
    situation_id: UUID
    situation: str
    """widowed-alone · seriously-ill · hardship · disabled · weak-family-care …, as the policy pack names them."""
    began_on: date | None = None
    reported_at: AwareDatetime


class SituationEnded(Event, topic=PEOPLE, type="registry.situation-ended.v1", key="person_id"):
    """That very situation is over."""

    person_id: PersonId
    situation_id: UUID
    situation: str
    ended_on: date | None = None
    reported_at: AwareDatetime


Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
"""An hour of every day."""


class Hours(Fields):
    """A span of the day, in the city's civil time. One whose end is the earlier passes midnight."""

    begin: Clock
    """12:00"""
    end: Clock


class AskFirst(Fields):
    """Whom to ask before the person is called or visited: somebody on their card, so that no name or number stands here."""

    role: str
    holder_id: HolderId | None = None
    """Who of those in the role. In what was stated None = whoever is first in it; on a card None = nobody now."""


class WishStated(Event, topic=PEOPLE, type="registry.wish-stated.v1", key="person_id"):
    """The person wishes to be reached in a certain way: hard of hearing, only at certain hours, whom to ask first."""

    person_id: PersonId
    wish_id: UUID
    wish: str
    words: SealedIdentity | None = None
    """What they said; sealed with kind `wish`, bound to `person_id`."""
    hours: tuple[Hours, ...] = ()
    """When they wish not to be called or visited."""
    ask_first: AskFirst | None = None
    stated_at: AwareDatetime


class WishWithdrawn(Event, topic=PEOPLE, type="registry.wish-withdrawn.v1", key="person_id"):
    """That very wish holds no longer."""

    person_id: PersonId
    wish_id: UUID
    wish: str
    withdrawn_at: AwareDatetime


class AbsenceReported(Event, topic=PEOPLE, type="registry.absence-reported.v1", key="person_id"):
    """The person is, or will be, elsewhere for a while, and somebody knows where (mission rule 8)."""

    person_id: PersonId
    absence_id: UUID
    absence: str
    """with-family · travelling …, as the policy pack names them."""
    from_at: AwareDatetime
    until_at: AwareDatetime
    reported_at: AwareDatetime


class AbsenceEnded(Event, topic=PEOPLE, type="registry.absence-ended.v1", key="person_id"):
    """That very absence is over, earlier or later than was expected."""

    person_id: PersonId
    absence_id: UUID
    ended_at: AwareDatetime
    reason: SealedCare
    """Sealed with kind `reason`, bound to `person_id`."""
    reported_at: AwareDatetime


class CareEnded(Event, topic=PEOPLE, type="registry.care-ended.v1", key="person_id"):
    """Nothing more is owed to this person from here, for a stated reason. It stands until this very end is taken back."""

    person_id: PersonId
    end_id: UUID
    why: str
    """moved-away · ended · enrolled-in-error · merged · death-retracted"""
    into: PersonId | None = None
    """Whose file goes on, when two were one person's."""
    ended_at: AwareDatetime


class CareResumed(Event, topic=PEOPLE, type="registry.care-resumed.v1", key="person_id"):
    """That very end of care is taken back."""

    person_id: PersonId
    end_id: UUID
    why: str | None = None
    """other-gone · one-dead (the file that it was merged into cannot take it in) · dead-again. None = as the reason says."""
    reason: SealedCare | None = None
    """In words; sealed with kind `reason`, bound to `end_id`."""
    resumed_at: AwareDatetime


class PersonCorrected(Event, topic=PEOPLE, type="registry.person-corrected.v1", key="person_id"):
    """What was enrolled of the person was wrong, or has changed, and is put right; the class is not in it."""

    person_id: PersonId
    correction_id: UUID
    fields: tuple[str, ...]
    """Which fields now have another value; all others are null here and stay as they were."""
    name: SealedIdentity | None = None
    """Sealed with kind `name`, bound to `person_id`."""
    birth_date: SealedIdentity | None = None
    """YYYY-MM-DD, sealed with kind `birth-date`, bound to `person_id`."""
    resident_id: SealedIdentity | None = None
    """Sealed with kind `resident-id`, bound to `person_id`."""
    phones: tuple[SealedContact, ...] | None = None
    """In E.164; each sealed with kind `phone`, bound to `person_id`."""
    community_id: UnitId | None = None
    rank: str | None = None
    political_status: str | None = None
    reason: SealedCare
    """Sealed with kind `reason`, bound to `person_id`."""
    since: AwareDatetime
    """Since when this is true: from the enrolment on, unless it changed later."""
    corrected_at: AwareDatetime


class CardSituation(Fields):
    """A situation that stands."""

    situation_id: UUID
    situation: str
    since: AwareDatetime
    """When it began; where nobody knows, when it was reported."""


class CardEnd(Fields):
    """Why nothing more is owed."""

    end_id: UUID
    why: str
    into: PersonId | None = None
