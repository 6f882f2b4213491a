"""What a service is made of, declared: its decisions, what it says, its doors and parts. `bus.running` runs it."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from fastapi import APIRouter
from sqlalchemy import MetaData

from bus.database import Database
from bus.decisions import Decisions
from bus.measuring import Measure
from bus.road import Count
from bus.sealed import KeyRing
from bus.settings import Settings
from bus.sheets import Titles
from contracts.event import Event, Topic

if TYPE_CHECKING:
    from bus.running import Running


def nothing_to_lend(settings: Settings, keys: KeyRing) -> None:
    """The stores of most services know all they must."""


async def nothing_to_recall(database: Database) -> Sequence[str]:
    return ()


class Part(Protocol):
    """Something of a service's own that runs beside the road: a listener, a sender."""

    async def run(self) -> None: ...
    async def stop(self) -> None: ...
    def missing(self) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Service:
    """One service, declared. Importing it starts nothing."""

    name: str
    metadata: MetaData
    decisions: Sequence[Decisions[Any]]
    says: Sequence[type[Event]]
    routes: Sequence[APIRouter] = ()
    titles: Titles = field(default_factory=dict)
    """What the columns of its lists are called when they are had as sheets."""
    settings: type[Settings] = Settings
    parts: dict[str, Callable[["Running"], Part]] = field(default_factory=dict)
    """Parts of its own, by the role that runs them: {"api": MllpListener, "sender": Sender}."""
    prepare: Callable[[Settings, KeyRing], None] = nothing_to_lend
    """Gives the stores what they must know beside their tables (a policy, a voice), once, at the start."""
    recall: Callable[[Database], Awaitable[Sequence[str]]] = nothing_to_recall
    """The same of what the database alone knows, as soon as it is there and before anything is decided.

    It answers what stands in the way of a process that would begin now; a command that only looks may go on.
    """
    patient: Collection[Topic] = ()
    """Topics of others for which nobody waits: what stands there lingers (`bus.gathering`)."""
    clock_risks: Sequence[int] = (0, 1, 2, 3)
    count: Count | None = None
    """Told of each fact after its commit, and of the state that said it: counters of the field."""
    measure: Measure | None = None
    """Reads gauges of the field from its own tables; the clock role runs it."""

    @property
    def roles(self) -> tuple[str, ...]:
        own = [role for role in self.parts if role not in ("api", "worker", "relay", "clock")]
        return ("api", "worker", "relay", "clock", *own)

    @property
    def hears(self) -> list[type[Event]]:
        """Every event that some decision hears."""
        return sorted({event for table in self.decisions for event in table.heard}, key=lambda event: event.type)

    @property
    def topics(self) -> list[str]:
        """What its consumer reads: the stories it hears, and what it was asked."""
        return [*sorted({topic.name for event in self.hears for topic in event.topics}), f"{self.name}.asked"]
