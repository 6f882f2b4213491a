"""What each fact changes: it joins what is known, in whatever order and however often it comes, and the rest follows."""

from dataclasses import replace
from datetime import datetime

from contracts.event import Event
from contracts.gateway import SmsAccepted, SmsDelivered, SmsFailed, SmsHeldBack, SmsReplied, SmsUnknown
from contracts.ids import DutyId, derived
from contracts.notify import LANES
from contracts.registry import DeathReported, DeathRetracted, PersonCard
from contracts.visits import DutyDone, DutyEscalated, DutyOpened, DutySuperseded, DutyWaived
from services.notify.domain.notice import OPENED, RANK, Case, Death, Notice, Reply, Sms, SmsStatus, Telling, case_id_of
from services.notify.domain.settling import Outcome, settle

Status = SmsAccepted | SmsDelivered | SmsFailed | SmsUnknown | SmsHeldBack
Closing = DutyDone | DutyWaived | DutySuperseded


def duty_opened(notice: Notice, opened: DutyOpened, now: datetime) -> Outcome:
    """A duty with a message opens a case; without one nobody is told, but a later rung may have to be."""
    notice = _placed(notice, opened)
    case = _case(notice, opened.duty_id, opened.rule)
    if case.opened_at is None or opened.opened_at > case.opened_at:
        case = replace(
            case, rule=opened.rule, cause=opened.cause.kind, due_at=opened.due_at, opened_at=opened.opened_at
        )
    notice = notice.with_case(case)
    if opened.message is not None:
        notice = _asked(notice, case, OPENED, opened.role, opened.message, opened.lane, opened.opened_at)
    return settle(notice, now)


def duty_escalated(notice: Notice, escalated: DutyEscalated, now: datetime) -> Outcome:
    """The next rung must be told; also when somebody has acknowledged before: knowing is not doing."""
    notice = _placed(notice, escalated)
    case = _case(notice, escalated.duty_id, escalated.rule)
    case = replace(case, escalated_at=_later(case.escalated_at, escalated.escalated_at))
    notice = notice.with_case(case)
    if escalated.message is not None:
        notice = _asked(
            notice, case, f"rung-{escalated.rung}", escalated.role, escalated.message, escalated.lane, escalated.escalated_at
        )  # fmt: skip
    return settle(notice, now)


def duty_closed(notice: Notice, closing: Closing, now: datetime) -> Outcome:
    """There is nothing left to tell: what is unsent is withdrawn, and what was told of a false cause is taken back."""
    notice = _placed(notice, closing)
    case = _case(notice, closing.duty_id, closing.rule)
    closed_at, why = _closing(closing)
    if case.closed_at is None or (closed_at, why) > (case.closed_at, case.why):
        case = replace(case, closed_at=closed_at, why=why)
    return settle(notice.with_case(case), now)


def card_heard(notice: Notice, card: PersonCard, now: datetime) -> Outcome:
    """Who holds which role now. What was parked for want of it is told; a lower version is ignored."""
    if card.version >= notice.card_version:
        if (card.wishes, card.hours, card.ask_first) != (notice.wishes, notice.hours, notice.ask_first):
            notice = replace(notice, asked_since=card.stated_at)
        notice = replace(
            _placed(notice, card), card_version=card.version, city=card.city, county=card.county, name=card.name,
            unit_name=card.unit_name, holders=card.holders, card_deaths=card.death_reports,
            wishes=card.wishes, hours=card.hours, ask_first=card.ask_first,
        )  # fmt: skip
    return settle(notice, now)


def death_heard(notice: Notice, reported: DeathReported, now: datetime) -> Outcome:
    """Everything unsent that the death did not itself ask for is withdrawn at once."""
    death = notice.deaths.get(reported.report_id, Death(reported.report_id))
    return settle(_placed(notice, reported).with_death(replace(death, reported_at=reported.reported_at)), now)


def death_retracted(notice: Notice, retracted: DeathRetracted, now: datetime) -> Outcome:
    """What still stands and was held back is told after all; what the carrier had already taken is not told twice."""
    death = notice.deaths.get(retracted.report_id, Death(retracted.report_id))
    return settle(_placed(notice, retracted).with_death(replace(death, retracted_at=retracted.retracted_at)), now)


def status_heard(notice: Notice, status: Status, now: datetime) -> Outcome:
    """An SMS only moves forward in rank."""
    sms = notice.sms.get(status.sms_id, Sms(status.sms_id))
    if RANK[reached(status)] > RANK[sms.status]:
        sms = replace(sms, status=reached(status))
    return settle(_placed(notice, status).with_sms(sms), now)


def replied(notice: Notice, reply: SmsReplied, now: datetime) -> Outcome:
    """A holder answers: it concerns the case, never the duty."""
    notice = _placed(notice, reply)
    if reply.reply_id not in notice.replies:
        notice = notice.with_reply(Reply(reply.reply_id, reply.sms_id, reply.answer, reply.replied_at))
    return settle(notice, now)


def the_hour_has_come(notice: Notice, now: datetime) -> Outcome:
    """The hour may have made an urgent SMS one that reached nobody."""
    return settle(notice, now)


def _asked(notice: Notice, case: Case, stage: str, role: str, template: str, lane: str, at: datetime) -> Notice:
    """The latest asking of a stage counts. A lane that is not known here yet is a normal one."""
    lane = lane if lane in LANES else "normal"
    telling = Telling(derived("telling", case.case_id, stage), case.case_id, stage, role, template, lane, at)
    known = notice.tellings.get(telling.telling_id)
    if known is not None and known.asked_at >= at:
        return notice
    return notice.with_telling(telling)


def _case(notice: Notice, duty_id: DutyId, rule: str) -> Case:
    case_id = case_id_of(duty_id)
    return notice.cases.get(case_id, Case(case_id, duty_id, rule))


def _closing(closing: Closing) -> tuple[datetime, str]:
    match closing:
        case DutyDone():
            return closing.done_at, "done"
        case DutyWaived():
            return closing.waived_at, "waived"
        case DutySuperseded():
            return closing.superseded_at, closing.by


def reached(status: Status) -> SmsStatus:
    """Where an SMS is of which this was said."""
    match status:
        case SmsAccepted():
            return SmsStatus.ACCEPTED
        case SmsDelivered():
            return SmsStatus.DELIVERED
        case SmsFailed():
            return SmsStatus.FAILED
        case SmsUnknown():
            return SmsStatus.UNKNOWN
        case SmsHeldBack():
            return SmsStatus.EXPIRED if status.why == "expired" else SmsStatus.HELD_BACK


def _placed(notice: Notice, fact: Event) -> Notice:
    """City and county are those of the card; until it is known, those of the first fact."""
    return notice if notice.city else replace(notice, city=fact.city, county=fact.county)


def _later(at: datetime | None, other: datetime) -> datetime:
    return other if at is None else max(at, other)
