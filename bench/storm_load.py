"""Life goes on while the storm rages: what hospitals and staff say, and the ledger of what was acknowledged to them."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

import httpx

from deploy.local.actors.city import City, Person
from deploy.local.actors.hospital import Hospital
from deploy.local.actors.messages import Visit
from deploy.local.actors.staff import Staff
from deploy.local.actors.wire import NotTaken
from deploy.local.platform import Platform

LINES: Final = 6
PATIENCE_S: Final = 600.0
"""How long the outside world says the same again: longer than anything the storm can do."""

STORIES: Final = {
    "admitted": 70,
    "said-twice": 8,
    "said-in-two-encodings": 4,
    "discharged": 8,
    "cancelled": 6,
    "discharged-first": 2,
    "cancelled-first": 2,
}
"""Of a hundred visits. `-first`: that message overtakes the admission."""

Later = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class Said:
    """One visit, as far as the hospital has been told AA."""

    person: Person
    story: str
    admitted: bool = False
    discharged: bool = False
    cancelled: bool = False


@dataclass
class Ledgers:
    """What the outside world was promised."""

    visits: dict[str, Said] = field(default_factory=dict)
    contacts: dict[UUID, Person] = field(default_factory=dict)
    hardships: dict[UUID, Person] = field(default_factory=dict)
    messages: Counter[str] = field(default_factory=Counter)
    """By trigger, each sending that was acknowledged."""

    @property
    def admissions(self) -> int:
        return sum(said.admitted for said in self.visits.values())


class Load:
    """Admissions at a steady rate over several lines; after an outage the lines go on, they do not catch up in a flood."""

    def __init__(self, platform: Platform, city: City, staff: Staff, *, rate: float, at_least: int, seed: int) -> None:
        self._city, self._staff, self._seed = city, staff, seed
        self._pace, self._at_least = 1.0 / rate, at_least
        self._next = time.monotonic()
        self.ahead = timedelta()
        self.ledgers = Ledgers()
        self.stopping = asyncio.Event()
        self._over = False
        self._lines = [
            Hospital("127.0.0.1", platform.ports["mllp"], line=f"{seed:x}{n:x}", patience=PATIENCE_S, now=self.now)
            for n in range(2 * LINES)
        ]

    def now(self) -> datetime:
        """The hour in the city."""
        return datetime.now(UTC) + self.ahead

    async def run(self) -> None:
        """Until it is told to stop and enough were admitted; what was begun is said to its end. What fails ends it."""
        async with asyncio.TaskGroup() as group:
            for each in (self._contacts(), self._hardships(), self._looks()):
                group.create_task(each)
            async with asyncio.TaskGroup() as lines:
                for n in range(LINES):
                    lines.create_task(self._line(n, *self._lines[2 * n : 2 * n + 2]))
            self._over = True
        for line in self._lines:
            await line.close()

    @property
    def is_enough(self) -> bool:
        return self.stopping.is_set() and self.ledgers.admissions >= self._at_least

    async def _line(self, n: int, line: Hospital, echo: Hospital) -> None:
        rng = random.Random(f"{self._seed} line {n}")
        later: list[tuple[float, Later]] = []
        while not self.is_enough or later:
            while later and (self.is_enough or later[0][0] <= time.monotonic()):
                await later.pop(0)[1]()
            if self.is_enough:
                continue
            await self._slot()
            person = rng.choice(self._city.people)
            story = rng.choices(list(STORIES), list(STORIES.values()))[0]
            if after := await self._tell(line, echo, person, story):
                later.append((time.monotonic() + 10.0, after))

    async def _slot(self) -> None:
        now = time.monotonic()
        self._next = max(self._next + self._pace, now - 1.0)
        await asyncio.sleep(max(0.0, self._next - now))

    async def _tell(self, line: Hospital, echo: Hospital, person: Person, story: str) -> Later | None:
        """The admission, by some over two connections at once; returned is what the line will say later of the visit."""
        visit = line.visit()
        said = self.ledgers.visits[visit.number] = Said(person, story)
        if story == "cancelled-first":
            await self._cancel(line, said, visit)
        if story == "discharged-first":
            await self._discharge(line, said, visit)
        admission = line.message("A01", person, visit, at=visit.admitted_at)
        sendings = [line.send(admission)]
        if story == "said-twice":
            sendings.append(echo.send(admission))
        if story == "said-in-two-encodings":
            sendings.append(echo.send(admission, charset="gb18030"))
        answers = await asyncio.gather(*sendings)
        said.admitted = True
        self.ledgers.messages["A01"] += len(answers)
        if story == "discharged":
            return lambda: self._discharge(line, said, visit)
        return (lambda: self._cancel(line, said, visit)) if story == "cancelled" else None

    async def _discharge(self, line: Hospital, said: Said, visit: Visit) -> None:
        await line.discharges(said.person, visit)
        said.discharged = True
        self.ledgers.messages["A03"] += 1

    async def _cancel(self, line: Hospital, said: Said, visit: Visit) -> None:
        await line.cancels(said.person, visit)
        said.cancelled = True
        self.ledgers.messages["A11"] += 1

    async def _contacts(self) -> None:
        """Somebody is visited; it discharges whatever the unit owes them at that moment."""
        rng = random.Random(f"{self._seed} contacts")
        while not self._over:
            person, contact_id = rng.choice(self._city.people), uuid4()
            await self._staff.record_contact(
                person, "liaison", made_at=self.now() - timedelta(minutes=1), contact_id=contact_id
            )
            self.ledgers.contacts[contact_id] = person
            await asyncio.sleep(0.5)

    async def _hardships(self) -> None:
        rng = random.Random(f"{self._seed} hardships")
        while not self._over:
            person = rng.choice(self._city.people)
            self.ledgers.hardships[await self._staff.report_hardship(person)] = person
            await asyncio.sleep(1.0)

    async def _looks(self) -> None:
        """The bureau looks at its screens; a look that fails in the storm is looked again."""
        while not self._over:
            try:
                await self._staff.sms_totals()
                await self._staff.cases(parked=True)
            except (NotTaken, httpx.HTTPError):
                pass
            await asyncio.sleep(0.5)

    async def hours_pass(self, hours: float) -> None:
        """The clocks of all services go forward: what is due meanwhile is missed, and climbs."""
        self.ahead = await self._staff.move_clocks(self.ahead + timedelta(hours=hours))
