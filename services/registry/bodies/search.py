"""What is given to find somebody, and to make all indexes anew."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from services.registry.bodies import Body
from services.registry.bodies.fields import text


class Searching(Body):
    q: Annotated[str, AfterValidator(text(100))]
    """姓名（或其开头）、拼音、首字母、完整的身份证号、完整的电话、单位名称。"""
    unit: UUID | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class Reindexing(Body):
    rebuild_id: UUID
    """每次重建一个新编号，中断后用同一编号继续。"""
    after: UUID | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 100
