"""What a holder meant by an SMS that came back, and which of ours it answers."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from contracts.case_code import ALPHABET, LENGTH, case_code
from contracts.digest import Own, own_of
from contracts.gateway import SmsReplied
from contracts.ids import derived
from contracts.personal import SealedSms
from services.gateway.domain.outgoing import Outgoing, State

ANSWERS = {"1": "known", "2": "cannot", "3": "wrong-person"}
WORDS = {"1": "已知晓", "2": "无法前往", "3": "非本人"}
BESIDE = timedelta(days=1)
"""A test takes no answer from a case that was told so short a time before it: the holder is proved by either."""
_CODE = f"(?P<code>[{ALPHABET}]{{{LENGTH}}})"
_BEFORE = re.compile(rf"(编号)?{_CODE}[\W_]*(?P<rest>.*)")
_SHAPE = re.compile(rf"(回复)?(?P<digit>[123])(?P<word>{'|'.join(WORDS.values())})?[\W_]*((编号)?{_CODE})?[\W_]*")


@dataclass(frozen=True, slots=True)
class Reading:
    """An answer, and the case that it names, if it names one."""

    answer: str
    """known · cannot · wrong-person · other"""
    code: str | None = None


def read_reply(text: str) -> Reading:
    """Only 1, 2 or 3 alone, with its own words, with a case number, is an answer: 「1号下午去」 is none, and nothing is guessed."""
    written = "".join(unicodedata.normalize("NFKC", text).upper().split())
    code = None
    if (before := _BEFORE.fullmatch(written)) and (found := _SHAPE.fullmatch(before["rest"])) and not found["code"]:
        code = before["code"]
    elif found := _SHAPE.fullmatch(written):
        code = found["code"]
    if found is None or found["word"] not in (None, WORDS[found["digit"]]):
        return Reading("other", _only_code(written))
    return Reading(ANSWERS[found["digit"]], code)


def answered_sms(sent: Iterable[Outgoing], code: str | None) -> Outgoing | None:
    """Of the SMS to a number, the one that is answered: of the case that was named, else the last that it may have read.

    None if a case was named that this number was never told of, or if it was never told of any: a stranger. What asks for no
    answer (a digest, a report) takes none from the case that was told before it, and a test none from one of the same day.
    """
    read = [sms for sms in sent if _may_be_answered(sms, code)]
    case = max((sms for sms in read if own_of(sms.sms_id) is None), key=_order, default=None)
    test = max((sms for sms in read if own_of(sms.sms_id) is Own.TEST), key=_order, default=None)
    if case is None or test is None:
        return case or test
    return test if _order(test)[0] > _order(case)[0] + BESIDE else case


def _may_be_answered(sms: Outgoing, code: str | None) -> bool:
    if sms.submitted_at is None or sms.case_id is None or sms.state is State.FAILED:
        return False
    return code is None or case_code(sms.case_id) == code


def _order(sms: Outgoing) -> tuple[datetime, UUID]:
    assert sms.submitted_at is not None
    return sms.submitted_at, sms.sms_id


def reply_id_of(sms: Outgoing, text: str) -> UUID:
    """SMPP gives a reply no id, and a carrier says again what was not acknowledged: the same words again are one reply.

    The same words after others are a changed mind, and another.
    """
    so_far = len(sms.replies)
    for turn in range(so_far):
        if (said := derived("reply", sms.sms_id, turn, text)) == sms.replies[-1]:
            return said
    return derived("reply", sms.sms_id, so_far, text)


def replied(
    sms: Outgoing, reply_id: UUID, text: SealedSms, reading: Reading, now: datetime
) -> tuple[Outgoing, SmsReplied]:
    """The fact; of the SMS itself it changes nothing, but that it was answered."""
    assert sms.person_id is not None and sms.case_id is not None and sms.phone_index is not None
    after = sms if sms.replies[-1:] == (reply_id,) else replace(sms, replies=(*sms.replies, reply_id))
    return after, SmsReplied(
        city=sms.city, county=sms.county, person_id=sms.person_id, reply_id=reply_id, sms_id=sms.sms_id,
        case_id=sms.case_id, holder_id=sms.holder_id, phone_index=sms.phone_index, text=text, answer=reading.answer,
        replied_at=now,
    )  # fmt: skip


def _only_code(written: str) -> str | None:
    """A case that is named in an answer that we cannot read: a person will."""
    found = re.search(rf"编号[\W_]*{_CODE}", written)
    return found["code"] if found else None
