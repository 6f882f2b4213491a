"""Where the story is told: every step is shown with its measured delay once it is proved, or ends the story with its reason."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeVar

import httpx
from rich.console import Console
from rich.text import Text

from contracts.event import Event
from deploy.local.actors.hospital import NotAcknowledged, WronglyAcknowledged
from deploy.local.actors.messages import SHANGHAI
from deploy.local.actors.wire import NotTaken
from deploy.local.actors.witness import NotSeen, Sighting, Witness
from deploy.local.places import Places
from deploy.local.trouble import Trouble

E = TypeVar("E", bound=Event)
Kept = tuple[str, object]
"""A query that gives something true once the fact stands in the tables, and its argument."""

WITHIN: Final = 30.0
WEEKDAYS: Final = "一二三四五六日"
NOT_PROVED: Final = (NotSeen, NotTaken, NotAcknowledged, WronglyAcknowledged, httpx.TransportError)
_STORY: Final = "ce_correlationid"


@dataclass(slots=True)
class Step:
    """One step that was proved. `seconds` since what began it, None where nothing is measured."""

    name: str
    seconds: float | None = None
    details: list[str] = field(default_factory=list)


class Stage:
    """Speaks to a terminal, or in plain lines where there is none."""

    def __init__(self, console: Console, witness: Witness, places: Places) -> None:
        self.steps: list[Step] = []
        self._console, self._witness, self._places = console, witness, places
        self._zero = time.time()

    def chapter(self, title: str) -> None:
        self._console.print(f"\n[bold]{title}[/bold]")

    def hour(self, at: datetime) -> None:
        """The hour in the city, as people say it."""
        local = at.astimezone(SHANGHAI)
        day = f"{local.month}月{local.day}日（周{WEEKDAYS[local.weekday()]}）{local:%H:%M}"
        self._console.print(f"  [dim]── 双塔市时间 {day} ──[/dim]")

    def begins(self) -> None:
        """What follows is measured from here."""
        self._zero = time.time()

    async def sees(
        self,
        name: str,
        kind: type[E],
        kept: Callable[[E], Kept],
        *,
        tells: Callable[[E], str] = lambda _: "",
        began_with: Sighting[Any] | None = None,
        since: int = 0,
        within: float = WITHIN,
        where: Callable[[E], bool] = lambda _: True,
        **fields: object,
    ) -> Sighting[E]:
        """A fact is proved by the record on Kafka and by the row in the tables; its delay is the broker's own time.

        `began_with`: it must bear the correlation id of that fact.
        """
        async with self.doing(name, kind.type.partition(".")[0]) as step:
            found = await self._witness.sees(kind, since=since, within=within, where=where, **fields)
            if began_with is not None and found.headers[_STORY] != began_with.headers[_STORY]:
                raise NotSeen(f"{kind.type} 带着关联号 {began_with.headers[_STORY]}", within)
            query, key = kept(found.event)
            await self._witness.finds(query, key, within=within)
            step.seconds = max(0.0, found.at.timestamp() - self._zero)
            if told := tells(found.event):
                step.details.append(told)
        return found

    @asynccontextmanager
    async def doing(self, name: str, service: str) -> AsyncIterator[Step]:
        """One step. What keeps it from being proved becomes a Trouble that names the step and the log to read."""
        step = Step(name)
        with self._console.status(f"{name} …") if self._console.is_terminal else nullcontext():
            try:
                yield step
            except NOT_PROVED as reason:
                raise self.trouble(name, service, reason) from reason
        self.steps.append(step)
        self._show(step)

    def quotes(self, text: str) -> None:
        """What somebody reads on their phone."""
        self._console.print(Text(f"      “{text}”", style="italic yellow"), soft_wrap=True)

    def _show(self, step: Step) -> None:
        delay = f"  [cyan]{_spoken(step.seconds)}[/cyan]" if step.seconds is not None else ""
        self._console.print(f"  [green]✓[/green] {step.name}{delay}")
        for detail in step.details:
            self._console.print(Text(f"      {detail}", style="dim"), soft_wrap=True)

    def trouble(self, name: str, service: str, reason: Exception) -> Trouble:
        """Which step was not proved, what was awaited, for how long, and which log may say why."""
        log = self._places.log(service)
        waited = f"等了 {reason.within:.0f} 秒" if isinstance(reason, NotSeen) else type(reason).__name__
        awaited = reason.what if isinstance(reason, NotSeen) else str(reason)
        cause = f"第 {len(self.steps) + 1} 步“{name}”没有看到（{waited}）：{awaited}"
        return Trouble(
            cause, str(log), f"看 {service} 的日志；./bifang status 看各进程；改好后再运行 ./bifang demo", log
        )


def _spoken(seconds: float) -> str:
    return f"{seconds * 1000:.0f} 毫秒" if seconds < 1 else f"{seconds:.1f} 秒"


def short(value: Any) -> str:
    """The beginning of an id: enough to find it by."""
    return str(value)[:8]
