"""People come under care."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from bus.decisions import Decision, Rejected
from contracts.event import Event
from contracts.ids import derived
from contracts.registry import PersonEnrolled
from services.registry.decisions.states import person, stated, who
from services.registry.decisions.survivors import note_at_the_dead
from services.registry.domain import Person, liaisons
from services.registry.domain.search import KEYED, Found, keyed
from services.registry.requests import Recorded
from services.registry.requests.people import EnrolPerson


@person.asked(EnrolPerson)
def enrol(state: Person, request: EnrolPerson, now: datetime) -> Decision[Person]:
    """From now on somebody owes this person something. A unit that is not known yet is waited for, not refused.

    (The door has looked: units never leave the roster. Told again to a database that was set back, a person may come first.)
    """
    if state.enrolled_at is not None:
        raise Rejected("already-enrolled", "此人已登记", "person_id", status=409)
    given = request.model_dump(exclude={"person_id", "by", "at_door", "keys", "liaison"})
    found = [Found(key.field, key.form, key.index) for key in request.keys]
    state = keyed(replace(state, **given, enrolled_at=now), KEYED, found)
    said: tuple[Event, ...] = (PersonEnrolled(person_id=state.person_id, enrolled_at=now, **_told(given)),)
    if request.liaison is not None:
        state, assigned = liaisons.assign(state, derived("assignment", state.person_id), request.liaison, now)
        said = (*said, assigned)
    noted = note_at_the_dead(state, request)
    recorded = Recorded(id=request.person_id, recorded_at=now)
    return stated(state, said, now, who(request), recorded, fan_out=noted)


def _told(given: dict[str, Any]) -> dict[str, Any]:
    """Blind indexes, and what of the birth is in clear, are on the card alone."""
    return {name: value for name, value in given.items() if name in PersonEnrolled.model_fields}
