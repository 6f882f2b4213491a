"""The doors at which somebody is found: what is typed is personal, so it is posted and stands in no address and no log."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from fastapi import Request as HttpRequest
from pydantic import BaseModel

from bus.api import Decide, May, Token
from bus.decisions import Caller, Rejected
from bus.pack.acts import OPERATIONS
from bus.sealed import CannotOpen
from bus.sheets.asked import TOTAL
from services.registry.api.doors import Opens, keys_of, within_reach
from services.registry.bodies.search import Reindexing, Searching
from services.registry.entering.reindexing import Sealed, reindexing
from services.registry.entering.search import wanted
from services.registry.reading import reading
from services.registry.reading.search import Hit, find, kept_after, kept_of

router = APIRouter(tags=["查找"])
TIMES = 3
"""So often somebody is read again who is corrected while their indexes are made."""


class Reindexed(BaseModel):
    done: int
    left: dict[UUID, str]
    """Who could not be done, and why."""
    next: UUID | None
    """The `after` of the next call; none = everybody is done."""


@router.post("/people/search", summary="按姓名、拼音、首字母、身份证号、电话、单位查找")
async def search(
    body: Searching,
    http: HttpRequest,
    told: Response,
    opens: Opens,
    caller: Annotated[Caller, Depends(May("read-files"))],
) -> list[Hit]:
    """Whole values first, then what begins so, then the people of a unit of that name; of those within reach of the caller.

    However few are asked for, how many there are in all is told beside.
    """
    within = await within_reach(http, caller, body.unit)
    keys = keys_of(http)
    async with reading(http.app.state.database) as tables:
        found, total = await find(tables, keys, wanted(body.q, keys.index), body.q, within, body.limit)
    told.headers[TOTAL] = str(total)
    await opens(caller, "search", (hit.person_id for hit in found))
    return found


@router.post("/search-keys/rebuild", summary="更换索引密钥后重建查找索引，逐批进行")
async def rebuild(
    body: Reindexing, http: HttpRequest, decide: Decide, caller: Annotated[Caller, Depends(Token(OPERATIONS))]
) -> Reindexed:
    """One chunk in the order of ids; the caller goes on with `next`. Broken off, it is begun again where it stood."""
    async with reading(http.app.state.database) as tables:
        people = await kept_after(tables, body.after, body.limit)
    left: dict[UUID, str] = {}
    for of in people:
        if (why := await _reindex(of, body.rebuild_id, http, decide, caller)) is not None:
            left[of.person_id] = why
    following = people[-1].person_id if len(people) == body.limit else None
    return Reindexed(done=len(people) - len(left), left=left, next=following)


async def _reindex(of: Sealed, rebuild_id: UUID, http: HttpRequest, decide: Decide, caller: Caller) -> str | None:
    """None = done."""
    why: str | None = None
    for _ in range(TIMES):
        try:
            await decide(reindexing(of, rebuild_id, keys_of(http)), caller)
        except CannotOpen:
            return "密钥已从密钥环中移除"
        except Rejected as refused:
            why = refused.reason
            async with reading(http.app.state.database) as tables:
                of = await kept_of(tables, of.person_id)
        else:
            return None
    return why
