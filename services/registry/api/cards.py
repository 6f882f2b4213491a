"""The door of the directory."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from bus.api import Decide, Token
from bus.decisions import Caller
from bus.pack.acts import OPERATIONS
from contracts.ids import derived
from services.registry.bodies.cards import Restating
from services.registry.requests import Recorded
from services.registry.requests.cards import RestateAll

router = APIRouter(tags=["登记"])


@router.post("/directory/restate", status_code=202, response_model=Recorded, summary="重新发布全市人员卡片")
async def restate_directory(
    body: Restating, decide: Decide, caller: Annotated[Caller, Depends(Token(OPERATIONS))]
) -> Response:
    """The same cards under the same versions, chunk by chunk; a restart goes on where it stood."""
    request = RestateAll(directory_id=derived("directory", body.city), restate_id=body.restate_id, city=body.city)
    return await decide(request, caller, status=202)
