"""How a test moves the simulated carrier: what it took, what a holder replies, how it behaves."""

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.gateway.carrier.server import Carrier, Mode


class _Reply(BaseModel):
    model_config = ConfigDict(extra="forbid")

    phone: str
    text: str


class _Mode(BaseModel):
    model_config = ConfigDict(extra="forbid")

    mode: Mode


def control(carrier: Carrier) -> Starlette:
    """GET /ledger · POST /reply {phone, text} · POST /mode {mode: normal | down | slow | hold}."""

    async def ledger(_: Request) -> Response:
        submits = [submitted.model_dump() for submitted in carrier.ledger.submits]
        return JSONResponse({"submits": submits, "taken_twice": carrier.ledger.taken_twice()})

    async def reply(request: Request) -> Response:
        wanted = _Reply.model_validate_json(await request.body())
        await carrier.reply(wanted.phone, wanted.text)
        return Response(status_code=202)

    async def mode(request: Request) -> Response:
        await carrier.set_mode(_Mode.model_validate_json(await request.body()).mode)
        return Response(status_code=204)

    return Starlette(
        routes=[
            Route("/ledger", ledger),
            Route("/reply", reply, methods=["POST"]),
            Route("/mode", mode, methods=["POST"]),
        ],
        exception_handlers={ValidationError: _refused},
    )


async def _refused(_: Request, error: Exception) -> Response:
    wrong = error.errors(include_url=False, include_context=False) if isinstance(error, ValidationError) else []
    return JSONResponse({"title": "not understood", "errors": wrong}, status_code=422)
