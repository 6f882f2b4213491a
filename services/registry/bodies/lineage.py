"""What is given of units that end, and of people who go to another."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from contracts.ids import HolderId, PersonId, UnitId
from services.registry.bodies import Body
from services.registry.bodies.fields import Title
from services.registry.bodies.officers import Named


class Heritage(Body):
    unit_id: UnitId
    people: tuple[PersonId, ...] | None = None
    """转入该单位的人员；只有一个接收单位时可不填，即全部转入。"""
    officers: tuple[HolderId, ...] = ()
    """随人员一并转入的联络员，仍联系原来的人员。"""
    liaison: Named | None = None
    """其余人员的在职联络员。"""


class Merger(Body):
    lineage_id: UUID
    unit_ids: Annotated[tuple[UnitId, ...], Field(min_length=1, max_length=50)]
    """并入的单位，并入后不再存在。"""
    officers: tuple[HolderId, ...] = ()
    liaison: Named | None = None
    document: Title | None = None
    """文号。"""


class Division(Body):
    lineage_id: UUID
    heirs: Annotated[tuple[Heritage, ...], Field(min_length=2, max_length=50)]
    document: Title | None = None


class Abolition(Body):
    lineage_id: UUID
    heirs: Annotated[tuple[Heritage, ...], Field(min_length=1, max_length=50)]
    document: Title | None = None


class Transferring(Body):
    transfer_id: UUID
    unit_id: UnitId
    reason: Title
    document: Title | None = None
    liaison: Named
    """新单位的在职联络员：任何时刻都不能没有。"""
