"""A request that is asked again is answered as the first, also where the hour or what the door looked at is another by now."""

from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson
from fastapi import Request as HttpRequest
from fastapi import Response

from bus.decisions import Caller
from bus.ids import as_uuid7


async def said_by(http: HttpRequest, caller: Caller) -> str | None:
    """A fingerprint of what the caller said, and of nothing that the door added; None where it said a file, or only looked."""
    if http.method != "POST" or (body := await _body(http)) is None:
        return None
    words = orjson.dumps([http.url.path, caller.person, caller.role, body], option=orjson.OPT_SORT_KEYS)
    return sha256(words).hexdigest()


async def first_answer(http: HttpRequest) -> Response | None:
    """What was answered when the same was asked before, for a door that would refuse it now. None = it was not, or nobody asks.

    Whoever merged two units asks again because no answer came, and now there is nothing left to merge.
    """
    asked, caller = getattr(http.state, "asked_at_desk", None), getattr(http.state, "caller", None)
    if asked is None or caller is None or (said := await said_by(asked, caller)) is None:
        return None
    answer = await http.app.state.asking.first(_ids(await _body(asked)), said)
    status = getattr(http.scope.get("route"), "status_code", None) or 200
    return None if answer is None else Response(answer, status_code=status, media_type="application/json")


async def _body(http: HttpRequest) -> Any:
    """None = it is no JSON, or does not say that it is: what the door has read as a stream cannot be read again."""
    if http.headers.get("content-type", "").partition(";")[0] != "application/json":
        return None
    try:
        return orjson.loads(await http.body() or b"{}")
    except ValueError:
        return None


def _ids(body: Any) -> list[UUID]:
    """Every id that the caller gave; that of the request is among them."""
    return [as_uuid7(value, None) for value in body.values() if _is_id(value)] if isinstance(body, dict) else []


def _is_id(value: Any) -> bool:
    try:
        return isinstance(value, str) and UUID(value) is not None
    except ValueError:
        return False
