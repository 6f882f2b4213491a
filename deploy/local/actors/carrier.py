"""A hand on the simulated carrier: what it took, what a holder writes back, how it behaves."""

from dataclasses import dataclass
from typing import Literal, Self

import httpx

Mode = Literal["normal", "down", "slow", "hold"]


@dataclass(frozen=True, slots=True)
class Submitted:
    """One submission in the carrier's own ledger, in clear: there are only invented numbers here."""

    at: str
    phone: str
    text: str
    sms_id: str | None
    part: int
    parts: int
    status: int
    """0 = taken."""


@dataclass(frozen=True, slots=True)
class Ledger:
    submits: tuple[Submitted, ...]
    taken_twice: tuple[str, ...]
    """Must be empty: every SMS of which a part was taken more than once."""

    def text_of(self, sms_id: object) -> str | None:
        """The whole text that was taken under this id; None when it never came."""
        parts = sorted((s.part, s.text) for s in self.submits if s.sms_id == str(sms_id) and s.status == 0)
        return "".join(text for _, text in parts) if parts else None

    @property
    def taken(self) -> dict[str, int]:
        """How often each SMS was taken, by its first part."""
        found: dict[str, int] = {}
        for submitted in self.submits:
            if submitted.status == 0 and submitted.part == 1 and submitted.sms_id is not None:
                found[submitted.sms_id] = found.get(submitted.sms_id, 0) + 1
        return found


class Carrier:
    """The control door of the simulated carrier."""

    def __init__(self, url: str) -> None:
        self._http = httpx.AsyncClient(base_url=url, timeout=10, trust_env=False)

    async def ledger(self) -> Ledger:
        found = (await self._http.get("/ledger", timeout=120)).raise_for_status().json()
        fields = Submitted.__dataclass_fields__
        submits = tuple(Submitted(**{name: line[name] for name in fields}) for line in found["submits"])
        return Ledger(submits, tuple(found["taken_twice"]))

    async def reply(self, phone: str, text: str) -> None:
        """The holder of this number writes back."""
        (await self._http.post("/reply", json={"phone": phone, "text": text})).raise_for_status()

    async def mode(self, mode: Mode) -> None:
        (await self._http.post("/mode", json={"mode": mode})).raise_for_status()

    async def close(self) -> None:
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *how: object) -> None:
        await self.close()
