"""How the people of the city ask the services over HTTP: with a token, and again while a service is away."""

import asyncio
import time
from collections.abc import Awaitable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final, Self
from uuid import UUID

import httpx

from bus import tokens

AT_ONCE: Final = 48


class NotTaken(Exception):
    """The service said no: the problem document that it gave."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(f"{status} {problem.get('title')}: {problem.get('detail')} {problem.get('errors', '')}")
        self.status, self.problem = status, problem


class Wire:
    """What is asked is asked again while a service is away: the same id is the same request."""

    def __init__(self, urls: Mapping[str, str], token_key: bytes, *, patience: float = 30.0) -> None:
        """`urls` by service; `patience`: for how long a service may be away."""
        self._key, self._patience = token_key, patience
        limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)
        self._http = {
            name: httpx.AsyncClient(base_url=url, limits=limits, timeout=15, trust_env=False)
            for name, url in urls.items()
        }
        self._tokens: dict[tuple[str | None, ...], str] = {}

    def token(self, role: str, person: str, *, unit: str | None = None, county: str | None = None) -> str:
        name = (role, person, unit, county)
        if name not in self._tokens:
            self._tokens[name] = tokens.issue(self._key, person=person, role=role, unit=unit, county=county, hours=24)
        return self._tokens[name]

    async def _post(self, service: str, path: str, token: str, **body: Any) -> Any:
        return (await self._ask(service, "POST", path, token, json=_plain(body))).json()

    async def _get(self, service: str, path: str, token: str, query: Mapping[str, str] | None = None) -> Any:
        return (await self._ask(service, "GET", path, token, params=query or {})).json()

    async def _lines(self, service: str, path: str, token: str, query: Mapping[str, str]) -> list[dict[str, Any]]:
        return [line for page in await self._pages(service, path, token, query) for line in page]

    async def _pages(self, service: str, path: str, token: str, query: Mapping[str, str]) -> list[Any]:
        said = await self._ask(service, "GET", path, token, params=query)
        pages = [said.json()]
        while (link := said.links.get("next")) is not None:
            said = await self._ask(service, "GET", link["url"], token)
            pages.append(said.json())
        return pages

    async def _ask(self, service: str, method: str, path: str, token: str, **more: Any) -> httpx.Response:
        deadline = time.monotonic() + self._patience
        while True:
            try:
                headers = {"Authorization": f"Bearer {token}"}
                said = await self._http[service].request(method, path, headers=headers, **more)
            except httpx.TransportError:
                if time.monotonic() > deadline:
                    raise
            else:
                if said.is_success:
                    return said
                problem = said.json() if "json" in said.headers.get("content-type", "") else {"detail": said.text}
                if said.status_code != httpx.codes.SERVICE_UNAVAILABLE or time.monotonic() > deadline:
                    raise NotTaken(said.status_code, problem)
            await asyncio.sleep(0.2)

    async def close(self) -> None:
        for http in self._http.values():
            await http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *how: object) -> None:
        await self.close()


def _plain(body: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON has it; what is not given is left out."""
    given = {name: value for name, value in body.items() if value is not None}
    return {
        name: value.isoformat() if isinstance(value, datetime) else str(value) if isinstance(value, UUID) else value
        for name, value in given.items()
    }


async def at_once(work: Iterable[Awaitable[None]]) -> None:
    """All of it, a few at a time; the first that fails ends it."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(each: Awaitable[None]) -> None:
        async with gate:
            await each

    async with asyncio.TaskGroup() as group:
        for each in work:
            group.create_task(one(each))
