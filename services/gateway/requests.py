"""What the gateway asks of itself, so that every step of an SMS is committed before the next is taken."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from bus.decisions import Request
from contracts.ids import SmsId
from contracts.personal import SealedSms
from services.gateway.domain import Accepted, Answer, NoAnswer, NotTaken, Refused


class ClaimSms(Request, key="sms_id", id="claim_id"):
    """The sender takes one SMS under a lease, before a byte is written."""

    claim_id: UUID
    sms_id: SmsId
    lease_s: float


class Claimed(BaseModel):
    """The attempt that may now be made; 0 = it is not to be sent now."""

    attempt: int
    phone: SealedSms | None = None
    text: SealedSms | None = None


class RecordAnswer(Request, key="sms_id", id="answer_id"):
    """What the carrier answered to one attempt, or that it did not."""

    answer_id: UUID
    sms_id: SmsId
    attempt: int
    answer: Literal["accepted", "refused", "not-taken", "no-answer"]
    reason: str = ""
    code: int = 0
    refs: tuple[str, ...] = ()
    pause_s: float = 5.0

    def said(self) -> Answer:
        """As the rules read it."""
        match self.answer:
            case "accepted":
                return Accepted(self.refs)
            case "refused":
                return Refused(self.reason, self.code)
            case "not-taken":
                return NotTaken(self.reason)
            case "no-answer":
                return NoAnswer(self.reason, self.refs)


class RecordReceipt(Request, key="sms_id", id="receipt_id"):
    """A carrier's word about one part."""

    receipt_id: UUID
    sms_id: SmsId
    ref: str
    stat: str


class TakeReply(Request, key="sms_id", id="reply_id"):
    """What a holder wrote back, placed to the SMS that it answers."""

    reply_id: UUID
    sms_id: SmsId
    text: SealedSms
    answer: str
    code: str | None


class Stored(BaseModel):
    """It is safe with us."""

    at: AwareDatetime


def answer_fields(answer: Answer) -> dict[str, object]:
    """A carrier's answer as the fields of `RecordAnswer`."""
    match answer:
        case Accepted(refs):
            return {"answer": "accepted", "refs": refs}
        case Refused(kind, code):
            return {"answer": "refused", "reason": kind, "code": code}
        case NotTaken(reason):
            return {"answer": "not-taken", "reason": reason}
        case NoAnswer(reason, refs):
            return {"answer": "no-answer", "reason": reason, "refs": refs}
