"""A file that ends, or was two people's after all: what is not settled goes along, and comes back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from bus.decisions import Decision, FanOut
from contracts.event import Event
from contracts.ids import PersonId, derived
from contracts.medical import AdmissionCancelled, DischargeCancelled, PatientAdmitted, PatientDischarged
from contracts.registry import CareEnded, CareResumed, FamilyChangeRetracted, HardshipRetracted
from services.visits import domain
from services.visits.decisions.care import care
from services.visits.domain import Care, causes, learning, merging
from services.visits.domain.merging import Handover
from services.visits.requests.merging import TakeOver


@care.hears(CareEnded)
def care_has_ended(state: Care, fact: CareEnded, now: datetime) -> Decision[Care]:
    """Where another file goes on, it takes over what this one has not settled."""
    if fact.end_id in state.happenings and state.happenings[fact.end_id].known_at is not None:
        return Decision(state)
    given = merging.handover_of(state, now)
    decided = Decision(*domain.settle(learning.care_ended(state, fact, now), now))
    return replace(decided, fan_out=_taken_over(state, fact.into, fact.end_id, given, now, back=False, whole=True))


@care.hears(CareResumed)
def care_is_resumed(state: Care, fact: CareResumed, now: datetime) -> Decision[Care]:
    """What another file had taken over is this one's again: what is owed by the calendar is known by what it opens anew."""
    ended = state.happenings.get(fact.end_id)
    decided = Decision(*domain.settle(learning.care_resumed(state, fact, now), now))
    if ended is None or ended.until is not None or ended.known_at is None:
        return decided
    given = merging.handover_of(decided.state, ended.known_at)
    return replace(decided, fan_out=_taken_over(state, ended.into, fact.end_id, given, now, back=True, whole=True))


def _hears_retraction(event: type[Event], learn: Callable[..., Care], id_of: str) -> None:
    """Where the file was merged since, what the other has taken over of it falls there, too."""

    def decide(state: Care, fact: Event, now: datetime) -> Decision[Care]:
        decided = Decision(*domain.hear(state, lambda care: learn(care, fact, now), now))
        id_ = getattr(fact, id_of)
        given = Handover((), (decided.state.happenings[id_],), (), {})
        end_id = derived("retraction", id_)
        return replace(decided, fan_out=_taken_over(state, causes.into(state), end_id, given, now, back=True))

    care.hears(event)(decide)


_hears_retraction(FamilyChangeRetracted, learning.family_change_retracted, "change_id")
_hears_retraction(HardshipRetracted, learning.hardship_retracted, "hardship_id")


Stayed = PatientAdmitted | PatientDischarged | DischargeCancelled | AdmissionCancelled


def _hears_stay(event: type[Stayed], learn: Callable[..., Care]) -> None:
    """Hospitals and the registry are not heard in one order: what is told under a file that was merged since goes along."""

    def decide(state: Care, fact: Stayed, now: datetime) -> Decision[Care]:
        decided = Decision(*domain.hear(state, lambda care: learn(care, fact, now), now))
        stay = decided.state.stays[fact.stay_id]
        if stay == state.stays.get(fact.stay_id) or stay.given_back_at is not None:
            return decided
        told_id = derived("stay-told", fact.stay_id, event.__name__, now.isoformat())
        given = Handover((stay,), (), (), {})
        return replace(decided, fan_out=_taken_over(state, causes.into(state), told_id, given, now, back=False))

    care.hears(event)(decide)


_hears_stay(PatientAdmitted, learning.admitted)
_hears_stay(PatientDischarged, learning.discharged)
_hears_stay(DischargeCancelled, learning.discharge_cancelled)
_hears_stay(AdmissionCancelled, learning.admission_cancelled)


def _taken_over(
    state: Care, into: PersonId | None, end_id: UUID, given: Handover, now: datetime, *, back: bool, whole: bool = False
) -> tuple[FanOut, ...]:
    if into is None:
        return ()
    request = TakeOver(
        end_id=end_id, take_over_id=derived("take-over", end_id, back), given=given, back=back, as_of=now, whole=whole,
        through=(state.person_id,),
    )  # fmt: skip
    return (FanOut("care", "person_id", into, request),)


@care.asked(TakeOver, whole=True)
def take_over(state: Care, request: TakeOver, now: datetime) -> Decision[Care]:
    """Under another file that was the same person's; or back, when they were two after all."""
    of = request.through[0]
    if merging.is_overtaken(state, of, request.as_of):
        return take_over(state, _of_its_own(request, now), now) if request.anew is not None else Decision(state)
    decide = merging.give_back if request.back else merging.take_over
    after, told = decide(state, request.given, now)
    if request.anew is not None:
        after, more = merging.take_over(after, request.anew, now)
        told = (*told, *more)
    if request.whole:
        after = merging.heard_whole(after, of, request.as_of)
    return Decision(after, told, fan_out=_passed_on(after, request, now))


def _of_its_own(request: TakeOver, now: datetime) -> TakeOver:
    """What the file between has nevertheless: the first has told by itself what it has, and cannot know of that."""
    own = {"given": request.anew, "anew": None, "back": False, "whole": False, "as_of": now}
    return request.model_copy(update={**own, "through": request.through[-1:]})


def _passed_on(state: Care, request: TakeOver, now: datetime) -> tuple[FanOut, ...]:
    """A file that has itself gone into another by then owes nothing any more: the one that goes on takes it over, too."""
    into, through = causes.into(state), (*request.through, state.person_id)
    if into is None or into in through:
        return ()
    take_over_id = derived("passed-on", request.take_over_id, state.person_id)
    anew = merging.handover_of(state, now) if request.back else None
    onward = request.model_copy(update={"take_over_id": take_over_id, "through": through, "anew": anew})
    return (FanOut("care", "person_id", into, onward),)
