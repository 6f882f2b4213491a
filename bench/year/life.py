"""The city lives: step by step the clocks go to the next hour at which anything happens, and each step ends when all is quiet."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from datetime import time as hour
from typing import Any, Final
from uuid import UUID

from bench.year.clocks import Clocks
from bench.year.entering import Entering
from contracts.case_code import case_code
from contracts.ids import PersonId
from deploy.local.actors.bureau import Bureau
from deploy.local.actors.carrier import Carrier
from deploy.local.actors.city import Person
from deploy.local.actors.messages import SHANGHAI
from deploy.local.actors.wire import at_once
from deploy.local.actors.witness import Witness
from deploy.local.platform import Platform
from deploy.local.year import happenings as h
from deploy.local.year.diligence import answers, done_at
from tests.journeys.quiet import Quiet

NIGHT: Final = hour(2, 5)
"""The hour of the certificate: the evening's records are in, and what the day opens has opened."""
QUIET_S: Final = 300.0
_OWED: Final = """
SELECT duty_id, person_id, role, kind, strength, opened_at, due_at FROM visits.duties
WHERE closed_at IS NULL AND person_id = ANY($1)
"""
_URGENT: Final = """
SELECT s.person_id, s.case_id, s.role, c.duty_id FROM notify.sms s JOIN notify.cases c USING (person_id, case_id)
WHERE s.person_id = ANY($1) AND s.requested_at > $2 AND s.lane = 'urgent' AND s.stage = 'opened'
AND s.status = 'delivered' AND c.acknowledged_at IS NULL AND c.closed_at IS NULL
"""

EachNight = Callable[[datetime], Awaitable[None]]


@dataclass
class Life:
    """One city on one platform, from the day on which it settled in."""

    platform: Platform
    witness: Witness
    bureau: Bureau
    carrier: Carrier
    quiet: Quiet
    clocks: Clocks
    entering: Entering
    seed: int
    forgotten: frozenset[PersonId] = frozenset()
    """Whom nobody visits."""
    contacts: int = 0
    replies: int = 0
    steps: int = 0
    happened: int = 0
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    """Where the time went, in Chinese."""
    fruitless: list[UUID] = field(default_factory=list)
    """Duties that are owed though there was a contact of their own kind, party and strength: there must be none."""
    _deeds: dict[UUID, tuple[datetime, Any]] = field(default_factory=dict)
    _fates: dict[UUID, datetime | None] = field(default_factory=dict)
    """Of every duty that was ever seen, when it is done; None = never."""
    _tried: set[UUID] = field(default_factory=set)

    async def live(self, told: Sequence[h.Happening], until: datetime, each_night: EachNight) -> None:
        """All that is told before that hour; `each_night` is asked once a night, when all is quiet."""
        left = [happening for happening in told if happening.at < until]
        night = _night_after(self.clocks.now)
        await self._plan()
        while (at := await self._next(left, night)) < until:
            self.steps += 1
            await self._go_to(at)
            if at >= night:
                await each_night(self.clocks.now)
                night = _night_after(self.clocks.now)  # nights that were slept through are not made up for
            if left and left[0].at <= at:
                await self._happen(left)
            await self._plan()
            await self._do_what_is_planned(at)
        await self._go_to(until)

    async def _go_to(self, at: datetime) -> None:
        with self.spent("拨钟"):
            await self.clocks.to(at)
        await self._quiet("到点之后等安静")

    async def _quiet(self, what: str) -> None:
        with self.spent(what):
            await self.quiet.comes(QUIET_S)

    @contextmanager
    def spent(self, what: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.seconds[what] += time.monotonic() - began

    async def _next(self, left: Sequence[h.Happening], night: datetime) -> datetime:
        waking = await self.clocks.next_waking()
        deeds = (at for at, _ in self._deeds.values())
        happening = [left[0].at] if left else []
        return min([night, *happening, *deeds, *([waking] if waking is not None else [])])

    async def _happen(self, left: list[h.Happening]) -> None:
        """All that this hour brings, each after the other; then whoever was told answers."""
        since, now = self.clocks.now, self.clocks.now
        while left and left[0].at <= now:
            happening = left.pop(0)
            self.happened += 1
            with self.spent("停机" if isinstance(happening, h.Outage) else "发生的事"):
                await self._enter(happening)
        await self._quiet("发生之后等安静")
        await self._answer(since)

    async def _enter(self, happening: h.Happening) -> None:
        if isinstance(happening, h.Outage):
            await self._stand_still(happening)
        else:
            await self.entering.enter(happening)

    async def _stand_still(self, outage: h.Outage) -> None:
        """Hours pass and these do not run; what happened meanwhile is said when it is over. Without a database no clock goes."""
        await asyncio.to_thread(self.platform.hold, *outage.parts)
        if "postgres" not in outage.parts:
            await self.clocks.to(outage.until)
        await asyncio.to_thread(self.platform.release, *outage.parts)
        await asyncio.to_thread(self.platform.wait_ready, None, 180.0)
        await self.clocks.to(outage.until)
        await self.quiet.comes(QUIET_S)

    async def _answer(self, since: datetime) -> None:
        """Whoever will go and see replies 1."""
        for row in await self.witness.rows(_URGENT, self._visited, since - timedelta(minutes=1)):
            if answers(row["duty_id"], self.seed):
                holder = self.bureau.city.holder(self._person(row["person_id"]), row["role"])
                await self.carrier.reply(f"+86{holder.phone}", f"1 编号{case_code(row['case_id'])}")
                self.replies += 1

    async def _plan(self) -> None:
        """Of every duty that is owed now, on which round its holder will do it, if ever."""
        with self.spent("安排走访"):
            owed = {row["duty_id"]: row for row in await self.witness.rows(_OWED, self._visited)}
            self.fruitless = sorted(owed.keys() & self._tried)
            planned = {id_: (self._when(row), row) for id_, row in owed.items() if id_ not in self._tried}
            self._deeds = {id_: (at, row) for id_, (at, row) in planned.items() if at is not None}

    @property
    def _visited(self) -> list[PersonId]:
        return [person_id for person_id in self.bureau.city.person if person_id not in self.forgotten]

    def _when(self, row: Any) -> datetime | None:
        """What nobody holds is done by nobody: the engine passes it up the ladder."""
        if row["duty_id"] not in self._fates:
            held = row["role"] in self.bureau.city.holders(self._person(row["person_id"]))
            done = done_at(row["duty_id"], row["opened_at"], row["due_at"], self.seed) if held else None
            self._fates[row["duty_id"]] = done
        return self._fates[row["duty_id"]]

    async def _do_what_is_planned(self, at: datetime) -> None:
        """Once for each person and role: what else the same visit discharges is not done again."""
        due = [(id_, row) for id_, (planned, row) in self._deeds.items() if planned <= at]
        if not due:
            return
        with self.spent("登记走访"):
            await at_once(self._visit(owed) for owed in _by_person_and_role(due))
        await self._quiet("走访之后等安静")
        await self._plan()

    async def _visit(self, owed: list[tuple[UUID, Any]]) -> None:
        done: set[UUID] = set()
        for id_, row in owed:
            if id_ not in done:
                person = self._person(row["person_id"])
                done |= {*await self.bureau.record_contact(person, row["role"], row["kind"], row["strength"],
                                                           made_at=self.clocks.now)}  # fmt: skip
                self.contacts += 1
                self._tried.add(id_)

    def _person(self, person_id: PersonId) -> Person:
        return self.bureau.city.person[person_id]


def _by_person_and_role(owed: list[tuple[UUID, Any]]) -> list[list[tuple[UUID, Any]]]:
    """The strongest that is asked for comes first: a visit is a greeting too."""
    found: dict[tuple[PersonId, str], list[tuple[UUID, Any]]] = {}
    for id_, row in sorted(owed, key=lambda one: one[1]["strength"] != "in-person"):
        found.setdefault((row["person_id"], row["role"]), []).append((id_, row))
    return list(found.values())


def _night_after(now: datetime) -> datetime:
    tonight = datetime.combine(now.astimezone(SHANGHAI).date(), NIGHT, SHANGHAI)
    return tonight if tonight > now else tonight + timedelta(days=1)
