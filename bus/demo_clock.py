"""The clock of a demo or a test, moved forward: a week passes in a moment, and the same code is exercised."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi import Request as HttpRequest
from pydantic import BaseModel, ConfigDict, Field

from bus.api import Token
from bus.decisions import Caller

router = APIRouter(tags=["demo"])
_SET = "INSERT INTO clock_offset (one, ahead) VALUES (true, $1) ON CONFLICT (one) DO UPDATE SET ahead = greatest(clock_offset.ahead, excluded.ahead)"  # noqa: E501


class MoveClock(BaseModel):
    """How far ahead of the true time this service's clock shall be. It never goes back."""

    model_config = ConfigDict(extra="forbid")

    ahead_seconds: float = Field(ge=0, le=10 * 366 * 86400)


@router.post("/clock")
async def move_clock(
    move: MoveClock, http: HttpRequest, caller: Annotated[Caller, Depends(Token("operations"))]
) -> dict[str, float]:
    """Demo and test only. What in this process goes by the clock looks at it at once; moving it by nothing asks only for that."""
    async with http.app.state.database.connection() as connection:
        await connection.execute(_SET, timedelta(seconds=move.ahead_seconds))
        ahead: timedelta = await connection.fetchval("SELECT ahead FROM clock_offset")
    for look in http.app.state.running.when_moved:
        look()
    return {"ahead_seconds": ahead.total_seconds()}
