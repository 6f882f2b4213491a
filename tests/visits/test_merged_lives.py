"""Lives that nobody wrote, of people whose files are merged, in chains too, and parted again: the certificate names nobody."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest

from bus.testing import MORNING, ByHand
from contracts.event import Event
from contracts.ids import derived
from contracts.registry import CareEnded, CareResumed, HardshipRetracted
from services.visits.service import service
from tests.reasons import a_reason
from tests.visits.coverage_city import Dice, counted, install, person, policy, where

PEOPLE, NIGHTS, THROWS = 14, 14, 24
A_WHILE = timedelta(minutes=11)
"""What is on its way is not judged."""


class Merging(Dice):
    """The registry merges no file that has ended, nor into one that has; what is told of a stay may come under the old id."""

    def __init__(self, hand: ByHand, seed: int) -> None:
        super().__init__(hand, seed, PEOPLE)
        self.into: dict[int, int] = {}
        self.ends: dict[int, Any] = {}
        self.needs: dict[int, list[Any]] = {}

    def need(self, n: int) -> Event | Any:
        if n in self.into:
            return self.contact(n)
        said = super().need(n)
        self.needs.setdefault(n, []).append(said.hardship_id)  # type: ignore[attr-defined]
        return said

    def change(self, n: int) -> Event | Any:
        return self.contact(n) if n in self.into else super().change(n)

    def not_so(self, n: int) -> Event | Any:
        if not self.needs.get(n):
            return self.contact(n)
        hardship_id = self.needs[n].pop()
        return HardshipRetracted(
            hardship_id=hardship_id, reason=a_reason("另有其人"), retracted_at=self.hand.now, **where(n)
        )

    def merge(self, n: int) -> Event | Any:
        into = self.random.choice([other for other in range(PEOPLE) if other != n and other not in self.into])
        if n in self.into:
            return self.part(n)
        self.into[n], self.ends[n] = into, derived("test", "end", next(self.numbers))
        return CareEnded(end_id=self.ends[n], why="merged", into=person(into), ended_at=self.hand.now, **where(n))

    def part(self, n: int) -> Event | Any:
        if n not in self.into:
            return self.contact(n)
        del self.into[n]
        return CareResumed(end_id=self.ends[n], reason=a_reason("两个人"), resumed_at=self.hand.now, **where(n))

    TABLE: ClassVar[tuple[Callable[[Any, int], Any], ...]] = (  # type: ignore[misc]
        Dice.admit, Dice.admit, Dice.discharge, Dice.cancel, Dice.stay_on, change, need, not_so, Dice.contact, Dice.contact,
        Dice.contact, Dice.strike, Dice.waive, merge, merge, part,
    )  # fmt: skip


@pytest.mark.parametrize("seed", [1, 4, 5])
async def test_of_files_that_are_merged_and_parted_nobody_is_named(
    fresh: Callable[..., Any], repository: Path, seed: int
) -> None:
    install(policy(repository))
    async with fresh(service) as database:
        dice = Merging(ByHand(service, database, MORNING), seed)
        await dice.hand.hears(*(dice.enrol(n) for n in range(PEOPLE)))
        for night in range(NIGHTS):
            await dice.a_day(THROWS)
            await dice.hand.waits(A_WHILE)

            found = await counted(dice.hand)

            assert (night, found.exceptions, found.stuck) == (night, [], [])
            assert found.adds_up
        assert len(dice.ends) > len(dice.into) > 0
        assert await dice.hand.differences() == []
