"""What the visits service says: every duty's life, and every contact that was made."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime

from contracts.event import Event, Fields, Topic, said_in
from contracts.ids import ContactId, DutyId, HolderId, PersonId, UnitId
from contracts.personal import SealedCare
from contracts.readings import OfAReading

DUTIES = Topic("visits.duties", "What is owed to each person, by whom, and what became of it, in order")

POLICIES = Topic("visits.policies", "Which version of the policy is in force from when, and who decided so")

NOTICES = Topic("visits.notices", "Notices to a city or a county, and which units have answered them")

FLAGS = Topic("visits.flags", "What is odd about the contacts of each holder, and what a human made of it")

COVERAGE = Topic(
    "visits.coverage", "That everybody was counted: the daily certificate of each city, bound to the one before"
)

READINGS = Topic("visits.readings", "Who was shown what of whom at the doors of visits")


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


class PolicyApproved(Event, topic=POLICIES, type="visits.policy-approved.v1", key="book_id"):
    """A version of the policy, proposed by one person, was approved by another: it is in force from this instant on."""

    book_id: UUID
    proposal_id: UUID
    version: str
    title: str
    proposed_by: str
    approved_by: str
    in_force_from: AwareDatetime


class PolicyWithdrawn(Event, topic=POLICIES, type="visits.policy-withdrawn.v1", key="book_id"):
    """A version that was proposed, and perhaps approved for a later date, will not come into force."""

    book_id: UUID
    proposal_id: UUID
    version: str
    withdrawn_by: str
    reason: str
    """About the policy and no person: in clear."""
    withdrawn_at: AwareDatetime


class AnswerWanted(Fields):
    """A step that units must have come to by then: receipt · plan · proof."""

    step: str
    by: AwareDatetime


class NoticeIssued(Event, topic=NOTICES, type="visits.notice-issued.v1", key="notice_id"):
    """Somebody named warns of the weather, or asks the units to answer (row 09)."""

    notice_id: UUID
    notice: str
    """typhoon · spring-visits …, as the policy pack names them."""
    title: str
    document: str | None = None
    """The number of the document."""
    until: AwareDatetime | None = None
    """When the danger is over."""
    wanted: tuple[AnswerWanted, ...] = ()
    """What units must answer, in turn."""
    asked: tuple[UnitId, ...] = ()
    """The units that must answer."""
    issued_by: str
    issued_at: AwareDatetime


class NoticeAnswered(Event, topic=NOTICES, type="visits.notice-answered.v1", key="notice_id"):
    """A unit has answered (feature 42)."""

    notice_id: UUID
    unit_id: UnitId
    step: str
    """receipt · plan · proof"""
    late: bool
    answered_by: HolderId
    answered_at: AwareDatetime


class NoticeUnanswered(Event, topic=NOTICES, type="visits.notice-unanswered.v1", key="notice_id"):
    """The time of a step is over, and the unit has said neither this nor more."""

    notice_id: UUID
    notice: str
    unit_id: UnitId
    """Who owes the answer now."""
    instead_of: UnitId | None = None
    """The unit that was asked and has ended since; `unit_id` is an heir of it. None = it was asked itself."""
    step: str | None = None
    """receipt · plan · proof"""
    since: AwareDatetime


class NoticeWithdrawn(Event, topic=NOTICES, type="visits.notice-withdrawn.v1", key="notice_id"):
    """It was issued in error: what followed from it is taken back."""

    notice_id: UUID
    withdrawn_by: str
    reason: str
    """About the notice and no person: in clear."""
    withdrawn_at: AwareDatetime


class ContactFlagged(
    Event, topic=FLAGS, type="visits.contact-flagged.v1", key="holder_id", once=("flag_id", "times")
):  # fmt: skip
    """Some contacts of one holder are odd together: somebody should look. It blames nobody and reopens nothing (★74)."""

    holder_id: HolderId
    """Who made the contacts."""
    flag_id: UUID
    flag: str
    """same-words (of several people) · two-places (in one minute) · too-fast (for the way between) · no-new-fact (in a month)"""
    contact_ids: tuple[ContactId, ...]
    """Those that were known when it was raised: more may come, and are not told."""
    times: int = 1
    """How often it was raised: its ground may go and come back."""
    raised_at: AwareDatetime


class FlagLifted(Event, topic=FLAGS, type="visits.flag-lifted.v1", key="holder_id"):
    """The ground of a flag is gone: a contact was struck, or another was written down that explains it."""

    holder_id: HolderId
    flag_id: UUID
    flag: str
    lifted_at: AwareDatetime


class FlagConfirmed(Event, topic=FLAGS, type="visits.flag-confirmed.v1", key="holder_id"):
    """A named person has looked: it is as odd as it looks. What follows is for people to say."""

    holder_id: HolderId
    flag_id: UUID
    flag: str
    confirmed_by: HolderId
    reason: SealedCare
    """What they found; sealed with kind `reason`, bound to `flag_id`."""
    confirmed_at: AwareDatetime


class FlagDismissed(Event, topic=FLAGS, type="visits.flag-dismissed.v1", key="holder_id"):
    """A named person has looked: it was a false alarm."""

    holder_id: HolderId
    flag_id: UUID
    flag: str
    dismissed_by: HolderId
    reason: SealedCare
    """Sealed with kind `reason`, bound to `flag_id`."""
    dismissed_at: AwareDatetime


class VerdictCount(Fields):
    """So many pairs of person and rule have this verdict."""

    county: str
    party: str
    """Who owes what the rule asks for."""
    verdict: str
    """owed · done · waived · superseded · not-yet · no-event · other-category · too-young … or an exception: missing ·
    not-returned · groundless · owed-twice · owed-to-the-dead · owed-after-care · due-too-late · done-falsely ·
    closed-without-ground …"""
    people: int


class CoverageCertified(Event, topic=COVERAGE, type="visits.coverage-certified.v1", key="book_id"):
    """Every living person × every rule in force was found to have a duty or a stated reason, or is counted as an exception (★31).

    Who is named stays with visits; here are counts. Of each county and rule the counts add up to the people of that county.
    """

    book_id: UUID
    certificate_id: UUID
    number: int
    day: date
    policy: str
    """The activation of the policy that was in force."""
    living: int
    dead: int
    ended: int
    """People whose care has ended; living, dead and ended together are everybody."""
    rules: int
    exceptions: int
    """Pairs of person and rule without a duty and without a reason."""
    stuck: int
    """Overdue duties of which the next rung should have learnt, and has not."""
    unreachable: int
    """Rungs of a unit that nobody holds, nor any above."""
    compared_as_of: AwareDatetime | None = None
    """The instant of the registry's own count, with which ours was compared. None = it had told none."""
    differing: int = 0
    """By how many people the two differ."""
    counts: tuple[VerdictCount, ...]
    previous: str
    """Hash of the certificate before; sixty-four zeros before the first."""
    hash: str
    taken_at: AwareDatetime


class PeopleRead(OfAReading, topic=READINGS, type="visits.people-read.v1", key="reading_id"):
    """Somebody was shown contacts or duties of a named person, or of all people of one unit or flag."""


EVENTS = said_in(__name__)
