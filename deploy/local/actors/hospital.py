"""A hospital's end of the line: it sends over MLLP, believes only an acknowledgement, and says again what got none."""

import asyncio
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Self

from deploy.local.actors.city import Person
from deploy.local.actors.messages import Adt, Charset, Trigger, Visit
from deploy.local.actors.shape import HOSPITAL

_END: Final = b"\x1c\r"
Now = Callable[[], datetime]


class NotAcknowledged(Exception):
    """Within its patience the hospital got no acknowledgement, however often it said the message."""


class WronglyAcknowledged(Exception):
    """An answer came that is not AA for this very message."""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A line of the hospital's own ledger: the message as it was sent, and the proof that it was taken."""

    adt: Adt
    answer: bytes
    times_sent: int
    sent_at: float
    """Of the sending that was answered, seconds since 1970."""
    seconds: float
    """From the first sending to the acknowledgement."""


class Hospital:
    """One connection, one message at a time, as most engines do. For load, open several with other `line` names."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        name: str = HOSPITAL,
        line: str = "",
        charset: Charset = "utf-8",
        patience: float = 30.0,
        answer_within: float = 5.0,
        now: Now = lambda: datetime.now(UTC),
    ) -> None:
        """`now` is the hospital's clock; `patience` how long it says the same again, each time for `answer_within`."""
        self.ledger: list[Acknowledged] = []
        self._host, self._port, self._name, self._charset = host, port, name, charset
        self._patience, self._answer_within, self._now = patience, answer_within, now
        self._line = line or f"{time.time_ns() // 1_000_000:x}"  # a later run has other numbers
        self._numbers = itertools.count(1)
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def admits(self, person: Person, *, at: datetime | None = None) -> Visit:
        """A01; the visit that began, acknowledged."""
        visit = self.visit(at)
        await self.says("A01", person, visit, at=visit.admitted_at)
        return visit

    async def transfers(self, person: Person, visit: Visit, ward: str, *, at: datetime | None = None) -> Acknowledged:
        return await self.send(self.message("A02", person, visit, at=at, ward=ward))

    async def discharges(self, person: Person, visit: Visit, *, at: datetime | None = None) -> Acknowledged:
        return await self.says("A03", person, visit, at=at)

    async def cancels(self, person: Person, visit: Visit, *, at: datetime | None = None) -> Acknowledged:
        """A11: the admission was entered in error."""
        return await self.says("A11", person, visit, at=at)

    async def reopens(self, person: Person, visit: Visit, *, at: datetime | None = None) -> Acknowledged:
        """A13: the discharge was entered in error."""
        return await self.says("A13", person, visit, at=at)

    async def reports_death(self, person: Person, visit: Visit, *, at: datetime | None = None) -> Acknowledged:
        """A03 with PID-29 and PID-30."""
        died = at or self._now()
        return await self.send(self.message("A03", person, visit, at=died, died_at=died))

    async def says(self, trigger: Trigger, person: Person, visit: Visit, *, at: datetime | None = None) -> Acknowledged:
        return await self.send(self.message(trigger, person, visit, at=at))

    def visit(self, at: datetime | None = None) -> Visit:
        """A stay with a number of its own, not said to anybody yet."""
        return Visit(f"ZY{self._line}{next(self._numbers):06d}", at or self._now())

    def message(
        self,
        trigger: Trigger,
        person: Person,
        visit: Visit,
        *,
        at: datetime | None = None,
        ward: str | None = None,
        died_at: datetime | None = None,
    ) -> Adt:
        """A message of this hospital, not sent yet: for those who send it twice, late or in another charset."""
        sent_at = self._now()
        own = f"{self._line}-{next(self._numbers)}"
        more = {"ward": ward} if ward else {}
        return Adt(trigger, person, visit, own, at or sent_at, sent_at, died_at=died_at, facility=self._name, **more)

    async def send(self, adt: Adt, *, charset: Charset | None = None) -> Acknowledged:
        """Until it is acknowledged. Raises NotAcknowledged, or WronglyAcknowledged for any answer but AA."""
        frame = adt.framed(charset or self._charset)
        began, times = time.monotonic(), 0
        while time.monotonic() - began < self._patience:
            times, sent_at = times + 1, time.time()
            try:
                async with asyncio.timeout(self._answer_within):
                    answer = await self._exchange(frame)
            except (OSError, EOFError, TimeoutError):
                await self.close()
                await asyncio.sleep(min(0.1 * times, 1.0))
                continue
            _check(answer, adt.control_id)
            self.ledger.append(Acknowledged(adt, answer, times, sent_at, time.monotonic() - began))
            return self.ledger[-1]
        raise NotAcknowledged(f"{adt.trigger} {adt.control_id}: said {times} times in {self._patience:.0f} s")

    async def _exchange(self, frame: bytes) -> bytes:
        if self._open is None:
            self._open = await asyncio.open_connection(self._host, self._port)
        reader, writer = self._open
        writer.write(frame)
        await writer.drain()
        return (await reader.readuntil(_END)).removeprefix(b"\x0b").removesuffix(_END)

    async def close(self) -> None:
        if self._open is not None:
            self._open[1].close()
            self._open = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *how: object) -> None:
        await self.close()


def _check(answer: bytes, control_id: str) -> None:
    """MSA-1 is AA and MSA-2 names the message."""
    said = next((line.split(b"|") for line in answer.split(b"\r") if line.startswith(b"MSA|")), [])
    if said[1:3] != [b"AA", control_id.encode()]:
        raise WronglyAcknowledged(f"{control_id}: {b'|'.join(said).decode('latin-1')}")
