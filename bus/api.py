"""What a route of any service declares: who may call it, what it hands in, and by which problem it refuses."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, cast
from uuid import UUID

from fastapi import Depends, Header, Response
from fastapi import Request as HttpRequest

from bus import refusals, repeating, tokens
from bus.asking import Asking
from bus.decisions import Caller, Request
from bus.pack import Words
from bus.pack.acts import ACTS, OPERATIONS

WHO_ASKS = "authorization"
"""The field of who asks: what is wrong is who they are, not what they say."""


class Problem(Exception):
    """An error as RFC 9457 tells it: which rule said no, for programs, and of which field."""

    def __init__(self, status: int, title: str, detail: str, *, rule: str, field: str, **more: object) -> None:
        super().__init__(title)
        self.status, self.title, self.detail = status, title, detail
        self.more: dict[str, object] = {"rule": rule, "field": field, **more}


class WrongFields(Problem):
    """Several fields at once: each names itself and what is wrong with it."""

    def __init__(
        self, errors: Sequence[Mapping[str, Any]], title: str = "字段错误", detail: str = refusals.WRONG_FIELDS
    ) -> None:
        super().__init__(422, title, detail, rule="", field="")
        self.more = {"errors": errors}


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
                raise Problem(422, "字段错误", f"{field} 由系统填写，不可填写", rule="none-required", field=field)
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
