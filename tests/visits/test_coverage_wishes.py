"""The certificate, which shares no code with the engine, names whoever is owed a phone call although they are deaf."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from bus.testing import MORNING, ByHand
from contracts.registry import AbsenceReported, DeathReported, PersonCard
from services.visits.domain import Care
from services.visits.domain.causes import instead_of_usual
from services.visits.domain.means import Holding, means_now
from services.visits.domain.policy import Instead
from services.visits.domain.rules import Means
from services.visits.service import service
from tests.visits.coverage_city import DAY, counted, enrolled, install, person, policy, where
from tests.visits.model.rules import DEAF
from tests.visits.town import GREETING, MOURNING, REPORTING, card

AWAY = Instead({"call-on": Means("hello", "voice")})


@pytest.fixture
async def hand(fresh: Callable[..., Any], repository: Path) -> AsyncIterator[ByHand]:
    made = policy(repository, GREETING, REPORTING, replace(MOURNING, means=Means("hello", "voice")))
    install(replace(made, wishes={"deaf": DEAF}, absences={"away": AWAY}))
    async with fresh(service) as database:
        yield ByHand(service, database, MORNING)


def carded(n: int, *wishes: str) -> PersonCard:
    return card().model_copy(update={**where(n), "wishes": wishes})


async def live(hand: ByHand) -> None:
    """1 is deaf, 5 is deaf and away, 11 is neither. Ten days pass."""
    gone = {"from_at": hand.now, "until_at": hand.now + 60 * DAY, "reported_at": hand.now}
    away = {"absence_id": person(50), "absence": "away", **gone, **where(5)}
    await hand.hears(*(enrolled(n, hand.now) for n in (1, 5, 11)))
    await hand.hears(carded(1, "deaf"), carded(5, "deaf"), carded(11), AbsenceReported.model_validate(away))
    await hand.waits(10 * DAY)


async def test_who_is_deaf_is_owed_it_by_other_means_and_that_is_what_the_certificate_expects(hand: ByHand) -> None:
    await live(hand)

    found = await counted(hand)

    assert (found.exceptions, found.adds_up) == ([], True)


async def test_an_engine_that_rings_up_who_is_deaf_is_caught(hand: ByHand, monkeypatch: pytest.MonkeyPatch) -> None:
    def rings_up(means: Means, holding: Holding) -> tuple[Means, str | None]:
        return means_now(means, [(name, other) for name, other in holding if not other.is_wish])

    for opening_or_changing in ("reconcile", "grounds"):
        monkeypatch.setattr(import_module(f"services.visits.domain.{opening_or_changing}"), "means_now", rings_up)
    await live(hand)

    found = await counted(hand)

    assert set(found.exceptions) == {
        (person(1), "greeting", "owed-otherwise"),
        (person(5), "greeting", "owed-otherwise"),
        (person(5), "reporting", "owed-otherwise"),
    }


def dies(hand: ByHand, n: int) -> DeathReported:
    return DeathReported(report_id=person(60 + n), source="family", reported_at=hand.now, **where(n))


async def test_the_family_of_who_was_deaf_or_away_is_owed_it_as_the_rule_says(hand: ByHand) -> None:
    await live(hand)
    await hand.hears(dies(hand, 1), dies(hand, 5))
    await hand.waits(DAY)

    found = await counted(hand)

    assert (found.exceptions, found.adds_up) == ([], True)


async def test_an_engine_that_asks_the_dead_where_they_are_is_caught(
    hand: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    await live(hand)

    def as_if_living(care: Care, now: datetime) -> Any:
        return instead_of_usual(replace(care, deaths={}), now)

    monkeypatch.setattr(import_module("services.visits.domain.grounds"), "instead_of_usual", as_if_living)
    await hand.hears(dies(hand, 1), dies(hand, 5))
    await hand.waits(DAY)

    found = await counted(hand)

    assert set(found.exceptions) == {
        (person(1), "mourning", "owed-otherwise"),
        (person(5), "mourning", "owed-otherwise"),
    }
