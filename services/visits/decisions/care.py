"""What the care of one person hears, and its hour; the rules themselves stand in `domain`."""

from collections.abc import Callable
from datetime import datetime

from bus.decisions import Decision, Decisions, FanOut
from contracts.event import Event
from contracts.ids import derived
from contracts.notify import CaseAcknowledged, CaseHandedOver
from contracts.registry import (
    AbsenceEnded,
    AbsenceReported,
    DeathReported,
    DeathRetracted,
    FamilyChanged,
    HardshipReported,
    PersonCard,
    PersonClassed,
    PersonEnrolled,
    PostFilled,
    PostVacant,
    SituationBegan,
    SituationEnded,
)
from services.visits import domain
from services.visits.domain import Care, learning, newcomers
from services.visits.requests.notices import TellNewcomer
from services.visits.requests.policies import RebaseDuties
from services.visits.store import care_store


def _risk(state: Care) -> int:
    """Who is woken first: 0 somebody overdue, in hospital or bereaved; 1 somebody is owed something; 2 all is done."""
    open_ = [duty for duty in state.duties.values() if duty.is_open]
    if any(duty.missed_at is not None or duty.cause_id is not None for duty in open_):
        return 0
    return 1 if open_ else 2


care = Decisions(
    of=Care,
    kept_in=care_store,
    zh="必访事项",
    wakes_at=domain.next_change,
    risk=_risk,
    settled_under=lambda state: state.book.label,
    in_force=care_store.label_in_force,
)


def _hears(event: type[Event], learn: Callable[..., Care]) -> None:
    """The state learns the fact; the rest follows from the policy: the duties that exist become those that must exist."""

    def decide(state: Care, fact: Event, now: datetime) -> Decision[Care]:
        after, said = domain.hear(state, lambda care: learn(care, fact, now), now)
        return Decision(after, said, fan_out=_to_open_notices(state, after))

    care.hears(event)(decide)


def _to_open_notices(before: Care, after: Care) -> tuple[FanOut, ...]:
    """Asked after this is committed: a notice that is issued meanwhile finds the person there, or they find it, or both."""
    if not newcomers.comes(before, after):
        return ()
    telling_id = derived("newcomer", after.person_id, after.county, len(after.former))
    request = TellNewcomer(telling_id=telling_id, person_id=after.person_id, county=after.county)
    return (FanOut("notice", "open_in", after.city, request),)


_hears(PersonEnrolled, learning.enrolled)
_hears(PersonCard, learning.carded)
_hears(DeathReported, learning.death_reported)
_hears(DeathRetracted, learning.death_retracted)
_hears(FamilyChanged, learning.family_changed)
_hears(HardshipReported, learning.hardship_reported)
_hears(PersonClassed, learning.reclassed)
_hears(SituationBegan, learning.situation_began)
_hears(SituationEnded, learning.situation_ended)
_hears(AbsenceReported, learning.absence_reported)
_hears(AbsenceEnded, learning.absence_ended)
_hears(PostVacant, learning.post_vacant)
_hears(PostFilled, learning.post_filled)
_hears(CaseAcknowledged, domain.acknowledge)
_hears(CaseHandedOver, domain.hand_over)


@care.asked(RebaseDuties)
def rebase_duties(state: Care, request: RebaseDuties, now: datetime) -> Decision[Care]:
    """Where another version has come into force since it was ordered, nobody has said that it should be that one."""
    if state.policy.version != request.version:
        return Decision(state)
    return Decision(*domain.rebase(state, request.rebase_id, request.rule, now))


@care.woken
def the_hour_has_come(state: Care, now: datetime) -> Decision[Care]:
    """A period begins, a duty is missed, a rung of the ladder is reached."""
    return Decision(*domain.settle(state, now))
