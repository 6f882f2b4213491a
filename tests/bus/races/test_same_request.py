"""The same request twice at once, of a kind that its own effect forbids: both who ask get the one answer."""

import asyncio
from uuid import uuid4

import pytest

from bus import road
from bus.decisions import Rejected
from bus.testing import ByHand
from tests.bus.people import ZHANG
from tests.bus.races.gates import Watcher, before_keeping
from tests.bus.races.two import TellFirst, Told


async def asked_twice_at_once(
    both: ByHand, beside: Watcher, monkeypatch: pytest.MonkeyPatch
) -> tuple[list[object], TellFirst]:
    """The second has looked into the journal before the first writes there, and then waits for the person."""
    request = TellFirst(person_id=ZHANG, tell_id=uuid4(), text="已登记")
    gate = before_keeping(monkeypatch)
    first = asyncio.create_task(both.asking.decide([both.asking.item(request)]))
    await gate.somebody_waits()
    second = asyncio.create_task(both.asking.decide([both.asking.item(request)]))
    await beside.sees_waiting()
    gate.open()
    return [*await first, *await second], request


async def test_both_who_ask_the_same_at_once_get_the_one_answer(
    both: ByHand, beside: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers, request = await asked_twice_at_once(both, beside, monkeypatch)

    assert answers == [Told(text=request.text).model_dump_json().encode()] * 2


async def test_the_second_is_refused_for_what_the_first_did_if_nobody_looks_again(
    both: ByHand, beside: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nobody_looks(*_: object) -> bool:
        return False

    monkeypatch.setattr(road, "_known_by_now", nobody_looks)

    (_, refused), _ = await asked_twice_at_once(both, beside, monkeypatch)

    assert isinstance(refused, Rejected)
    assert refused.rule == "told-already"
