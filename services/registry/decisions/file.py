"""The file hears what other services say of a person, and is written into."""

from datetime import datetime

from bus.decisions import Decision
from contracts.event import Event
from contracts.registry import FieldRecorded
from services.registry import domain
from services.registry.decisions.changes import told
from services.registry.decisions.states import living, person, under_care
from services.registry.domain import TELLINGS, Person
from services.registry.domain.file_fields import AFTER_DEATH
from services.registry.domain.person import about
from services.registry.requests.file import RecordField


def a_line_is_written(state: Person, heard: Event, now: datetime) -> Decision[Person]:
    """The file hears everything about a person, also before they are enrolled."""
    return Decision(domain.write(domain.placed(state, heard), [heard], now))


for _event in TELLINGS:
    if _event.type.partition(".")[0] != "registry":
        person.hears(_event)(a_line_is_written)


@person.asked(RecordField)
def record_field(state: Person, request: RecordField, now: datetime) -> Decision[Person]:
    """A field of the file has a value from that day on; what was known of it before stays known (feature 3)."""
    learned = under_care(state) if request.field in AFTER_DEATH else living(state)
    said = FieldRecorded(
        **about(learned), record_id=request.record_id, field=request.field, value=request.value,
        clinical=request.clinical, as_of=request.as_of, learned_from=request.learned_from, recorded_at=now,
    )  # fmt: skip
    return told((state, (said,)), request, request.record_id, now)
