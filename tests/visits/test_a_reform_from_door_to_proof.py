"""A reform from the registry's door to the proof of visits: what the one says is all that the other hears (P12, ★10)."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bus.testing import MORNING, ByHand, bearer
from contracts.event import Event
from contracts.ids import UnitId
from contracts.registry import PersonCard
from contracts.visits import NoticeUnanswered
from services.registry.service import lend
from services.registry.service import service as registry_service
from services.visits.policy import Installed, load_files
from services.visits.service import service as visits_service
from services.visits.store import care_store
from tests.registry.reforms import ALONG, LINEAGE, OFFICER, merger, officer, person
from tests.registry.town import (
    BUREAU,
    GRAIN,
    KEYS,
    WATER,
    WORDS,
    assigning,
    build,
    enrolling,
    named,
    registering,
    resident_id,
    settled,
)

PEOPLE = (1, 2, 3, 4)
DAY, SOON = timedelta(days=1), timedelta(seconds=1)
STATION = UnitId(named("unit", "水文站"))


@dataclass
class Two:
    """The registry, visits, and the doors of both; what was said and not heard yet."""

    registry: ByHand
    visits: ByHand
    at_registry: httpx.AsyncClient
    at_visits: httpx.AsyncClient

    async def told(self, *, backwards: bool = False, without: type[Event] | None = None) -> None:
        """What the registry has said is heard by visits: each topic in its order, or cards before everything else."""
        said = [event for event in await settled(self.registry) if without is None or not isinstance(event, without)]
        cards: list[Event] = [event for event in said if isinstance(event, PersonCard)]
        others = [event for event in said if not isinstance(event, PersonCard)]
        await self.visits.hears(*(cards + others if backwards else others + cards))

    async def proof(self) -> dict[str, Any]:
        (line,) = (await self.at_visits.get("/lineages", headers=bearer(KEYS, "bureau-officer"))).json()
        return {name: line[name] for name in ("people", "duties_before", "open", "closed", "vanished", "whole")}


@pytest.fixture
async def two(fresh: Callable[..., Any], repository: Path) -> AsyncIterator[Two]:
    """Four people of the water bureau, whom visits has heard of: each is owed a greeting and a call."""
    lend(WORDS)
    care_store.books.install(Installed.read(repository / "policies" / "shuangta"), load_files)
    async with AsyncExitStack() as open_:
        registry = ByHand(registry_service, await open_.enter_async_context(fresh(registry_service)), MORNING)
        visits = ByHand(visits_service, await open_.enter_async_context(fresh(visits_service)), MORNING)
        await build(registry)
        await registry.asked(registering(STATION, "双塔市水文站", "unit", BUREAU))
        both = [await open_.enter_async_context(hand.http(KEYS)) for hand in (registry, visits)]
        two = Two(registry, visits, *both)
        await settled(registry)
        for n in PEOPLE:
            await visits.hears(*await enrolled(registry, n))
        yield two


async def enrolled(registry: ByHand, n: int) -> list[Event]:
    """Enrolled, with a liaison; all that was said of it."""
    _, said = await registry.asked(enrolling(person(n), f"测{n}", resident_id(serial=n)))
    _, more = await registry.asked(assigning(person(n), "联戊"))
    return [*said, *more, *await settled(registry)]


def whole(people: int, duties: int) -> dict[str, Any]:
    return {"people": people, "duties_before": duties, "open": duties, "closed": 0, "vanished": 0, "whole": True}


@pytest.mark.parametrize("backwards", [False, True])
async def test_all_that_was_owed_before_a_merger_is_owed_after_it_whatever_is_heard_first(
    two: Two, backwards: bool
) -> None:
    answer = await two.at_registry.post(f"/units/{GRAIN}/mergers", json=merger(officers=[str(ALONG)]), headers=OFFICER)
    await two.told(backwards=backwards)
    await two.visits.waits(SOON)

    assert answer.status_code == 201
    assert await two.proof() == whole(4, 2 * len(PEOPLE))
    assert await two.visits.differences() == []


async def test_a_card_that_got_lost_leaves_the_proof_open_until_it_is_told_again(two: Two) -> None:
    await two.at_registry.post(f"/units/{GRAIN}/mergers", json=merger(officers=[str(ALONG)]), headers=OFFICER)
    await two.told(without=PersonCard)
    await two.visits.waits(SOON)
    before = await two.proof()

    await two.visits.hears(*await settled(two.registry, timedelta(days=8)))  # all cards are stated once a week

    assert before == whole(4, 2 * len(PEOPLE)) | {"whole": False}
    assert (await two.proof())["whole"] is True


async def test_a_unit_that_was_asked_and_then_split_is_answered_for_by_both_of_its_parts(two: Two) -> None:
    """A notice, a reform, and the hour at which the answer should be there."""
    bureau, notice = bearer(KEYS, "bureau-officer"), named("notice")
    words = {"notice_id": str(notice), "notice": "spring-visits", "title": "关于春节走访慰问的通知"}
    await two.at_visits.post("/notices", json=words, headers=bureau)
    heirs = [
        {"unit_id": str(GRAIN), "people": [str(person(n)) for n in (1, 2)], "officers": [str(ALONG)]},
        {"unit_id": str(STATION), "people": [str(person(n)) for n in (3, 4)], "liaison": officer("站壬")},
    ]
    division = {"lineage_id": str(LINEAGE), "heirs": heirs}
    await two.at_registry.post(f"/units/{WATER}/division", json=division, headers=OFFICER)
    await two.told()
    await two.visits.waits(SOON)
    leader = {"Authorization": bearer(KEYS, "unit-leader", person=named("站子"), unit=STATION)["Authorization"]}
    receipt = {"answer_id": str(named("a")), "unit_id": str(STATION), "step": "receipt"}

    answer = await two.at_visits.post(f"/notices/{notice}/answers", json=receipt, headers=leader)
    over = await two.visits.waits(6 * DAY)
    (line,) = (await two.at_visits.get(f"/notices/{notice}/responses", headers=bureau)).json()

    assert (answer.status_code, answer.json()["silent"]) == (201, [str(GRAIN)])
    assert [(e.unit_id, e.instead_of) for e in over if isinstance(e, NoticeUnanswered)] == [(GRAIN, WATER)]
    assert (line["unit_id"], line["unit"], line["people"], line["lacking"]) == (
        str(WATER), "双塔市水利局", 4, ["receipt"]
    )  # fmt: skip
    assert line["owed_by_units"] == ["双塔市粮食局", "双塔市水文站"]
    assert await two.visits.differences() == []
