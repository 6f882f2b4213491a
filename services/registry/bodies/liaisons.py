"""What is given of who answers for people."""

from uuid import UUID

from pydantic import ValidationInfo
from pydantic import field_validator as checks
from pydantic_core import PydanticCustomError

from contracts.ids import HolderId
from services.registry.bodies import Body
from services.registry.bodies.fields import Name, Phone, Title
from services.registry.bodies.officers import Named


class Assigning(Body):
    assignment_id: UUID
    liaison_id: HolderId
    name: Name
    phone: Phone


class Relieving(Body):
    ending_id: UUID
    liaison_id: HolderId
    reason: Title
    gone: bool = False
    """联络员已离岗而尚无接任者：职位即为空缺，由单位负责人暂代。"""
    successor: Named | None = None

    @checks("successor")
    @classmethod
    def _is_named_unless_gone(cls, given: Named | None, info: ValidationInfo) -> Named | None:
        if given is None and info.data.get("gone") is False:
            raise PydanticCustomError("no_successor", "须指定接任的联络员；如原联络员已离岗，请注明 gone")
        if given is not None and given.holder_id == info.data.get("liaison_id"):
            raise PydanticCustomError("same_holder", "接任者不能是其本人")
        return given

    model_config = Body.model_config | {"validate_default": True}
