"""What the visits service says: every duty's life, and every contact that was made."""

from uuid import UUID

from pydantic import AwareDatetime

from contracts.event import Event, Fields, Topic, said_in
from contracts.ids import ContactId, DutyId, HolderId, PersonId

DUTIES = Topic("visits.duties", "What is owed to each person, by whom, and what became of it, in order")


class Cause(Fields):
    """Why a duty exists: the fact that raised it, or the calendar."""

    kind: str
    """stay · death · family-change · hardship · calendar"""
    id: UUID | None = None
    """The stay, the report …; absent for the calendar."""
    at: AwareDatetime
    """When we knew of it, or the beginning of the period."""


class DutyOpened(Event, topic=DUTIES, type="visits.duty-opened.v1", key="person_id", once=("duty_id",)):
    """Somebody now owes this person something."""

    person_id: PersonId
    duty_id: DutyId
    rule: str
    """The rule of the policy, by its name."""
    policy: str
    """The version of the policy under which it was opened; the duty keeps it."""
    kind: str
    """visit · phone · check-in · service"""
    party: str
    role: str
    """The role whose holder owes it: liaison, bureau-officer, community-worker …"""
    cause: Cause
    due_at: AwareDatetime
    message: str | None = None
    """The template of the SMS that tells the holder; none = nobody is told by SMS."""
    lane: str = "normal"
    opened_at: AwareDatetime


class DutyDone(Event, topic=DUTIES, type="visits.duty-done.v1", key="person_id"):
    """A contact strong enough, of the party that owes it, has discharged the duty."""

    person_id: PersonId
    duty_id: DutyId
    rule: str
    contact_id: ContactId
    late: bool
    done_at: AwareDatetime


class DutyMissed(Event, topic=DUTIES, type="visits.duty-missed.v1", key="person_id"):
    """The window has passed and nobody came. It stays owed."""

    person_id: PersonId
    duty_id: DutyId
    rule: str
    kind: str
    party: str
    due_at: AwareDatetime
    missed_at: AwareDatetime


class DutyEscalated(Event, topic=DUTIES, type="visits.duty-escalated.v1", key="person_id"):
    """The next rung of the ladder learns that the duty is undone (督办)."""

    person_id: PersonId
    duty_id: DutyId
    rule: str
    rung: int
    role: str
    message: str | None = None
    lane: str = "normal"
    escalated_at: AwareDatetime


class DutyWaived(Event, topic=DUTIES, type="visits.duty-waived.v1", key="person_id"):
    """A named person has decided, with a reason, that this need not be done."""

    person_id: PersonId
    duty_id: DutyId
    rule: str
    waived_by: HolderId
    reason: str
    waived_at: AwareDatetime


class DutySuperseded(Event, topic=DUTIES, type="visits.duty-superseded.v1", key="person_id"):
    """Something named has taken the duty's place or its ground away: another duty, a retraction, a death, a policy version."""

    person_id: PersonId
    duty_id: DutyId
    rule: str
    by: str
    """duty · retraction · death · policy"""
    by_id: UUID | None = None
    superseded_at: AwareDatetime


class ContactMade(Event, topic=DUTIES, type="visits.contact-made.v1", key="person_id"):
    """Something was actually done, or tried: an outcome other than `met` is an attempt and discharges nothing."""

    person_id: PersonId
    contact_id: ContactId
    party: str
    role: str
    strength: str
    """in-person · video · phone · proxy · sms"""
    outcome: str
    """met · not-home · refused · in-hospital · moved · died · wrong-contact"""
    discharged: tuple[DutyId, ...]
    made_by: HolderId
    made_at: AwareDatetime
    recorded_at: AwareDatetime


EVENTS = said_in(__name__)
