"""What is owed to each person, by whom, and what became of it."""

from uuid import UUID

from pydantic import AwareDatetime

from contracts.event import Event, Fields, Topic
from contracts.ids import ContactId, DutyId, HolderId, PersonId
from contracts.personal import SealedCare

DUTIES = Topic("visits.duties", "What is owed to each person, by whom, and what became of it, in order")


class Cause(Fields):
    """Why a duty exists: the fact that raised it, or the calendar."""

    kind: str
    """stay · discharge · death · family-change · hardship · class-change · situation · absence · silence · vacancy · notice ·
    unanswered · weather · calendar · without (nobody has been there for so long)"""
    id: UUID | None = None
    """The stay, the report …; absent for the calendar and for what did not happen."""
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
    counted_plainly: bool = False
    """The due time should count working days, but those of that year are not published: every day was counted."""
    strength: str | None = None
    """How strong a contact must be at least: in-person · video · phone · proxy · sms"""
    message: str | None = None
    """The template of the SMS that tells the holder; none = nobody is told by SMS."""
    lane: str = "normal"
    opened_at: AwareDatetime


class DutyChanged(Event, topic=DUTIES, type="visits.duty-changed.v1", key="person_id"):
    """A duty is now owed by other means, or under another version of the policy: the duty itself stands (★46, 26)."""

    person_id: PersonId
    duty_id: DutyId
    rule: str
    policy: str
    """The version that it is now under."""
    kind: str
    strength: str
    due_at: AwareDatetime
    because: str | None = None
    """The wish or the absence because of which the means differ from those of the rule; absent = they are the rule's."""
    changed_at: AwareDatetime


class DutyDueSoon(Event, topic=DUTIES, type="visits.duty-due-soon.v1", key="person_id"):
    """Before blame, a reminder: the window of a duty that nobody has done closes soon."""

    person_id: PersonId
    duty_id: DutyId
    rule: str
    role: str
    """Who must act now: the holder's role, or that of the rung last reached."""
    due_at: AwareDatetime
    reminded_at: AwareDatetime


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
    reason: SealedCare
    """Sealed with kind `reason`, bound to `waived_by`: a file that was merged hands it on."""
    waived_at: AwareDatetime


class DutySuperseded(Event, topic=DUTIES, type="visits.duty-superseded.v1", key="person_id"):
    """Something named has taken the duty's place or its ground away: another duty, a retraction, a death, a policy version."""

    person_id: PersonId
    duty_id: DutyId
    rule: str
    by: str
    """duty · retraction · death · policy · end (of its cause) · class (the rule is not for them any more) · care-ended"""
    by_id: UUID | None = None
    superseded_at: AwareDatetime


class ContactMade(Event, topic=DUTIES, type="visits.contact-made.v1", key="person_id"):
    """Something was actually done, or tried: an outcome other than `met` is an attempt and discharges nothing."""

    person_id: PersonId
    contact_id: ContactId
    kind: str | None = None
    """visit · phone · check-in · service"""
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
    entered_late: bool = False
    """It was written down later than the policy allows without a mark (feature 38)."""


class ContactStruck(Event, topic=DUTIES, type="visits.contact-struck.v1", key="person_id"):
    """A contact was recorded in error: what it had discharged is owed again, with its old due times."""

    person_id: PersonId
    contact_id: ContactId
    reopened: tuple[DutyId, ...]
    struck_by: HolderId
    reason: SealedCare
    """Sealed with kind `reason`, bound to `person_id`."""
    struck_at: AwareDatetime
