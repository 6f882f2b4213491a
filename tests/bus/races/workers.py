"""Workers, desks and clocks of one service that act at the same time: each worker reads a topic of its own."""

import asyncio
from uuid import UUID, uuid5

from bus.testing import MORNING, TEST, ByHand, Record, record
from contracts.event import Event
from tests.bus.people import TESTS
from tests.bus.watch import AddNote


def records(*events: Event, first: int = 0) -> list[Record]:
    """One batch. Equal events have equal ids, whoever reads them."""
    return [record(event, first + n, at=MORNING) for n, event in enumerate(events)]


def hears(hand: ByHand, worker: str, *events: Event) -> "asyncio.Task[None]":
    """A worker begins to apply a batch."""
    return asyncio.create_task(hand.hearing.hear(worker, records(*events)))


def notes(hand: ByHand, who: UUID, text: str) -> "asyncio.Task[list[bytes | Exception | None]]":
    """A desk begins to answer a request; the same text is the same request."""
    note = AddNote(person_id=who, note_id=uuid5(TESTS, text), text=text, by=TEST)  # type: ignore[arg-type]
    return asyncio.create_task(hand.asking.decide([hand.asking.item(note)]))


async def nobody() -> None:
    """Nobody is told that something waits in the outbox: it is read by hand."""
