"""Whoever stands on somebody's card records what they did for them, and nothing of anybody else, under Ningde's own pack."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from bus.pack import read_words
from bus.testing import MORNING, ByHand, bearer
from contracts.ids import ContactId, HolderId, PersonId, UnitId, derived
from contracts.registry import Holder, PersonCard
from services.visits.policy import Installed, load_files
from services.visits.service import service
from services.visits.store import care_store
from tests.visits.shuangta import KEYS, LI, WATER, ZHANG
from tests.visits.town import NAME, PHONE

BUREAU = UnitId(derived("test", "老干部局"))
YE, WU, DENG = (HolderId(derived("test", name)) for name in ("叶青", "吴晓", "邓平安"))
DAY = timedelta(days=1)


@pytest.fixture
async def hand(fresh: Callable[..., Any], repository: Path) -> AsyncIterator[ByHand]:
    """Two groups of the bureau: Ye keeps in touch with Zhang, Wu with Li."""
    care_store.books.install(Installed.read(repository / "policies" / "ningde"), load_files)
    async with fresh(service) as database:
        hand = ByHand(service, database, MORNING)
        await hand.hears(card(ZHANG, 1, YE), card(LI, 1, WU))
        yield hand


def card(person: PersonId, version: int, officer: HolderId, *, away: HolderId | None = None) -> PersonCard:
    """Of somebody of the water bureau; `officer` is their group's, or acts for who is `away`."""
    index = derived("test", "index")
    holder = Holder(
        role="group-officer", party="bureau", holder_id=officer, unit_id=WATER, name=NAME, phone=PHONE, deputy_for=away
    )
    return PersonCard(
        city="宁德市", county="蕉城区", person_id=person, version=version, kind="veteran-cadre", category="with-relatives",
        name=NAME, resident_id_index=index, name_index=index, birth_date_index=index, unit_id=WATER, unit_name="水利局",
        holders=(holder,), stated_at=MORNING,
    )  # fmt: skip


@pytest.fixture
async def doors(hand: ByHand, repository: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with hand.http(KEYS, read_words(repository / "policies" / "ningde")) as doors:
        yield doors


def bearing(holder: HolderId, role: str = "group-officer") -> dict[str, str]:
    """The token names the bureau, to which neither Zhang nor Li belongs."""
    return bearer(KEYS, role, person=holder, unit=BUREAU)


async def record(doors: httpx.AsyncClient, person: PersonId, by: dict[str, str], n: int = 1) -> httpx.Response:
    contact = {
        "contact_id": str(ContactId(derived("test", "contact", n))),
        "person_id": str(person),
        "kind": "update",
        "strength": "written",
        "outcome": "met",
        "made_at": MORNING.isoformat(),
    }
    return await doors.post("/contacts", json=contact, headers=by)


async def owed(doors: httpx.AsyncClient, by: dict[str, str]) -> set[UUID]:
    answer = await doors.get("/duties", headers=by)
    assert answer.status_code == 200, answer.text
    return {UUID(line["person_id"]) for line in answer.json()}


async def test_a_group_officer_records_what_was_done_for_somebody_of_the_group_and_of_no_other(
    hand: ByHand, doors: httpx.AsyncClient
) -> None:
    taken = await record(doors, ZHANG, bearing(YE))
    other = await record(doors, LI, bearing(YE), n=2)
    in_another_role = await record(doors, ZHANG, bearing(YE, "family-doctor"), n=3)

    assert (taken.status_code, len(taken.json()["discharged"])) == (201, 1)
    assert (other.status_code, other.json()["rule"], other.json()["field"]) == (403, "out-of-reach", "person_id")
    assert in_another_role.status_code == 403


async def test_lists_show_only_people_on_whose_card_the_caller_stands(hand: ByHand, doors: httpx.AsyncClient) -> None:
    unvisited = (await doors.get("/coverage/unvisited", headers=bearing(YE))).json()
    ledger = (await doors.get("/coverage/ledger", params={"by": "person"}, headers=bearing(WU))).json()
    equity = (await doors.get("/coverage/equity", headers=bearing(YE))).json()

    assert (await owed(doors, bearing(YE)), await owed(doors, bearing(WU))) == ({ZHANG}, {LI})
    assert await owed(doors, bearing(YE, "family-doctor")) == set()
    assert [UUID(line["person_id"]) for line in unvisited["lines"]] == [ZHANG]
    assert {UUID(line["id"]) for line in ledger} == {LI}
    assert [line["people"] for line in equity] == [1]


async def test_who_is_replaced_reaches_them_no_more_from_the_next_card_on(
    hand: ByHand, doors: httpx.AsyncClient
) -> None:
    await hand.hears(card(ZHANG, 2, WU))

    gone, come = await record(doors, ZHANG, bearing(YE)), await record(doors, ZHANG, bearing(WU), n=2)

    assert (gone.status_code, come.status_code) == (403, 201)
    assert (await owed(doors, bearing(YE)), await owed(doors, bearing(WU))) == (set(), {ZHANG, LI})


async def test_a_deputy_reaches_whom_they_stand_in_for_while_it_lasts(hand: ByHand, doors: httpx.AsyncClient) -> None:
    await hand.hears(card(ZHANG, 2, DENG, away=YE))
    acting, writes_up = await record(doors, ZHANG, bearing(DENG)), await record(doors, ZHANG, bearing(YE), n=2)
    seen = await owed(doors, bearing(DENG))
    await hand.hears(card(ZHANG, 3, YE))
    over = await record(doors, ZHANG, bearing(DENG), n=3)

    assert (acting.status_code, writes_up.status_code, over.status_code) == (201, 201, 403)
    assert (seen, await owed(doors, bearing(DENG))) == ({ZHANG}, set())
