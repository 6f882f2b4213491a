"""What was said is counted after its commit, once; what waits to be told, and since when, can be seen."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from prometheus_client import REGISTRY

from bus import metrics, outbox
from bus.asking import Asking
from bus.clock import Clock
from bus.decisions import Decision, Rejected
from bus.hearing import Hearing
from bus.journal import Item, Kind
from bus.road import Road
from bus.testing import MORNING, ByHand, Record, record
from contracts.event import Event
from contracts.ids import CaseId, DutyId, PersonId
from contracts.notify import CaseClosed, CaseOpened
from tests.bus.people import LI, WANG, ZHANG, admitted, discharged
from tests.bus.watch import AddNote, NoteAll, Watch, service, watch

ASKS: dict[Any, Any] = watch.asks


class Heard:
    """A count hook that remembers, and the service that has it."""

    def __init__(self) -> None:
        self.facts: list[tuple[str, object]] = []
        self.service = replace(service, count=self.count)

    def count(self, fact: Event, state: Any) -> None:
        assert isinstance(state, Watch)
        self.facts.append((type(fact).__name__, state.person_id))


def facts_counted(event: type[Event]) -> float:
    return REGISTRY.get_sample_value("bifang_facts_total", {"service": "watch", "type": event.type}) or 0.0


async def test_a_fact_is_counted_whether_its_cause_was_heard_or_woken(fresh: Callable[..., Any]) -> None:
    heard = Heard()
    opened, closed = facts_counted(CaseOpened), facts_counted(CaseClosed)
    async with fresh(heard.service) as database:
        hand = ByHand(heard.service, database, MORNING)

        await hand.hears(admitted(ZHANG))
        await hand.waits(timedelta(hours=2))

    assert heard.facts == [("CaseOpened", ZHANG), ("CaseClosed", ZHANG)]
    assert (facts_counted(CaseOpened) - opened, facts_counted(CaseClosed) - closed) == (1, 1)


async def test_what_was_seen_before_or_decided_in_vain_is_not_counted(fresh: Callable[..., Any]) -> None:
    """The NUL is refused by the database, so the whole batch is decided again: what comes of it counts once."""
    heard = Heard()
    async with fresh(heard.service) as database:
        hand = ByHand(heard.service, database, MORNING)

        await hand.hears(admitted(ZHANG), admitted(LI, hospital="nul\x00"), admitted(WANG))
        await hand.hears(admitted(ZHANG), admitted(WANG))

    assert sorted(heard.facts, key=str) == sorted([("CaseOpened", ZHANG), ("CaseOpened", WANG)], key=str)


def closes_a_case(state: Watch, request: AddNote, now: Any) -> Decision[Watch]:
    said = CaseClosed(city="双塔市", county="东区", person_id=PersonId(state.person_id), case_id=CaseId(request.note_id),
                      duty_id=DutyId(LI), why="", closed_at=now)  # fmt: skip
    return Decision(state, (said,))


async def test_a_fan_out_and_a_request_are_counted_after_their_commit_too(
    fresh: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ASKS, AddNote, closes_a_case)
    heard = Heard()
    async with fresh(heard.service) as database:
        hand = ByHand(heard.service, database, MORNING)
        await hand.hears(admitted(ZHANG), admitted(LI))
        heard.facts.clear()

        await hand.asked(AddNote(person_id=ZHANG, note_id=uuid4(), text="电话已打"))
        of_the_request = list(heard.facts)
        await hand.asked(NoteAll(person_id=ZHANG, note_id=uuid4(), city="双塔市"))
        await hand.waits(timedelta(0))

    assert of_the_request == [("CaseClosed", ZHANG)]
    assert sorted(heard.facts[1:], key=str) == sorted([("CaseClosed", ZHANG), ("CaseClosed", LI)], key=str)


@pytest.mark.parametrize("end", ["seen", "failed"])
def test_what_was_decided_in_vain_and_then_seen_or_refused_is_not_counted(end: str) -> None:
    """A request keeps its place when its transaction is tried again; somebody else may have been faster."""
    heard = Heard()
    road = Road("watch", lambda item: pytest.fail("nothing is buried here"), heard.count)
    note = AddNote(person_id=ZHANG, note_id=uuid4(), text="电话已打")
    item = Item(watch, Kind.ASKED, note.id, ZHANG, "AddNote", b"", note, note.id, None)
    closed = CaseClosed(city="双塔市", county="东区", person_id=ZHANG, case_id=CaseId(LI), duty_id=DutyId(LI), why="",
                        closed_at=MORNING)  # fmt: skip
    item.said, item.after = (closed,), Watch(ZHANG)
    item.seen, item.failure = end == "seen", Rejected("rule", "no", "text") if end == "failed" else None

    road.committed([item])

    assert heard.facts == []


async def test_every_dead_letter_is_counted_also_of_what_nobody_can_read(hand: ByHand) -> None:
    before = REGISTRY.get_sample_value("bifang_dead_letters_total", {"service": "watch"}) or 0.0

    await hand.stand()
    unreadable = Record("medical.stays", 1, (), b"no event")
    await hand.hearing.hear("t", [record(admitted(ZHANG, hospital="defect"), 0, at=MORNING), unreadable])

    assert REGISTRY.get_sample_value("bifang_dead_letters_total", {"service": "watch"}) == before + 2


async def test_the_oldest_record_that_waits_is_as_old_as_its_decision(hand: ByHand) -> None:
    await hand.stand()
    await hand.hearing.hear("t", [record(admitted(ZHANG), 0, at=MORNING - timedelta(days=3))])
    hand.now += timedelta(minutes=7)
    await hand.stand()

    async with hand.database.connection() as connection:
        waiting = await outbox.waiting(connection)

    assert waiting == (1, 420.0)


async def test_a_dead_letter_is_as_old_as_its_burial(hand: ByHand) -> None:
    await hand.stand()
    await hand.hearing.hear("t", [record(admitted(ZHANG, hospital="rule"), 0, at=MORNING - timedelta(days=3))])
    hand.now += timedelta(minutes=1)
    await hand.stand()

    async with hand.database.connection() as connection:
        waiting = await outbox.waiting(connection)

    assert waiting == (1, 60.0)


async def test_an_empty_outbox_waits_for_nothing(hand: ByHand) -> None:
    async with hand.database.connection() as connection:
        assert await outbox.waiting(connection) == (0, 0.0)


def test_whatever_a_service_may_say_is_counted_from_zero() -> None:
    metrics.create_at_zero("from-zero", [CaseOpened, CaseClosed])

    label = {"service": "from-zero", "type": "notify.case-opened.v1"}
    assert REGISTRY.get_sample_value("bifang_facts_total", label) == 0.0


async def test_the_relay_is_woken_only_when_something_waits_to_be_told(hand: ByHand) -> None:
    """By ears, desk and clock alike."""
    woken: list[str] = []

    async def wake() -> None:
        woken.append("woken")

    parts = service.name, hand.database, hand.road, service.decisions
    hearing, asking, clock = Hearing(*parts, told=wake), Asking(*parts, told=wake), Clock(*parts, told=wake)
    await hand.stand()
    await hearing.hear("t", [record(discharged(ZHANG), 0, at=MORNING)])
    await asking.decide([asking.item(AddNote(person_id=ZHANG, note_id=uuid4(), text=""))])
    await clock.round()
    silent = list(woken)
    await hearing.hear("t", [record(admitted(ZHANG), 1, at=MORNING)])
    after_hearing = len(woken)
    await asking.decide([asking.item(AddNote(person_id=ZHANG, note_id=uuid4(), text="见到本人"))])
    after_asking = len(woken)
    hand.now += timedelta(hours=2)
    await hand.stand()
    await clock.round()

    assert (silent, after_hearing, after_asking, len(woken)) == ([], 1, 2, 3)
