"""What is given of groups."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from contracts.ids import PersonId, UnitId
from services.registry.bodies import Body
from services.registry.bodies.fields import Title
from services.registry.bodies.officers import Named

Number = Annotated[int, Field(ge=1, le=1000)]


class Forming(Body):
    group_id: UUID
    entry_id: UUID | None = None
    """变更已登记的组时必填，每次变更一个新编号。"""
    name: Title
    unit_id: UnitId
    least: Number = 10
    """人数下限、上限由老干部局定。"""
    most: Number = 20
    staff: Annotated[tuple[Named, ...], Field(min_length=1, max_length=20)]
    """第一人为联系人，列在各人卡片上。"""


class Linking(Body):
    link_id: UUID
    person_id: PersonId


class Unlinking(Body):
    unlink_id: UUID
    person_id: PersonId
    reason: Title
