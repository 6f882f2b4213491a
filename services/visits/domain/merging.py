"""Two files were one person's (feature 13): what the one had raised and nobody has settled is owed under the other.

What comes round by the calendar is owed there anyway, as old as the older of both is: nobody is forgotten by a merge.
Situations and absences are said once more of the file that goes on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from contracts.event import Event
from contracts.ids import DutyId, PersonId, derived
from services.visits.domain import remembering, telling
from services.visits.domain.care import CALENDAR, By, Care, ClosedAs, Decided, Duty
from services.visits.domain.happenings import Happening, Stay
from services.visits.domain.heirs import inherit, lineage, own_due_at, superseded_by
from services.visits.domain.late import fresh
from services.visits.domain.rules import Stack
from services.visits.domain.settle import learnt_now, reconciled, settle
from services.visits.domain.stays import given_back, joined

_SETTLED = (ClosedAs.DONE, ClosedAs.WAIVED)
HANDED_OVER = frozenset({"family-changed", "hardship-reported", "no-answer", "contact-outcome"})
"""Events whose happenings go along; of a notice or a vacancy the other file hears by itself."""


@dataclass(frozen=True, slots=True)
class Handover:
    """What goes along: facts that raise duties, the duties of them that were done or waived, when somebody was there, or

    tried in vain, and what was overdue by the calendar, or because nobody had been there for long, when the file ended.
    """

    stays: tuple[Stay, ...]
    happenings: tuple[Happening, ...]
    settled: tuple[Duty, ...]
    last_made: Mapping[str, datetime]
    owed: tuple[Duty, ...] = ()
    unanswered_at: datetime | None = None


def is_overtaken(care: Care, of: PersonId, as_of: datetime) -> bool:
    """What a file tells over another may come after what it told by itself, and knew more."""
    known = care.handed.get(str(of))
    return known is not None and as_of < known


def heard_whole(care: Care, of: PersonId, as_of: datetime) -> Care:
    return replace(care, handed={**care.handed, str(of): as_of})


def handover_of(care: Care, ended_at: datetime) -> Handover:
    """`ended_at`: when the end was decided; what went along then is what comes back."""
    return Handover(
        stays=tuple(stay for stay in care.stays.values() if stay.given_back_at is None),
        happenings=tuple(
            one for one in care.happenings.values() if one.event in HANDED_OVER and one.retracted_at is None
        ),
        settled=tuple(
            duty for duty in care.duties.values() if duty.cause_id is not None and duty.closed_as in _SETTLED
        ),
        last_made=care.last_made,
        owed=tuple(
            duty for duty in care.duties.values() if duty.cause_id is None and duty.is_open and duty.due_at <= ended_at
        ),
        unanswered_at=care.unanswered_at,
    )


def take_over(care: Care, given: Handover, now: datetime) -> Decided:
    care, were = learnt_now(care, lambda care: heard(care, given), now)
    care, before = reconciled(care, now)
    told: list[Event] = []
    for duty in given.owed:
        care = _with_age(care, _as_of(care, duty), now, told)
    care, after = settle(care, now)
    return care, (*were, *before, *told, *after)


def _with_age(care: Care, older: Duty, now: datetime, told: list[Event]) -> Care:
    """What is overdue there gives its age and its rung to what is owed here; where nothing is, it goes on itself."""
    here = [duty for duty in care.duties.values() if duty.rule == older.rule and duty.cause_id is None]
    heir = next((duty for duty in here if duty.is_open and _takes_its_place(care, duty, older)), None)
    if heir is not None:
        if heir.due_at <= older.due_at and heir.rung >= older.rung:
            return care
        aged = inherit(care, heir, [older], now)
        told.append(telling.changed(care, aged, now))
        return replace(care, duties={**care.duties, aged.duty_id: aged})
    was_done = any(duty.closed_as in _SETTLED and duty.cause_at >= older.cause_at for duty in here)
    if was_done or older.duty_id in care.duties:
        return care
    told.append(telling.opened(care, older, now))
    return replace(care, duties={**care.duties, older.duty_id: older})


def _takes_its_place(care: Care, duty: Duty, older: Duty) -> bool:
    rule = care.rule_of(duty)
    each = rule is not None and rule.stack is Stack.EACH and duty.cause_kind == CALENDAR
    return not each or duty.occurrence == older.occurrence


def heard(care: Care, given: Handover) -> Care:
    """With the hours at which they were known, so that every due time is what it was. What is known here already stays."""
    stays = {stay.stay_id: joined(care.stays.get(stay.stay_id), stay) for stay in given.stays}
    taken = {one.happening_id: one for one in given.happenings if _is_to_take(care.happenings.get(one.happening_id))}
    settled = {id_: duty for id_, duty in named(care, given).items() if _is_settled_there(care.duties.get(id_))}
    last_made = dict(care.last_made)
    for what, at in given.last_made.items():
        last_made[what] = max(at, last_made.get(what, at))
    tried = [at for at in (care.unanswered_at, given.unanswered_at) if at is not None]
    return replace(
        care,
        stays={**care.stays, **stays},
        happenings={**care.happenings, **taken},
        duties={**care.duties, **settled},
        last_made=last_made,
        unanswered_at=max(tried, default=None),
    )


def give_back(care: Care, given: Handover, now: datetime) -> Decided:
    """They were two after all: what came from the other is retracted here, and stands there again.

    The care must be whole: the silence that its own attempts would have begun, had the other's not gone on, it has now.
    """
    told: list[Event] = []
    for duty in given.owed:
        care = _without_age(care, duty, now, told)
    care = _unheard(care, given, now)
    if given.last_made or given.unanswered_at is not None:
        care = remembering.anew(_unmet(care, given), now)
    care, after = settle(care, now)
    return care, (*told, *after)


def _unmet(care: Care, given: Handover) -> Care:
    """Who was there, or was not heard, under the other file was so there."""
    last_made = {what: at for what, at in care.last_made.items() if given.last_made.get(what) != at}
    tried_at = care.unanswered_at if care.unanswered_at != given.unanswered_at else None
    return replace(care, last_made=last_made, unanswered_at=tried_at)


def _without_age(care: Care, older: Duty, now: datetime, told: list[Event]) -> Care:
    """What went on here goes on there; what was as old as it is as old as itself, and told of anew."""
    own = care.duties.get(_as_of(care, older).duty_id)
    if own is not None and own.is_open and own.due_at == older.due_at and own.own_due_at is None:
        if _is_owed_here_too(care, own, now):
            return care
        gone = superseded_by(own, older, now)
        told.append(telling.superseded(care, gone))
        return replace(care, duties={**care.duties, gone.duty_id: gone})
    for heir in care.duties.values():
        if heir.rule == older.rule and heir.is_open and heir.own_due_at is not None and heir.due_at == older.due_at:
            oldest = min(own_due_at(each) for each in (*lineage(care, heir), heir))
            if oldest == heir.due_at:
                return care
            young = fresh(care, heir, oldest, now)
            told.append(telling.changed(care, young, now))
            return replace(care, duties={**care.duties, young.duty_id: young})
    return care


def _is_owed_here_too(care: Care, own: Duty, now: datetime) -> bool:
    """Both were owed it from the same hour: were it not here, it would be opened."""
    alone, _ = reconciled(
        replace(care, duties={id_: duty for id_, duty in care.duties.items() if id_ != own.duty_id}), now
    )
    again = alone.duties.get(own.duty_id)
    return again is not None and again.due_at == own.due_at


def _unheard(care: Care, given: Handover, now: datetime) -> Care:
    stays = {
        stay.stay_id: given_back(care.stays[stay.stay_id], now) for stay in given.stays if stay.stay_id in care.stays
    }
    taken = {
        one.happening_id: replace(care.happenings[one.happening_id], retracted_at=now)
        for one in given.happenings
        if one.happening_id in care.happenings and care.happenings[one.happening_id].retracted_at is None
    }
    settled = {id_: _never_was(care.duties[id_], now) for id_, duty in named(care, given).items() if _is(care, duty)}
    return replace(
        care,
        stays={**care.stays, **stays},
        happenings={**care.happenings, **taken},
        duties={**care.duties, **settled},
    )


def _is(care: Care, duty: Duty) -> bool:
    """Settled here by what settled it there."""
    known = care.duties.get(duty.duty_id)
    return known is not None and known.closed_as is duty.closed_as and known.closed_by_id == duty.closed_by_id


def _never_was(duty: Duty, now: datetime) -> Duty:
    """It is the other's: whether it stays settled is not told here, until the files are one again."""
    return replace(
        duty, closed_at=now, closed_as=ClosedAs.SUPERSEDED, closed_by=By.RETRACTION, closed_by_id=duty.cause_id, reason=None
    )  # fmt: skip


def _is_to_take(known: Happening | None) -> bool:
    """Not known, or given back before."""
    return known is None or known.retracted_at is not None


def _is_settled_there(known: Duty | None) -> bool:
    """Not known, or given back before and settled since. What this file has decided of it itself stays."""
    return known is None or known.closed_by is By.RETRACTION


def named(care: Care, given: Handover) -> dict[DutyId, Duty]:
    """What was settled there, as it is called here."""
    return {duty.duty_id: duty for duty in (_as_of(care, each) for each in given.settled)}


def _as_of(care: Care, duty: Duty) -> Duty:
    """As the same occurrence is called under this file, so that it is not owed a second time."""
    return replace(duty, duty_id=DutyId(derived("duty", care.person_id, duty.rule, duty.party, duty.occurrence)))
