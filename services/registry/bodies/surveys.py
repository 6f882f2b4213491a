"""What is given of a survey round, and what is answered in one."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from contracts.ids import UnitId
from services.registry.bodies import Body
from services.registry.bodies.fields import AnyDay, Place, Title
from services.registry.forms import Answer, forms


def _known(given: str) -> str:
    if given not in forms():
        raise PydanticCustomError("form", "没有这一调查表：{known}", {"known": "、".join(forms())})
    return given


class RoundOpening(Body):
    round_id: UUID
    name: Title
    form: Annotated[str, AfterValidator(_known)]
    city: Place
    county: Place | None = None
    """不填县（市、区）与单位，则为全市。"""
    unit_id: UnitId | None = None
    closes_on: AnyDay


class Answering(Body):
    answer_id: UUID
    round_id: UUID
    answers: dict[str, Answer]
