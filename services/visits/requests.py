"""What people ask of visits: to record what was done, to let a duty go with a reason, to put a policy in force."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from bus.decisions import Request
from contracts.ids import ContactId, DutyId, HolderId, PersonId, UnitId
from contracts.personal import SealedCare
from services.visits.domain.anomalies import Trace
from services.visits.domain.care import Contact
from services.visits.domain.merging import Handover
from services.visits.domain.notices import Step, Wanted
from services.visits.domain.rounds import Review

FROM_JSON = ConfigDict(strict=False)
"""These are read at the door as they are: JSON has no UUID and no time, and FastAPI has read it before pydantic does."""


class RecordContact(Request, key="person_id", id="contact_id"):
    """Something was done, or tried. The caller chooses `contact_id`, so recording twice records one."""

    model_config = FROM_JSON

    contact_id: ContactId
    person_id: PersonId
    kind: str = Field(description="走访的类别，政策 duty_kinds 所列")
    strength: str = Field(description="走访的方式，政策 strengths 所列")
    outcome: str = Field(description="走访的结果，政策 outcomes 所列")
    made_at: AwareDatetime
    note: SealedCare | None = None
    note_index: UUID | None = None
    place: str | None = None
    witness: HolderId | None = None
    photo: str | None = None
    new_facts: int = 0


class StrikeContact(Request, key="person_id", id="strike_id"):
    """A contact was recorded in error: what it discharged is owed again."""

    strike_id: UUID
    person_id: PersonId
    contact_id: ContactId
    reason: SealedCare


class FollowContact(Request, key="holder_id", id="contact_id"):
    """Asked of the rounds of who made a contact: whether it is odd beside their others."""

    holder_id: HolderId
    contact_id: ContactId
    trace: Trace


class UnfollowContact(Request, key="holder_id", id="contact_id"):
    """It was recorded in error: nothing is odd because of it."""

    holder_id: HolderId
    contact_id: ContactId
    trace: Trace


class ReviewFlag(Request, key="holder_id", id="review_id"):
    """Somebody has looked."""

    holder_id: HolderId
    review_id: UUID
    flag_id: UUID
    review: Review
    reason: SealedCare


class WaiveDuty(Request, key="person_id", id="waiver_id"):
    """A named person decides, with a reason, that this need not be done (rule 3)."""

    waiver_id: UUID
    person_id: PersonId
    duty_id: DutyId
    reason: SealedCare


class ProposePolicy(Request, key="book_id", id="proposal_id"):
    """This version should be in force, from this date or as soon as it is approved."""

    book_id: UUID
    city: str
    proposal_id: UUID
    version: str
    title: str
    files: dict[str, str]
    """Path → text; under the empty path stands which folder is the pack's."""
    wanted_from: AwareDatetime | None = None
    note: str = ""


class ApprovePolicy(Request, key="book_id", id="approval_id"):
    """Put a proposed version in force."""

    book_id: UUID
    approval_id: UUID
    proposal_id: UUID
    in_force_from: AwareDatetime | None = None


class WithdrawPolicy(Request, key="book_id", id="withdrawal_id"):
    """A version that was proposed is not to come into force."""

    book_id: UUID
    withdrawal_id: UUID
    proposal_id: UUID
    reason: str


class OrderRebase(Request, key="book_id", id="rebase_id"):
    """Put running duties under this version, which is in force: those of the city, of one county, of one rule."""

    book_id: UUID
    city: str
    rebase_id: UUID
    version: str
    county: str | None = None
    rule: str | None = None
    reason: str


class RebaseDuties(Request, key="rebase_id", id="rebase_id"):
    """Put this person's running duties under this version; asked of many at once, by an order."""

    rebase_id: UUID
    version: str
    rule: str | None = None


class IssueNotice(Request, key="notice_id", id="notice_id"):
    """Warn a city or a county, or ask its units to answer."""

    notice_id: UUID
    city: str
    county: str
    what: str
    title: str
    document: str | None
    until: AwareDatetime | None
    warns: bool
    wanted: tuple[Wanted, ...]
    asked: tuple[UnitId, ...]
    people: int
    """How many are under care there at that hour."""
    open_until: AwareDatetime | None = None
    """Until then whoever comes under care or moves in hears of it, too."""


class AnswerNotice(Request, key="notice_id", id="answer_id"):
    """A unit answers."""

    notice_id: UUID
    answer_id: UUID
    unit_id: UnitId
    step: Step
    words: SealedCare | None


class WithdrawNotice(Request, key="notice_id", id="withdrawal_id"):
    """It was issued in error."""

    notice_id: UUID
    withdrawal_id: UUID
    reason: str


class HearNotice(Request, key="happening_id", id="hearing_id"):
    """Asked of every person whom a notice concerns: it was issued, is over for them, or was issued in error."""

    hearing_id: UUID
    happening_id: UUID
    event: str
    what: str
    until: AwareDatetime | None
    withdrawn: bool = False
    county: str = ""
    """Taken back it concerns those alone who are of this county, or were. Empty = whoever is asked."""
    of_unit: UnitId | None = None
    """It concerns those alone who are of this unit, which has ended, or were when it did. None = whoever is asked."""
    ended_at: AwareDatetime | None = None


class TellNewcomer(Request, key="person_id", id="telling_id"):
    """Asked of every notice that is open in the city: somebody has come under care, or has moved to this county."""

    telling_id: UUID
    person_id: PersonId
    county: str


class CountOwed(Request, key="lineage_id", id="lineage_id"):
    """Asked of everybody of a unit that ends: what is owed to them is written down, before they go to the heir."""

    lineage_id: UUID
    unit_id: UnitId


class TakeOver(Request, key="end_id", id="take_over_id"):
    """Two files were one person's: what the other has not settled is owed under this one."""

    end_id: UUID
    take_over_id: UUID
    given: Handover
    back: bool = False
    """They were two after all."""
    through: tuple[PersonId, ...] = ()
    """The files that have handed it on: where an undoing is heard late, two may seem to go into each other."""


class NoticeRecorded(BaseModel):
    """What is now known of the notice."""

    notice_id: UUID
    silent: list[UnitId]


class NoticeSent(NoticeRecorded):
    """It was issued: so many people it concerns, and so many units must answer."""

    people: int
    units: int


class IssueCertificate(Request, key="book_id", id="issue_id"):
    """Everybody was counted at this instant: bind the figures to the chain of the city (★31)."""

    book_id: UUID
    issue_id: UUID
    city: str
    certificate_id: UUID
    day: date
    label: str
    taken_at: AwareDatetime
    living: int
    dead: int
    ended: int
    rules: int
    exceptions: int
    stuck: int
    unreachable: int
    counts: str
    named_hash: str
    against: str = ""
    differing: int = 0


class CertificateIssued(BaseModel):
    """The end of the chain: its number and hash."""

    number: int
    hash: str


class ContactRecorded(BaseModel):
    """What the contact discharged. Empty: it was an attempt, or too weak, or of another party."""

    contact_id: ContactId
    discharged: list[DutyId]


class ContactWasStruck(BaseModel):
    """The duties that are owed again."""

    contact_id: ContactId
    reopened: list[DutyId]


class FlagWasReviewed(BaseModel):
    """It is off the list, and counts as a false alarm or as none."""

    flag_id: UUID
    review: Review


class Decreed(BaseModel):
    """Which version, under which proposal, in force from when; None = it waits for approval, or was withdrawn."""

    proposal_id: UUID
    version: str
    in_force_from: AwareDatetime | None


class RebaseOrdered(BaseModel):
    """It goes on from here by itself, some hundred people at a time."""

    rebase_id: UUID
    version: str
    county: str | None
    rule: str | None


class DutyLetGo(BaseModel):
    """The duty is closed, as waived."""

    duty_id: DutyId


class StrikeHandedOver(Request, key="contact_id", id="handed_id"):
    """A contact was struck in a file that has gone into this one: what it discharged here is owed again."""

    contact_id: ContactId
    handed_id: UUID
    contact: Contact
    through: tuple[PersonId, ...]
