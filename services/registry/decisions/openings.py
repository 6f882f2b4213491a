"""Who has read what of whom is written down before anything is shown."""

from datetime import datetime

from bus.decisions import Decision
from contracts import notify, visits
from contracts.readings import OfAReading
from services.registry.decisions.states import opening
from services.registry.domain.openings import Opening
from services.registry.requests import Recorded
from services.registry.requests.openings import OpenFiles


@opening.asked(OpenFiles)
def open_files(state: Opening, request: OpenFiles, now: datetime) -> Decision[Opening]:
    """The file of somebody whose care has ended is read all the same."""
    assert request.by is not None
    by, what, purpose = request.by, request.what, request.purpose
    opened = Opening(state.opening_id, request.people, by.person, by.role, what, purpose, opened_at=now)
    return Decision(opened, answer=Recorded(id=request.opening_id, recorded_at=now))


def opened_elsewhere(state: Opening, fact: OfAReading, now: datetime) -> Decision[Opening]:
    """What other services have shown of somebody is read of them, too."""
    return Decision(
        Opening(state.opening_id, fact.people, fact.read_by, fact.role, fact.what, fact.purpose, opened_at=fact.read_at)
    )


opening.hears(visits.PeopleRead)(opened_elsewhere)
opening.hears(notify.PeopleRead)(opened_elsewhere)
