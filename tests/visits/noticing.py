"""Notices by hand: a town that knows a typhoon and a silent unit, who issues one at the doors, and who answers."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bus import tokens
from bus.testing import MORNING, ByHand
from contracts.event import Event
from contracts.ids import HolderId, PersonId, UnitId, derived
from contracts.registry import PersonCard
from contracts.visits import NoticeUnanswered
from services.visits.domain.issuing import issue
from services.visits.domain.notices import Answer, Notice, Step, Wanted
from services.visits.policy import Installed, load_files
from services.visits.service import service
from services.visits.store import care_store
from tests.visits.packs import add
from tests.visits.shuangta import GRAIN, KEYS, LI, WATER, carded, enrolled
from tests.visits.town import WEDNESDAY

ID = derived("test", "notice")
WANG = HolderId(derived("test", "Wang"))
DAY = timedelta(days=1)


def notice(**other: Any) -> Notice:
    usual: dict[str, Any] = {"city": "town", "what": "visits", "title": "春节走访", "asked": (WATER, GRAIN)}
    wanted = (Wanted(Step.RECEIPT, WEDNESDAY + 5 * DAY), Wanted(Step.PROOF, WEDNESDAY + 60 * DAY))
    return Notice(ID, **(usual | {"wanted": wanted} | other))


def issued(**other: Any) -> Notice:
    return issue(Notice(ID), notice(**other), WEDNESDAY)[0]


def said(unit: UnitId = WATER, step: Step = Step.RECEIPT, at: datetime = WEDNESDAY + DAY, n: int = 1) -> Answer:
    return Answer(derived("test", "answer", n), unit, step, None, WANG, at)


def silences(told: tuple[Event, ...]) -> list[tuple[UnitId, str | None, datetime]]:
    return [(fact.unit_id, fact.step, fact.since) for fact in told if isinstance(fact, NoticeUnanswered)]


TYPHOON = {
    "name": "typhoon-call",
    "who": "{categories: [living-alone]}",
    "when": "{event: weather-warned, of: [typhoon]}",
    "owes": "{party: community, role: community-worker}",
    "window": "{due: 12h}",
    "ladder": "greeting",
    "on_end": "supersede",
}
UNANSWERED = {"name": "press", "when": "{event: notice-unanswered}", "window": "{due: 7d}", "on_end": "supersede"}


@pytest.fixture
async def hand(fresh: Callable[..., Any], pack: Path) -> AsyncIterator[ByHand]:
    for line in (TYPHOON, UNANSWERED):
        add(pack, **line)
    care_store.books.install(Installed.read(pack), load_files)
    async with fresh(service) as database:
        yield ByHand(service, database, MORNING)


@pytest.fixture
async def town(hand: ByHand) -> ByHand:
    """Zhang is of the water bureau and lives alone, Li of the grain bureau."""
    await hand.hears(enrolled(), carded())
    await hand.hears(enrolled(LI), _card_of_li())
    return hand


@pytest.fixture
async def doors(town: ByHand) -> AsyncIterator[httpx.AsyncClient]:
    async with town.http(KEYS) as client:
        yield client


def _card_of_li() -> PersonCard:
    return carded().model_copy(update={"person_id": PersonId(LI), "unit_id": GRAIN, "unit_name": "粮食局"})


async def ask(doors: httpx.AsyncClient, path: str, role: str = "bureau-officer", **words: Any) -> httpx.Response:
    token = tokens.issue(KEYS.token_key, person=str(WANG), role=role)
    return await doors.post(path, json=words, headers={"Authorization": f"Bearer {token}"})


def _concerning(people: int, units: int, silent: list[str]) -> dict[str, Any]:
    return {"notice_id": str(ID), "silent": silent, "people": people, "units": units}
