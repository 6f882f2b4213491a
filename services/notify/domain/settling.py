"""The SMS that exist become the SMS that must exist: run after every fact, and running it twice changes nothing."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from contracts.event import Event
from contracts.notify import SmsRequested
from services.notify.domain.courtesy import URGENT
from services.notify.domain.notice import ASKED, BY_DEATH, REACHED_NOBODY, RECALL, Case, Notice, Sms
from services.notify.domain.saying import (
    case_acknowledged,
    case_closed,
    case_handed_over,
    case_opened,
    sms_requested,
    sms_withdrawn,
)
from services.notify.domain.wanted import Key, Wanted, key_of, live, owed, says_wishes, wanted

Outcome = tuple[Notice, tuple[Event, ...]]


def settle(notice: Notice, now: datetime) -> Outcome:
    """What must be told and is not, is requested; what was requested and must not be told, is withdrawn."""
    notice, announced = _announce(notice)
    must = wanted(notice)
    notice, told = _tell(notice, must, now)
    before = notice
    notice, answered = _heed_replies(notice)
    if told or notice is not before:  # what is told now may make a word needless that is not sent yet
        must = wanted(notice)
    notice, gone_on = _go_on(notice, must, now)
    notice, withdrawn = _withdraw(notice, must, now)
    return _parked(notice, must, now), announced + told + answered + gone_on + withdrawn


def next_change(notice: Notice, now: datetime) -> datetime | None:
    """When the first urgent SMS will have met with silence for too long. Quiet hours travel with the SMS itself."""
    asked = [sms.requested_at for sms in notice.sms.values() if _awaits_a_word(sms) and sms.requested_at is not None]
    return min(asked) + notice.voice.courtesy.silence if asked else None


def _announce(notice: Notice) -> Outcome:
    """A case is opened when somebody is owed a word, and closed when its duty has ended."""
    facts: list[Event] = []
    owing = {case.case_id for case, _ in owed(notice)}
    for case in notice.cases.values():
        if case.case_id in owing and not case.announced:
            facts.append(case_opened(notice, case))
        elif case.announced and not case.stands:
            facts.append(case_closed(notice, case))
        else:
            continue
        notice = notice.with_case(replace(case, announced=case.stands))
    return notice, tuple(facts)


def _tell(notice: Notice, must: Mapping[Key, Wanted], now: datetime) -> Outcome:
    """One SMS for everything that must be told and has none."""
    facts: list[Event] = []
    told = live(notice)
    for key, word in must.items():
        while key not in told and (request := sms_requested(notice, word, now)) is not None:
            facts.append(request)
            sms = _requested(notice, word, request)
            notice = notice.with_sms(sms)
            if not sms.came_to_nothing:
                told.add(key)
    return notice, tuple(facts)


def _heed_replies(notice: Notice) -> Outcome:
    """1 acknowledges the case, 2 and 3 hand it over; none of them is a contact. Once it is closed they change nothing."""
    facts: list[Event] = []
    for reply in sorted(notice.replies.values(), key=lambda reply: (reply.replied_at, reply.reply_id)):
        sms = notice.sms.get(reply.sms_id)
        if reply.heeded or sms is None or sms.case_id is None:
            continue  # heeded already, or what it answers is not known here yet
        notice = notice.with_reply(replace(reply, heeded=True))
        case = notice.cases[sms.case_id]
        if case.stands and reply.answer == "known":
            facts.append(case_acknowledged(notice, case, sms, reply.replied_at))
            latest = max(case.acknowledged_at or reply.replied_at, reply.replied_at)
            notice = notice.with_case(replace(case, acknowledged_at=latest))
            own = max(sms.acknowledged_at or reply.replied_at, reply.replied_at)
            notice = notice.with_sms(replace(sms, acknowledged_at=own))
        elif case.stands and reply.answer in ("cannot", "wrong-person"):
            facts.append(case_handed_over(notice, case, sms, reply.answer, reply.replied_at))
    return notice, tuple(facts)


def _go_on(notice: Notice, must: Mapping[Key, Wanted], now: datetime) -> Outcome:
    """An urgent SMS that reached nobody, or of which nothing is heard, sends its case to the next rung, once."""
    facts: list[Event] = []
    for sms in notice.sms.values():
        if sms.case_id is not None and key_of(sms) in must and _unreached(notice, sms, now):
            facts.append(case_handed_over(notice, notice.cases[sms.case_id], sms, "cannot-reach", now))
            notice = notice.with_sms(replace(sms, handed_over=True))
    return notice, tuple(facts)


def _withdraw(notice: Notice, must: Mapping[Key, Wanted], now: datetime) -> Outcome:
    """What is not sent yet and must not be told any more is withdrawn at once."""
    facts: list[Event] = []
    for sms in notice.sms.values():
        if sms.case_id is not None and sms.unsent and key_of(sms) not in must:
            facts.append(sms_withdrawn(notice, sms, _why(notice, notice.cases[sms.case_id], sms), now))
            notice = notice.with_sms(replace(sms, withdrawn_at=now))
    return notice, tuple(facts)


def _parked(notice: Notice, must: Mapping[Key, Wanted], now: datetime) -> Notice:
    """A case that cannot be told yet says since when, so that it is seen; it is told as soon as it can be.

    What only corrects an SMS that was told parks nothing.
    """
    told = live(notice)
    parked = {case.case_id for case, telling in owed(notice) if notice.holder(telling.role) is None}
    parked |= {key.case_id for key in must if key not in told and not key.stage.startswith(ASKED)}
    for case in notice.cases.values():
        if (case.case_id in parked) is (case.parked_since is None):
            notice = notice.with_case(replace(case, parked_since=now if case.parked_since is None else None))
    return notice


def _requested(notice: Notice, word: Wanted, request: SmsRequested) -> Sms:
    """A status that was heard before its request keeps its rank."""
    return replace(
        notice.sms.get(request.sms_id, Sms(request.sms_id)), case_id=request.case_id, stage=word.key.stage, role=request.role,
        holder_id=request.holder_id, phone=word.phone, lane=request.lane, turn=word.key.turn, requested_at=request.requested_at,
        asked=notice.asked_of(request.holder_id) if says_wishes(notice, word) else None,
    )  # fmt: skip


def _awaits_a_word(sms: Sms) -> bool:
    return sms.unsent and sms.lane == URGENT and sms.stage != RECALL and not sms.handed_over


def _unreached(notice: Notice, sms: Sms, now: datetime) -> bool:
    if sms.lane != URGENT or sms.stage == RECALL or sms.handed_over:
        return False
    silent = sms.requested_at is not None and sms.unsent and sms.requested_at + notice.voice.courtesy.silence <= now
    return silent or sms.status in REACHED_NOBODY


def _why(notice: Notice, case: Case, sms: Sms) -> str:
    if not case.stands:
        return "closed"
    if notice.dead and case.cause != BY_DEATH:
        return "death"
    holder = notice.holder(sms.role)
    still = holder is not None and holder.holder_id == sms.holder_id
    if still and sms.stage.startswith(ASKED) and not notice.dead:
        return "changed-again"
    return "acknowledged" if still and case.acknowledged_at is not None else "other-holder"
