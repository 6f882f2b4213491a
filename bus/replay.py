"""A dead letter is heard again: down the owner's own road, by today's code, and never twice once it went well."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bus import dead_letters, journal
from bus.database import Database, passes_by_waiting
from bus.dead_letters import Letter
from bus.envelope import Undecodable, unpack
from bus.hearing import Hearing
from bus.journal import Item
from bus.road import Road
from bus.service import Service


class Outcome(StrEnum):
    """What became of a replayed letter."""

    REPLAYED = "replayed"
    SEEN = "seen"
    """It went well before, or its event was heard by another way: nothing was done."""
    BURIED = "buried"
    """It failed again, and lies there with its new reason."""
    UNREAD = "unread"
    """It is still no event that this service can read, or none that it hears."""


@dataclass(frozen=True, slots=True)
class Replayed:
    outcome: Outcome
    reason: str = ""


class Replay:
    """Of one service, over its own database. The service may run meanwhile: the locks are those of every transaction."""

    def __init__(self, service: Service, database: Database) -> None:
        self._database = database
        self._road = Road(service.name, lambda item: dead_letters.letter(service.name, item, _clock(item)))
        self._hearing = Hearing(service.name, database, self._road, service.decisions, told=_nobody)

    async def replay(self, letter: Letter) -> Replayed:
        """One transaction. Raises what passes by waiting: the database is away, and nothing was done."""
        try:
            self._items(letter)
        except Undecodable as failure:
            return Replayed(Outcome.UNREAD, str(failure))
        try:
            return await self._walk(letter)
        except Exception as error:
            if passes_by_waiting(error):
                raise
            return await self._walk(letter, doomed=error)

    async def still_buried(self, letter: Letter) -> bool:
        """Whether it waits for somebody to mend its cause and replay it."""
        try:
            items = self._items(letter)
        except Undecodable:
            return True
        async with self._database.connection() as connection:
            heard = [await connection.fetchrow(_ROW, *item.name) for item in items]
        return any(row is None or row["buried"] is not None for row in heard)

    def _items(self, letter: Letter) -> list[Item]:
        """What it means here today; for the kind of state that could not take it in, if one is named."""
        envelope = unpack(letter.original, letter.written_at)
        place = letter.said("dead_letter_from") or letter.place
        found = self._hearing.reading.of_event(envelope, letter.body, place)
        items = [item for item in found if letter.decision in ("", item.decisions.name)]
        if not items:
            raise Undecodable(f"{envelope.type}: nothing here hears it")
        return items

    async def _walk(self, letter: Letter, doomed: Exception | None = None) -> Replayed:
        """`doomed`: the database refused it, so it is buried anew without being decided again."""
        items = self._items(letter)
        for item in items:
            item.doomed = doomed
        async with self._database.transaction() as tx:
            for item in items:
                await journal.exhume(tx, *item.name)
            await self._road.travel(tx, items)
        self._road.committed(items)
        return _outcome(items)


_ROW = "SELECT buried FROM journal WHERE decision = $1 AND id = $2"


def _outcome(items: Sequence[Item]) -> Replayed:
    failures = [item.failure for item in items if item.failure is not None]
    if failures:
        return Replayed(Outcome.BURIED, "; ".join(map(journal.reason_of, failures)))
    return Replayed(Outcome.SEEN if all(item.seen for item in items) else Outcome.REPLAYED)


def _clock(item: Item) -> datetime:
    assert item.clock is not None
    return item.clock


async def _nobody() -> None:
    """The relay finds the outbox by itself."""
