"""What is given of a person who comes under care."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field, ValidationInfo
from pydantic import field_validator as checks
from pydantic_core import PydanticCustomError

from contracts.ids import PersonId, UnitId
from contracts.resident_id import ResidentId
from services.registry import city
from services.registry.bodies import Body
from services.registry.bodies.codes import Category, Kind, PoliticalStatus, Rank
from services.registry.bodies.fields import Day, Name, Number, Phone, Place
from services.registry.bodies.officers import Named


class Enrolment(Body):
    person_id: PersonId
    name: Name
    resident_id: Number
    birth_date: Day | None = None
    """取自身份证号；如另外填写，须与之相符。"""
    phones: Annotated[tuple[Phone, ...], Field(max_length=5)] = ()
    kind: Kind
    category: Category
    rank: Rank | None = None
    political_status: PoliticalStatus | None = None
    unit_id: UnitId
    community_id: UnitId | None = None
    survivor_of: PersonId | None = None
    """因此人去世而登记的遗属；已在服务中的配偶请关联，不重复登记。"""
    city: Place | None = None
    """不填则同管理单位。"""
    county: Place | None = None
    liaison: Named | None = None
    """在职联络员；不填则空缺，由单位负责人暂代。"""

    @checks("birth_date")
    @classmethod
    def _fits_the_resident_id(cls, given: date | None, info: ValidationInfo) -> date | None:
        number = info.data.get("resident_id")
        if given is not None and number is not None and given != ResidentId.read(number).birth_date:
            raise PydanticCustomError("birth_date", "与身份证号中的出生日期不符")
        return given

    @checks("survivor_of")
    @classmethod
    def _is_a_survivor(cls, given: PersonId | None, info: ValidationInfo) -> PersonId | None:
        """A cadre in their own right is cared for also when the death was false: a death must not be why they are enrolled."""
        kind = info.data.get("kind")
        if given is not None and kind is not None and kind != city.words().survivor:
            raise PydanticCustomError("no_survivor", "本人即离退休干部的，请先登记，再关联为遗属")
        return given


class Linking(Body):
    link_id: UUID
    survivor_of: PersonId
