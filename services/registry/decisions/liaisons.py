"""Somebody named answers for each person, at every instant (row 06): named, relieved, followed."""

from datetime import datetime

from bus.decisions import Decision, FanOut, Rejected
from services.registry.decisions.states import enrolled, person, stated, under_care, unit, who
from services.registry.domain import Officer, Person, Unit, liaisons
from services.registry.requests import Recorded
from services.registry.requests.liaisons import AssignLiaison, EndLiaison, LoseLiaison, RelieveOfficer


@person.asked(AssignLiaison)
def assign_liaison(state: Person, request: AssignLiaison, now: datetime) -> Decision[Person]:
    """The officer is of the person's own unit; who answered before does no more."""
    officer = Officer(request.liaison_id, request.name, request.phone)
    state, said = liaisons.assign(under_care(state), request.assignment_id, officer, now)
    return stated(state, (said,), now, who(request), Recorded(id=request.assignment_id, recorded_at=now))


@person.asked(EndLiaison)
def end_liaison(state: Person, request: EndLiaison, now: datetime) -> Decision[Person]:
    """The successor answers from this instant; of an officer who is gone already, the post is vacant."""
    after, said = liaisons.relieve(
        enrolled(state), request.ending_id, request.liaison_id, request.reason, request.successor, now
    )
    if not said:
        raise Rejected("liaison-other", "此人不是该人员的在职联络员", "liaison_id", status=409)
    return stated(after, said, now, who(request), Recorded(id=request.ending_id, recorded_at=now))


@unit.asked(RelieveOfficer)
def relieve_officer(state: Unit, request: RelieveOfficer, now: datetime) -> Decision[Unit]:
    """Each of their people is told who follows."""
    each = LoseLiaison(
        ending_id=request.ending_id, liaison_id=request.liaison_id, reason=request.reason, successor=request.successor,
        by=request.by,
    )  # fmt: skip
    people = FanOut(of="person", column="unit_path", value=state.unit_id, request=each)
    return Decision(state, answer=Recorded(id=request.ending_id, recorded_at=now), fan_out=(people,))


@person.asked(LoseLiaison)
def lose_liaison(state: Person, request: LoseLiaison, now: datetime) -> Decision[Person]:
    after, said = liaisons.relieve(state, request.ending_id, request.liaison_id, request.reason, request.successor, now)
    return stated(after, said, now, who(request)) if said else Decision(state)
