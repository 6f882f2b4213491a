"""What is given of what changes about a person."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from contracts.ids import UnitId
from services.registry.bodies import Body
from services.registry.bodies.codes import Absence, Category, Code, Kind, PoliticalStatus, Rank, Situation
from services.registry.bodies.fields import Day, Hour, Moment, Name, Number, Phone, Title


class Classing(Body):
    change_id: UUID
    kind: Kind
    category: Category
    rank: Rank | None = None
    reason: Title
    happened_on: Day | None = None


class SituationBeginning(Body):
    situation_id: UUID
    situation: Situation
    began_on: Day | None = None


class SituationEnding(Body):
    ended_on: Day | None = None


class AbsenceReport(Body):
    absence_id: UUID
    absence: Absence
    from_at: Moment
    until_at: Moment


class AbsenceEnding(Body):
    ended_at: Hour
    reason: Title


def _at_the_door(why: str) -> str:
    if why in ("merged", "death-retracted"):
        raise PydanticCustomError("why", "这一原因由合并档案、撤销去世报告产生，不可直接填写")
    return why


class CareEnding(Body):
    end_id: UUID
    why: Annotated[Code, AfterValidator(_at_the_door)]


class Resumption(Body):
    reason: Title


CORRECTABLE = ("name", "resident_id", "phones", "community_id", "rank", "political_status")


class Correcting(Body):
    """Only what is given is corrected; a null takes the value away."""

    correction_id: UUID
    name: Name | None = None
    resident_id: Number | None = None
    phones: Annotated[tuple[Phone, ...], Field(max_length=5)] = ()
    community_id: UnitId | None = None
    rank: Rank | None = None
    political_status: PoliticalStatus | None = None
    reason: Title
    since: Day | None = None
    """自何日起如此；不填则自登记起即如此。"""

    @property
    def given(self) -> tuple[str, ...]:
        return tuple(field for field in CORRECTABLE if field in self.model_fields_set)
