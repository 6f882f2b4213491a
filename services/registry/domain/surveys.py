"""A round asks people of a unit, a county or a city one form; what they answer tells fields of their files."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from contracts.ids import UnitId, derived
from contracts.personal import SealedClinical, SealedIdentity
from contracts.registry import FieldRecorded, SurveyAnswered
from services.registry.domain.circumstances import SurveyAnswer
from services.registry.domain.person import Decided, Person, about


@dataclass(frozen=True, slots=True)
class SurveyRound:
    """The root. Without a name it was never opened."""

    round_id: UUID
    name: str = ""
    form: str = ""
    city: str = ""
    county: str = ""
    """Empty = the whole city."""
    unit_id: UnitId | None = None
    closes_on: date | None = None
    opened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What one answer tells of a field."""

    field: str
    value: SealedIdentity | None
    clinical: SealedClinical | None


def answer(
    person: Person, given: SurveyAnswer, round_name: str, items: tuple[str, ...], tells: Iterable[Told]
) -> Decided:
    """The answers as they were given, and the fields that they tell; answered again, the later stands."""
    now = given.answered_at
    said = SurveyAnswered(
        **about(person), answer_id=given.answer_id, round_id=given.round_id, round=round_name, form=given.form,
        items=items, answers=given.answers, answered_at=now,
    )  # fmt: skip
    fields = tuple(
        FieldRecorded(
            **about(person), record_id=derived("survey-field", given.answer_id, told.field), field=told.field,
            value=told.value, clinical=told.clinical, recorded_at=now,
        )
        for told in tells
    )  # fmt: skip
    return replace(person, answers={**person.answers, given.answer_id: given}), (said, *fields)
