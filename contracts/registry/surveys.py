"""Survey rounds: who is asked which form, and what was answered."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime

from contracts.event import Event
from contracts.ids import PersonId, UnitId
from contracts.personal import SealedClinical
from contracts.registry.topics import PEOPLE, SURVEYS


class SurveyRoundOpened(Event, topic=SURVEYS, type="registry.survey-round-opened.v1", key="round_id"):
    """People of a unit, a county or the whole city are asked the questions of one form, until a day (row 17)."""

    round_id: UUID
    name: str
    form: str
    """The form and its version: basic-situation.v1."""
    unit_id: UnitId | None = None
    """None = everybody of the county; where `county` is empty, too, everybody of the city."""
    closes_on: date
    opened_at: AwareDatetime


class SurveyAnswered(Event, topic=PEOPLE, type="registry.survey-answered.v1", key="person_id"):
    """The person has answered in a round. What a question tells of a field of the file is told as `FieldRecorded` besides."""

    person_id: PersonId
    answer_id: UUID
    round_id: UUID
    round: str
    """What the round is called: about no person, in clear."""
    form: str
    items: tuple[str, ...]
    """The questions that were answered."""
    answers: SealedClinical
    """A JSON object, question → answer; sealed with kind `survey-answers`, bound to `person_id`."""
    answered_at: AwareDatetime
