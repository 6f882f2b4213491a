"""What is asked of survey rounds, and of people in them."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from bus.decisions import Request
from contracts.ids import PersonId, UnitId
from contracts.personal import SealedClinical, SealedIdentity


class OpenRound(Request, key="round_id", id="round_id"):
    """Ask people of a unit, a county (empty: of the whole city) one form, until a day (row 17)."""

    round_id: UUID
    name: str
    form: str
    city: str
    county: str
    unit_id: UnitId | None = None
    closes_on: date


class FieldTold(BaseModel):
    """What an answer tells of a field of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    field: str
    value: SealedIdentity | None = None
    clinical: SealedClinical | None = None


class AnswerSurvey(Request, key="person_id", id="answer_id"):
    """Write down what the person answered."""

    person_id: PersonId
    answer_id: UUID
    round_id: UUID
    round: str
    form: str
    items: tuple[str, ...]
    answers: SealedClinical
    tells: tuple[FieldTold, ...]
