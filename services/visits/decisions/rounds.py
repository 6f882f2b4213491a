"""The rounds of each holder, as each of their contacts is followed, struck, or looked at."""

from datetime import datetime

from bus.decisions import Decision, Decisions
from services.visits.decisions.callers import holder_of
from services.visits.domain import rounds as domain
from services.visits.domain.rounds import Rounds
from services.visits.requests.rounds import FlagWasReviewed, FollowContact, ReviewFlag, UnfollowContact
from services.visits.store import rounds_store

rounds = Decisions(of=Rounds, kept_in=rounds_store, settled_under=lambda state: state.book.label, zh="走访轨迹")


@rounds.asked(FollowContact)
def follow_contact(state: Rounds, request: FollowContact, now: datetime) -> Decision[Rounds]:
    """Nothing is owed or done because of a flag."""
    return Decision(*domain.follow(state, request.trace, now))


@rounds.asked(UnfollowContact, whole=True)
def unfollow_contact(state: Rounds, request: UnfollowContact, now: datetime) -> Decision[Rounds]:
    return Decision(*domain.unfollow(state, request.trace, now))


@rounds.asked(ReviewFlag)
def review_flag(state: Rounds, request: ReviewFlag, now: datetime) -> Decision[Rounds]:
    """By a named person, for a reason."""
    holder, _ = holder_of(request.by)
    after, said = domain.review(state, request.flag_id, request.review, holder, request.reason, now)
    return Decision(after, said, FlagWasReviewed(flag_id=request.flag_id, review=request.review))
