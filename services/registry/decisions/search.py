"""People are found by indexes of another key from now on."""

from dataclasses import replace
from datetime import datetime

from bus.decisions import Decision
from services.registry import domain
from services.registry.decisions.states import enrolled, person
from services.registry.domain import Person
from services.registry.domain.search import KEYED, Found, assert_read, keyed
from services.registry.requests import Recorded
from services.registry.requests.search import ReindexPerson


@person.asked(ReindexPerson)
def reindex_person(state: Person, request: ReindexPerson, now: datetime) -> Decision[Person]:
    """The card shows the new indexes at once, if they are other."""
    assert_read(enrolled(state), request.name, request.resident_id, request.phones)
    after = keyed(state, KEYED, [Found(key.field, key.form, key.index) for key in request.keys])
    after = replace(
        after, name_index=request.name_index, birth_date_index=request.birth_date_index,
        resident_id_index=request.resident_id_index,
    )  # fmt: skip
    answer = Recorded(id=request.reindex_id, recorded_at=now)
    if after.resident_id_index == state.resident_id_index and after.name_index == state.name_index:
        return Decision(after, answer=answer)
    return Decision(*domain.state_card(after, now), answer)
