"""Before blame, a reminder: of each duty that is due soon one lies in the tray of whoever must act now, and in no other."""

from dataclasses import replace
from datetime import datetime

from contracts.ids import HolderId
from contracts.registry import Holder
from contracts.visits import DutyDueSoon
from services.notify.domain.notice import BY_DEATH, Notice, case_id_of
from services.notify.domain.reminder import DueSoon, Reminder
from services.notify.domain.settling import Outcome, settle

Laid = tuple[HolderId, Reminder]
"""Into whose tray, and what."""


def due_soon_heard(notice: Notice, said: DutyDueSoon, now: datetime) -> Outcome:
    """The latest saying counts: it may name another role, or another time."""
    known = notice.due_soon.get(said.duty_id)
    if known is None or known.reminded_at < said.reminded_at:
        due = known or DueSoon(said.duty_id, said.role, said.due_at, said.reminded_at)
        due = replace(due, role=said.role, due_at=said.due_at, reminded_at=said.reminded_at)
        notice = replace(notice, due_soon={**notice.due_soon, due.duty_id: due})
    return settle(notice, now)


def lay(notice: Notice, now: datetime) -> tuple[Notice, tuple[Laid, ...]]:
    """The trays become what they must be: run after every fact, and running it twice lays nothing."""
    laid: list[Laid] = []
    for due in notice.due_soon.values():
        holder = notice.holder(due.role) if _is_owed(notice, due) else None
        after = _laid(due, holder)
        if after == due:
            continue
        if due.holder_id is not None and due.holder_id != after.holder_id:
            laid.append((due.holder_id, _reminder(notice, due, False, now)))
        if after.holder_id is not None:
            laid.append((after.holder_id, _reminder(notice, after, True, now)))
        notice = replace(notice, due_soon={**notice.due_soon, due.duty_id: after})
    return notice, tuple(laid)


def _is_owed(notice: Notice, due: DueSoon) -> bool:
    """Since it was said the duty was neither ended nor sent to the next rung; of the dead only what their death asks for."""
    case = notice.cases.get(case_id_of(due.duty_id))
    if case is None:
        return not notice.dead
    ended = case.closed_at is not None and case.closed_at >= due.reminded_at and not case.stands
    risen = case.escalated_at is not None and case.escalated_at >= due.reminded_at
    return not ended and not risen and (not notice.dead or case.cause == BY_DEATH)


def _laid(due: DueSoon, holder: Holder | None) -> DueSoon:
    if holder is None:
        return replace(due, holder_id=None, phone=None, laid_for=None)
    return replace(due, holder_id=holder.holder_id, phone=holder.phone, laid_for=due.reminded_at)


def _reminder(notice: Notice, due: DueSoon, stands: bool, now: datetime) -> Reminder:
    assert due.phone is not None
    return Reminder(
        due.duty_id, due.role, notice.city, notice.county, due.due_at, due.reminded_at, due.phone, stands, said_at=now
    )
