"""What is given of a person's plan."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from services.registry.bodies import Body
from services.registry.bodies.codes import Role
from services.registry.bodies.fields import AnyDay, Name, text

Words = Annotated[str, AfterValidator(text(300))]


class ItemEntry(Body):
    item_id: UUID
    """同一需求在各版本中编号不变。"""
    need: Words
    promise: Words
    role: Role
    until: AnyDay


def _each_once(given: tuple[ItemEntry, ...]) -> tuple[ItemEntry, ...]:
    if len({item.item_id for item in given}) < len(given):
        raise PydanticCustomError("item_id", "同一编号的需求出现了不止一次")
    return given


class Adopting(Body):
    plan_id: UUID
    replaces: UUID | None = None
    """所修改的版本；首个版本不填。"""
    items: Annotated[tuple[ItemEntry, ...], Field(min_length=1, max_length=50), AfterValidator(_each_once)]
    adopted_by: Name
    next_review: AnyDay
