"""Clocks of one service that live at once, and the states that they wake."""

from datetime import timedelta
from typing import Any

import pytest

from bus import dead_letters
from bus.clock import Clock
from bus.decisions import Decisions
from bus.road import Road
from bus.testing import MORNING, ByHand
from contracts.notify import CaseClosed
from tests.bus.people import LI, NOON, WANG, ZHANG
from tests.bus.races.two import tally
from tests.bus.races.workers import nobody

LATER = NOON + timedelta(hours=2) - MORNING
"""By then the tallies of all who were admitted at noon have struck, and the watch has let them go."""
NAMES = {ZHANG: "张", LI: "李", WANG: "王"}


def clock(hand: ByHand, table: Decisions[Any], *, share: int = 50, poll: float = 0.5) -> Clock:
    """A clock of a process of its own: it shares nothing with others but the database."""

    road = Road(hand.service.name, lambda item: dead_letters.letter(hand.service.name, item, hand.now))
    return Clock(hand.service.name, hand.database, road, [table], told=nobody, risks=(0,), share=share, poll=poll)


def in_force(label: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The policy of this label; processes that have not noticed yet are played by setting an older one again."""

    async def says(connection: Any) -> str:
        return label

    monkeypatch.setattr(tally, "settled_under", lambda state: label)
    monkeypatch.setattr(tally, "in_force", says)


async def pass_time(hand: ByHand, time: timedelta) -> None:
    hand.now += time
    await hand.stand()


async def strokes(hand: ByHand) -> dict[str, int]:
    async with hand.database.connection() as connection:
        rows = await connection.fetch("SELECT person_id, coalesce(struck, 0) FROM tallies")
    return {NAMES[row[0]]: row[1] for row in rows}


async def let_go(hand: ByHand) -> set[str]:
    return {NAMES[event.person_id] for event in await hand.said() if isinstance(event, CaseClosed)}
