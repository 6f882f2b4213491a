"""Of whom the names are asked."""

from uuid import UUID

from pydantic import Field

from services.registry.bodies import Body


class Asking(Body):
    """每次至多 200 人、200 个单位。"""

    people: list[UUID] = Field(default_factory=list, max_length=200)
    units: list[UUID] = Field(default_factory=list, max_length=200)
