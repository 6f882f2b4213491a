"""Contacts are recorded at the door, flags follow by themselves; who audits looks at them, and the journal explains them."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from bus.decisions import Caller
from bus.testing import MORNING, ByHand
from contracts.event import Event
from contracts.ids import ContactId, HolderId, PersonId, derived
from contracts.visits import ContactFlagged, FlagDismissed, FlagLifted, PeopleRead
from services.visits.domain.rounds import Rounds
from services.visits.policy import Installed, load_files
from services.visits.service import service
from services.visits.store import care_store
from tests.visits.shuangta import CHEN, KEYS, LI, OFFICER, WATER, ZHANG, bearing, contact, enrolled

WU = PersonId(derived("test", "吴六试"))
HE = HolderId(derived("test", "何静"))
AUDITOR = Caller(person=str(HE), role="organisation-department", reach="county")
HALL, FAR = {"latitude": 26.66, "longitude": 119.55}, {"latitude": 26.66, "longitude": 119.75}
SAID = ["身体健康，没有什么要求", "身体健康，没有什么要求 ", "身体健康，没有什么要求"]


@pytest.fixture
async def hand(fresh: Callable[..., Any], repository: Path) -> AsyncIterator[ByHand]:
    care_store.books.install(Installed.read(repository / "policies" / "shuangta"), load_files)
    async with fresh(service) as database:
        hand = ByHand(service, database, MORNING)
        await hand.hears(enrolled(), enrolled(LI), enrolled(WU).model_copy(update={"county": "西区"}))
        yield hand


@pytest.fixture
async def doors(hand: ByHand) -> AsyncIterator[httpx.AsyncClient]:
    async with hand.http(KEYS) as client:
        yield client


def number(n: int) -> ContactId:
    return ContactId(derived("test", "contact", n))


async def record(doors: httpx.AsyncClient, n: int, person: PersonId, **other: Any) -> int:
    body = contact(contact_id=number(n), person_id=person).model_dump(mode="json", exclude_defaults=True)
    answered = await doors.post("/contacts", json=body | other, headers=bearing(OFFICER))
    return answered.status_code


async def recorded(hand: ByHand, doors: httpx.AsyncClient) -> list[Event]:
    """Chen was with Zhang and with Li in one minute, 20 km from each other, with Wu a day before; and says the same of all."""
    the_day_before: dict[str, Any] = {"place": FAR, "made_at": (MORNING - timedelta(days=1)).isoformat()}
    where = [{"place": HALL}, {"place": FAR}, the_day_before]
    for n, (person, place) in enumerate(zip((ZHANG, LI, WU), where, strict=True)):
        assert await record(doors, n, person, note=SAID[n], **place) == 201
    return await hand.waits(timedelta())


def flag_of(told: list[Event]) -> dict[str, UUID]:
    return {fact.flag: fact.flag_id for fact in told if isinstance(fact, ContactFlagged)}


async def asked(doors: httpx.AsyncClient, path: str, by: Caller = AUDITOR, **query: Any) -> Any:
    return (await doors.get(path, params=query, headers=bearing(by))).json()


async def reviewed(doors: httpx.AsyncClient, flag_id: object, what: str, by: Caller = AUDITOR) -> httpx.Response:
    return await doors.post(f"/flags/{flag_id}/{what}", json={"reason": "逐户核实过"}, headers=bearing(by))


async def test_what_is_odd_is_told_once_and_the_auditors_see_it_and_nobody_else(
    hand: ByHand, doors: httpx.AsyncClient
) -> None:
    told = await recorded(hand, doors)
    again = await record(doors, 0, ZHANG, note=SAID[0], place=HALL)
    called = await record(doors, 3, LI, note=SAID[0], kind="phone", strength="phone")

    seen = await asked(doors, "/flags")
    shown = await asked(doors, f"/flags/{flag_of(told)['two-places']}")
    read = [fact for fact in await hand.said() if isinstance(fact, PeopleRead)]
    refused = await doors.get("/flags", headers=bearing(Caller(person=str(HE), role="liaison", unit=WATER)))

    raised = {fact.flag: {*fact.contact_ids} for fact in told if isinstance(fact, ContactFlagged)}
    assert raised == {"two-places": {number(0), number(1)}, "same-words": {number(0), number(1), number(2)}}
    assert not any(word in fact.model_dump_json() for fact in told for word in ("健康", "119.", "v1."))
    assert sorted((line["kind"], len(line["contacts"]), line["hidden"], line["holder_id"]) for line in seen) == [
        ("same-words", 3, 0, str(CHEN)),
        ("two-places", 2, 0, str(CHEN)),
    ]
    assert all("不说明谁有过错" in line["sentence"] and line["false_alarm_rate"] is None for line in seen)
    assert {each["person_id"]: each["place"] for each in shown["contacts"]} == {
        str(ZHANG): "26.660,119.550", str(LI): "26.660,119.750",
    }  # fmt: skip
    assert [(fact.what, {*fact.people}) for fact in read] == [("flag", {ZHANG, LI})]
    assert (again, called, refused.status_code) == (201, 201, 403)
    assert flag_of(await hand.waits(timedelta())) == {}
    assert {*(await hand.state(Rounds, CHEN)).traces} == {number(0), number(1), number(2)}


async def test_who_looks_sees_all_of_it_and_is_not_the_holder(hand: ByHand, doors: httpx.AsyncClient) -> None:
    """Who answers for one county sees its people alone, and cannot judge what is about others too."""
    same_words = flag_of(await recorded(hand, doors))["same-words"]
    of_west, of_north = (AUDITOR.model_copy(update={"county": county}) for county in ("西区", "北区"))

    part = await asked(doors, f"/flags/{same_words}", of_west)
    refused = [await reviewed(doors, same_words, "dismissal", by) for by in (OFFICER, of_north, of_west)]
    unknown = await reviewed(doors, ZHANG, "confirmation")

    assert ([each["person_id"] for each in part["contacts"]], part["hidden"]) == ([str(WU)], 2)
    assert (await asked(doors, "/flags", of_north), len(await asked(doors, "/flags", of_west))) == ([], 1)
    assert [answer.status_code for answer in refused] == [422, 404, 403]
    assert (refused[0].json()["rule"], unknown.status_code) == ("flag-of-their-own", 404)


async def test_flags_are_reviewed_once_and_a_struck_contact_takes_its_flag_along(
    hand: ByHand, doors: httpx.AsyncClient
) -> None:
    flag_ids = flag_of(await recorded(hand, doors))
    same_words = flag_ids["same-words"]

    done, twice = await reviewed(doors, same_words, "dismissal"), await reviewed(doors, same_words, "dismissal")
    otherwise = await reviewed(doors, same_words, "confirmation")
    strike = {"person_id": str(LI), "reason": "时间填错了"}
    await doors.post(f"/contacts/{number(1)}/strike", json=strike, headers=bearing(OFFICER))
    followed = await hand.waits(timedelta())
    (rate,) = [rate for rate in await asked(doors, "/flags/rate") if rate["kind"] == "same-words"]
    shown = await asked(doors, f"/flags/{same_words}")

    assert (done.status_code, twice.content) == (201, done.content)
    assert (otherwise.status_code, otherwise.json()["rule"]) == (422, "flag-reviewed")
    assert len([fact for fact in followed if isinstance(fact, FlagDismissed)]) == 1
    assert [fact.flag_id for fact in followed if isinstance(fact, FlagLifted)] == [flag_ids["two-places"]]
    assert rate == {
        "month": "2026-05", "kind": "same-words", "raised": 1, "open": 0, "confirmed": 0, "dismissed": 1, "false_alarm_rate": 1.0,
    }  # fmt: skip
    assert (shown["review"], shown["reason"], shown["false_alarm_rate"]) == ("dismissed", "逐户核实过", 1.0)
    assert (await asked(doors, "/flags"), len(await asked(doors, "/flags", settled=True))) == ([], 2)
    assert await hand.differences() == []
