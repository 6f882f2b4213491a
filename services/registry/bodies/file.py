"""What is given of a field of the file, and of the moment at which the file is looked at."""

from datetime import UTC, date, datetime, time
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BeforeValidator

from contracts.zone import CITY
from services.registry.bodies import Body
from services.registry.bodies.codes import Code, Source
from services.registry.bodies.fields import Day, text


class FieldEntry(Body):
    record_id: UUID
    field: Code
    value: Annotated[str, AfterValidator(text(500))]
    as_of: Day | None = None
    """所记内容是哪一天的情况；不填则为今天。"""
    learned_from: Source | None = None
    """从谁那里得知：本人、家属、单位、社区、两费中心等，按本市用语。"""


def _end_of_the_day(given: object) -> object:
    try:
        return datetime.combine(date.fromisoformat(str(given)), time.max, CITY)
    except ValueError:
        return given


Moment = Annotated[AwareDatetime, BeforeValidator(_end_of_the_day), AfterValidator(lambda given: given.astimezone(UTC))]
"""A day, meaning its end in the city; or an hour with its zone."""
