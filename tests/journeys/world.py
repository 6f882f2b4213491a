"""The world of the journeys: the whole system on one machine, the invented city in it, and the people outside."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Final, Self
from zoneinfo import ZoneInfo

from contracts.all import OWNERS
from deploy.local.actors.carrier import Carrier
from deploy.local.actors.city import City, Holder, Person
from deploy.local.actors.hospital import Hospital
from deploy.local.actors.making import build
from deploy.local.actors.staff import Staff
from deploy.local.actors.witness import Witness
from deploy.local.platform import Platform

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
MONDAY, TUESDAY, THURSDAY, SUNDAY = 0, 1, 3, 6


@dataclass
class World:
    """Everybody a journey needs. Its clock runs ahead of the true time, and only forward."""

    platform: Platform
    city: City
    staff: Staff
    witness: Witness
    carrier: Carrier
    ahead: timedelta = timedelta()
    _met: set[Person] = field(default_factory=set)

    @property
    def now(self) -> datetime:
        """The hour in the city."""
        return datetime.now(UTC) + self.ahead

    @property
    def hour(self) -> datetime:
        """The same, to the second, as hospitals say it."""
        return self.now.replace(microsecond=0)

    @property
    def week(self) -> datetime:
        """When this week began."""
        here = self.now.astimezone(SHANGHAI)
        return datetime.combine(here.date() - timedelta(days=here.weekday()), time(), SHANGHAI)

    def somebody(self, category: str = "with-relatives") -> Person:
        """A person with whom no journey has dealt yet."""
        person = next(p for p in self.city.people if p.category == category and p not in self._met)
        self._met.add(person)
        return person

    def hospital(self, *, patience: float = 30.0) -> Hospital:
        """A line of the hospital, whose clock shows the city's hour."""
        return Hospital("127.0.0.1", self.platform.ports["mllp"], patience=patience, now=lambda: self.now)

    async def replies(self, holder: Holder, text: str) -> None:
        """The holder answers the last SMS that came."""
        await self.carrier.reply(f"+86{holder.phone}", text)

    async def until(self, weekday: int, hour: str) -> None:
        """The clocks of all services go forward to the next such hour: 0 is Monday, `hour` is like 07:30."""
        self.ahead = await self.staff.move_clocks(self.ahead + (self._next(weekday, hour) - self.now))

    async def until_while_down(self, weekday: int, hour: str) -> None:
        """The same, while no service runs: the clock of each is a row of its own."""
        self.ahead += self._next(weekday, hour) - self.now
        for service in OWNERS:
            await self.witness.rows(f"UPDATE {service}.clock_offset SET ahead = $1", self.ahead)

    def _next(self, weekday: int, hour: str) -> datetime:
        here = self.now.astimezone(SHANGHAI)
        day = here.date() + timedelta(days=(weekday - here.weekday()) % 7)
        wanted = datetime.combine(day, time.fromisoformat(hour), SHANGHAI)
        return wanted if wanted > here else wanted + timedelta(days=7)

    async def hold(self, *names: str) -> None:
        """These stop, and stay down until they are released."""
        await asyncio.to_thread(self.platform.hold, *names)

    async def release(self, *names: str) -> None:
        """Returns when they are ready again."""
        await asyncio.to_thread(self.platform.release, *names)

    @property
    def restarts(self) -> dict[str, int]:
        """How often each process had to be started again."""
        shown = self.platform.state()
        assert shown is not None
        return {child.name: child.restarts for child in shown.children}

    @classmethod
    @asynccontextmanager
    async def settled(cls, platform: Platform, people: int = 30) -> AsyncIterator[Self]:
        """The city lives in the system that runs: it is Tuesday, ten in the morning, whenever the tests run."""
        city = build(people)
        async with AsyncExitStack() as open_:
            witness = await open_.enter_async_context(Witness(platform.brokers, platform.admin_dsn))
            staff = await open_.enter_async_context(Staff.of(platform, city))
            carrier = await open_.enter_async_context(Carrier(f"http://127.0.0.1:{platform.ports['carrier']}"))
            world = cls(platform, city, staff, witness, carrier, await staff.ahead())
            await world.until(TUESDAY, "10:00")
            await staff.settle_in(witness)
            yield world
