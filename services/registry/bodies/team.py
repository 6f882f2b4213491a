"""What is given of a care team."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from services.registry.bodies import Body
from services.registry.bodies.codes import TeamRole
from services.registry.bodies.fields import Moment, Title, text
from services.registry.bodies.officers import Named

Word = Annotated[str, AfterValidator(text(20))]


class Joining(Body):
    member_id: UUID
    role: TeamRole
    holder: Named
    relation: Word | None = None
    """亲属与本人的关系，如：女儿。"""
    first: bool = False
    """同一角色有几人时，先联系此人。"""
    until_at: Moment | None = None
    """结对（签约）到期时间；到期而无人接续即为空缺。"""


class Leaving(Body):
    leaving_id: UUID
    reason: Title
    still_needed: bool = True
    """该角色是否仍须有人担任；否则不算空缺。"""


class Hosting(Body):
    agreement_id: UUID
    area: Title
    """安置地。"""
    hospitals: Annotated[tuple[Title, ...], Field(min_length=1, max_length=2)]
    """选定的一至两家医院。"""
    reference: Title | None = None
    """协议编号。"""
