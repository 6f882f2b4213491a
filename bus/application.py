"""The HTTP of every service: guards on every route, problem documents for every error, health and metrics."""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Any

import structlog
from fastapi import APIRouter, FastAPI, Response
from fastapi import Request as HttpRequest
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from bus import refusals, repeating
from bus.api import Guard, Problem
from bus.asking import NotNow, SameIdOtherWords
from bus.database import passes_by_waiting
from bus.decisions import Rejected
from bus.sheets import answer as sheets

log = structlog.get_logger()

OPEN = frozenset({"/healthz", "/readyz", "/metrics", "/docs", "/openapi.json", "/docs/oauth2-redirect", "/redoc"})
Ready = Callable[[], list[str]]
"""What stands in the way of being ready; empty = ready."""


class Unguarded(Exception):
    """A route declares no guard. Every route says who may call it, or the service does not start."""


class Doors(FastAPI):
    """Every refusal is a problem document in Chinese, also what the framework refuses by itself."""

    def build_middleware_stack(self) -> ASGIApp:
        too_large = problem(413, refusals.TITLES[413], refusals.TOO_LARGE, field="body", rule="too-large")
        return refusals.in_our_words(super().build_middleware_stack(), too_large)


def application(title: str, routes: list[APIRouter], *, ready: Ready, state: dict[str, Any]) -> FastAPI:
    """The application of one service. Raises Unguarded when a route does not say who may call it."""
    app = Doors(title=title, redoc_url=None, max_body_size=refusals.LARGEST_BODY)
    for name, value in state.items():
        setattr(app.state, name, value)
    for router in routes:
        app.include_router(router)
    for route in _routes(app.routes):
        if isinstance(route, APIRoute):
            sheets.tell_in_the_docs(route)
    _health(app, ready)
    _problems(app)
    check_guards(app)
    return app


def check_guards(app: FastAPI) -> None:
    """Every route but health, metrics and docs has a Guard among its dependencies; what is no route of ours has none."""
    bare = [
        f"{sorted(getattr(route, 'methods', None) or ())} {getattr(route, 'path', route)}"
        for route in _routes(app.routes)
        if getattr(route, "path", None) not in OPEN
        and not (isinstance(route, APIRoute) and any(guards_of(route.dependant)))
    ]
    if bare:
        raise Unguarded(f"routes without a guard: {', '.join(bare)}")


def _routes(routes: Iterable[BaseRoute]) -> Iterator[BaseRoute]:
    """FastAPI keeps an included router as one entry: its routes are looked at one by one."""
    for route in routes:
        included = getattr(route, "original_router", None)
        if included is None:
            yield route
        else:
            yield from _routes(included.routes)


def guards_of(dependant: Dependant) -> Iterator[Guard]:
    for inner in dependant.dependencies:
        if isinstance(inner.call, Guard):
            yield inner.call
        yield from guards_of(inner)


def _health(app: FastAPI, ready: Ready) -> None:
    @app.get("/healthz", include_in_schema=False)
    async def healthz() -> dict[str, str]:
        return {"status": "alive"}

    @app.get("/readyz", include_in_schema=False)
    async def readyz() -> JSONResponse:
        missing = ready()
        return JSONResponse({"ready": not missing, "missing": missing}, status_code=503 if missing else 200)

    @app.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def problem(status: int, title: str, detail: str, **more: object) -> JSONResponse:
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    headers = {"Retry-After": "2"} if status == 503 else None
    return JSONResponse(body, status_code=status, media_type="application/problem+json", headers=headers)


def _problems(app: FastAPI) -> None:
    answers: dict[type[Exception], Callable[[Any], JSONResponse]] = {
        Problem: lambda e: problem(e.status, e.title, e.detail, **e.more),
        Rejected: lambda e: problem(e.status, "不符合规定", e.reason, rule=e.rule, field=e.field),
        SameIdOtherWords: _other_words,
        NotNow: lambda e: problem(503, "暂时无法受理", f"{e}；未作任何记录，请稍后重试", rule=e.rule),
        RequestValidationError: lambda e: problem(
            422, "字段错误", refusals.WRONG_FIELDS, errors=refusals.fields(e.errors())
        ),
        ValidationError: lambda e: problem(422, "字段错误", refusals.WRONG_FIELDS, errors=refusals.fields(e.errors())),
        HTTPException: _of_the_framework,
    }
    for kind, answer in answers.items():
        app.add_exception_handler(kind, _handler(answer))

    @app.middleware("http")
    async def defects(http: HttpRequest, go_on: Callable[[HttpRequest], Awaitable[Response]]) -> Response:
        try:
            return await sheets.answered(http, go_on, lambda *said: problem(*said[:3], rule=said[3], field=said[4]))
        except Exception as error:
            if passes_by_waiting(error):
                return problem(503, "暂时无法受理", "数据库暂时不可用；未作任何改动，请稍后重试", rule="database-away")
            log.error("request failed", path=http.url.path, exc_info=True)
            return problem(500, "内部错误", "已写入日志，未作任何改动")


_REFUSED_AT_THE_DOOR = (Problem, Rejected, RequestValidationError, ValidationError)
"""By what the door found, which may have been other when the same was asked first."""


def _other_words(refused: SameIdOtherWords) -> JSONResponse:
    detail = f"{refused}: 同一编号的内容与首次不同；新的请求请用新的编号"
    return problem(409, "编号已用于另一请求", detail, rule="same-id-other-words", field=refused.field)


def _of_the_framework(refused: HTTPException) -> JSONResponse:
    status = refused.status_code
    where = {"field": "body", "rule": "too-large"} if status == 413 else {}
    detail = refusals.OF_THE_FRAMEWORK.get(status, refusals.OTHERWISE)
    return problem(status, refusals.TITLES.get(status, "错误"), detail, **where)


def _handler(answer: Callable[[Any], JSONResponse]) -> Callable[[HttpRequest, Exception], Awaitable[Response]]:
    async def handle(http: HttpRequest, error: Exception) -> Response:
        first = await repeating.first_answer(http) if isinstance(error, _REFUSED_AT_THE_DOOR) else None
        return first or answer(error)

    return handle
