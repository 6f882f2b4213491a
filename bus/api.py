"""The HTTP of every service: guards on every route, problem documents for every error, health and metrics."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from typing import Annotated, Any, cast
from uuid import UUID

import structlog
from fastapi import APIRouter, Depends, FastAPI, Header, Response
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

from bus import refusals, repeating, tokens
from bus.asking import Asking, NotNow, SameIdOtherWords
from bus.database import passes_by_waiting
from bus.decisions import Caller, Rejected, Request
from bus.pack import Words
from bus.pack.acts import ACTS, OPERATIONS
from bus.sheets import answer as sheets

log = structlog.get_logger()

OPEN = frozenset({"/healthz", "/readyz", "/metrics", "/docs", "/openapi.json", "/docs/oauth2-redirect", "/redoc"})
Ready = Callable[[], list[str]]
"""What stands in the way of being ready; empty = ready."""
WHO_ASKS = "authorization"
"""The field of who asks: what is wrong is who they are, not what they say."""


class Unguarded(Exception):
    """A route declares no guard. Every route says who may call it, or the service does not start."""


class Problem(Exception):
    """An error as RFC 9457 tells it: which rule said no, for programs, and of which field."""

    def __init__(self, status: int, title: str, detail: str, *, rule: str, field: str, **more: object) -> None:
        super().__init__(title)
        self.status, self.title, self.detail = status, title, detail
        self.more: dict[str, object] = {"rule": rule, "field": field, **more}


class WrongFields(Problem):
    """Several fields at once: each names itself and what is wrong with it."""

    def __init__(self, errors: Sequence[object], title: str = "字段错误", detail: str = refusals.WRONG_FIELDS) -> None:
        super().__init__(422, title, detail, rule="", field="")
        self.more = {"errors": errors}


class Doors(FastAPI):
    """Every refusal is a problem document in Chinese, also what the framework refuses by itself."""

    def build_middleware_stack(self) -> ASGIApp:
        too_large = problem(413, refusals.TITLES[413], refusals.TOO_LARGE, field="body", rule="too-large")
        return refusals.in_our_words(super().build_middleware_stack(), too_large)


class Guard:
    """Somebody must be allowed here; a subclass says how it is shown."""


class Token(Guard):
    """A bearer token of one of these roles of the system itself."""

    def __init__(self, *roles: str) -> None:
        self.roles = frozenset(roles)

    def __call__(self, http: HttpRequest, authorization: Annotated[str, Header()] = "") -> Caller:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            detail = "需要 Authorization: Bearer <token>(./bifang token 可签发)"
            raise Problem(401, "未登录", detail, rule="not-signed-in", field=WHO_ASKS)
        try:
            caller = tokens.read(http.app.state.token_key, token)
        except tokens.BadToken:
            detail = "令牌已过期、被改动或不是本系统签发"
            raise Problem(401, "令牌无效", detail, rule="token-invalid", field=WHO_ASKS) from None
        http.state.caller = caller.model_copy(update={"reach": self.reach_of(caller.role, http.app.state.words)})
        return cast(Caller, http.state.caller)

    def reach_of(self, role: str, words: Words) -> str:
        """Problem for a role that may not come in here."""
        if role not in self.roles:
            detail = f"角色 {role} 不在 {sorted(self.roles)} 之中"
            raise Problem(403, "无权限", detail, rule="not-for-this-role", field=WHO_ASKS)
        return "county" if role == OPERATIONS else "own"


class May(Token):
    """A bearer token of a role that the city's pack lets do this, or of one of these roles of the system."""

    def __init__(self, act: str, *roles: str) -> None:
        super().__init__(*roles)
        self.act, self.zh = act, ACTS[act]

    def reach_of(self, role: str, words: Words) -> str:
        if role in self.roles:
            return super().reach_of(role, words)
        if role not in words.roles:
            raise Problem(403, "无权限", f"{words.city}的政策没有“{role}”这一角色", rule="role-unknown", field=WHO_ASKS)
        if self.act not in words.roles[role].may:
            others = "、".join(words.called("roles", other) for other in words.who_may(self.act)) or "没有角色"
            detail = f"{words.called('roles', role)}不能{self.zh}；可以的有：{others}"
            raise Problem(403, "无权限", detail, rule="not-for-this-role", field=WHO_ASKS)
        return words.roles[role].reach


class Secret(Guard):
    """A shared secret of a carrier or another machine, in one header."""

    def __init__(self, role: str) -> None:
        self.role = role

    def __call__(self, http: HttpRequest, x_bifang_secret: Annotated[str, Header()] = "") -> Caller:
        import hmac

        expected: str = http.app.state.secrets.get(self.role, "")
        if not expected or not hmac.compare_digest(expected.encode(), x_bifang_secret.encode()):
            detail = f"需要 {self.role} 的 X-Bifang-Secret"
            raise Problem(401, "密钥不符", detail, rule="secret-wrong", field="x-bifang-secret")
        return Caller(person=self.role, role=self.role)


class Desk:
    """Where a route hands in what is asked. The caller comes from the guard; words that claim one are refused."""

    def __init__(self, http: HttpRequest) -> None:
        self._asking: Asking = http.app.state.asking
        self._http = http.state.asked_at_desk = http
        found = http.headers.get("x-correlation-id")
        self._correlation = _uuid_or_none(found)

    async def __call__(self, request: Request, caller: Caller, *, status: int = 200) -> Response:
        for field in ("by", "at_door"):
            if getattr(request, field) is not None:
                raise Problem(422, "字段错误", f"{field} 由系统填写,不可填写", rule="none-required", field=field)
        said = await repeating.said_by(self._http, caller)
        asked = request.model_copy(update={"by": caller, "at_door": said})
        answer = await self._asking.ask(asked, correlation=self._correlation)
        return Response(answer or b"null", status_code=status, media_type="application/json")


Decide = Annotated[Desk, Depends(Desk)]


def _uuid_or_none(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


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
        and not (isinstance(route, APIRoute) and any(_guards(route.dependant)))
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


def _guards(dependant: Dependant) -> Iterator[Guard]:
    for inner in dependant.dependencies:
        if isinstance(inner.call, Guard):
            yield inner.call
        yield from _guards(inner)


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
        Rejected: lambda e: problem(
            e.status, "不符合规定", e.reason, rule=e.rule, **({"field": e.field} if e.field else {})
        ),
        SameIdOtherWords: _other_words,
        NotNow: lambda e: problem(503, "暂时无法受理", f"{e};未作任何记录,请稍后重试"),
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
            return await sheets.answered(http, go_on, lambda *said: problem(*said[:3], field=said[3]))
        except Exception as error:
            if passes_by_waiting(error):
                return problem(503, "暂时无法受理", "数据库暂时不可用；未作任何改动，请稍后重试")
            log.error("request failed", path=http.url.path, exc_info=True)
            return problem(500, "内部错误", "已记录,未作任何改动")


_REFUSED_AT_THE_DOOR = (Problem, Rejected, RequestValidationError, ValidationError)
"""By what the door found, which may have been other when the same was asked first."""


def _other_words(refused: SameIdOtherWords) -> JSONResponse:
    detail = f"{refused}: 同一编号的内容与首次不同;新的请求请用新的编号"
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
