"""Why a duty was let go, a contact struck or a flag looked at: sealed at the door, and read by who may read words."""

from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from bus.decisions import Caller
from bus.testing import ByHand
from contracts.ids import ContactId, derived
from contracts.registry import CareEnded
from contracts.visits import ContactFlagged, ContactStruck, DutyOpened, DutyWaived, FlagDismissed
from services.visits.domain import Care
from tests.visits.shuangta import (
    BY_BUREAU,
    DEPARTMENT,
    LI,
    LIAISON,
    OFFICER,
    WU,
    ZHANG,
    admitted,
    bearing,
    enrolled,
    of,
)
from tests.visits.test_contact_doors import PATH, VISIT, doors, record
from tests.visits.test_flag_doors import AUDITOR

__all__ = ["doors"]
OPERATOR = Caller(person="9900", role="operations")
WHY_WAIVED, WHY_STRUCK, WHAT_WAS_FOUND = (
    "长子病重，全家在外地医院",
    "看错了门牌，见的是邻居老杨",
    "与老杨家核对过，当日在场",
)


async def waive(doors: httpx.AsyncClient, duty_id: object, reason: str = WHY_WAIVED) -> httpx.Response:
    body = {"waiver_id": str(derived("test", "waiver")), "person_id": str(ZHANG), "duty_id": str(duty_id)}
    return await doors.post("/waivers", json={**body, "reason": reason}, headers=bearing(DEPARTMENT))


async def strike(doors: httpx.AsyncClient, reason: str = WHY_STRUCK) -> httpx.Response:
    body = {"person_id": str(ZHANG), "reason": reason}
    return await doors.post(f"/contacts/{VISIT}/strike", json=body, headers=bearing(LIAISON))


async def dismiss(doors: httpx.AsyncClient, flag_id: UUID, reason: str = WHAT_WAS_FOUND) -> httpx.Response:
    return await doors.post(f"/flags/{flag_id}/dismissal", json={"reason": reason}, headers=bearing(AUDITOR))


async def why(doors: httpx.AsyncClient, duty_id: object, by: Caller = OFFICER) -> str:
    answered = await doors.get(f"/duties/{duty_id}/explanation", headers=bearing(by))
    return str(answered.json()["sentence"]).rpartition("，理由：")[2]


async def flagged(hand: ByHand, doors: httpx.AsyncClient) -> UUID:
    """In one minute in two places: something is odd."""
    await hand.hears(enrolled(LI))
    place = {"latitude": 26.66, "longitude": 119.55}
    await record(doors, VISIT, place=place, note="身体健康，没有什么要求")
    far = {"place": {"latitude": 26.66, "longitude": 119.75}, "person_id": str(LI)}
    await record(doors, ContactId(derived("test", "far")), note="想换一副助听器", **far)
    (flag,) = [fact for fact in await hand.waits(timedelta()) if isinstance(fact, ContactFlagged)]
    return flag.flag_id


async def kept_in_clear(hand: ByHand, secrets: tuple[str, ...]) -> list[tuple[str, str]]:
    """Every value of every table that shows one."""
    found = []
    async with hand.database.connection() as connection:
        tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        for (table,) in tables:
            rows = "\n".join(str(dict(row)) for row in await connection.fetch(f'SELECT * FROM "{table}"'))
            told = (*secrets, *(secret.encode("unicode_escape").decode() for secret in secrets))
            found += [(table, secret) for secret in told if secret in rows or str(secret.encode())[2:-1] in rows]
    return found


async def test_a_reason_stands_in_clear_in_no_table_no_event_and_no_log(
    hand: ByHand, doors: httpx.AsyncClient, capfd: pytest.CaptureFixture[str]
) -> None:
    duty_id = of(DutyOpened, await hand.hears(enrolled(), admitted()))[BY_BUREAU].duty_id
    flag_id = await flagged(hand, doors)

    answered = [await dismiss(doors, flag_id), await waive(doors, duty_id), await strike(doors)]

    said = await hand.said() + await hand.waits(timedelta())
    secrets = (WHY_WAIVED, WHY_STRUCK, WHAT_WAS_FOUND)
    told = {type(fact) for fact in said}
    assert [answer.status_code for answer in answered] == [201] * 3
    assert {FlagDismissed, DutyWaived, ContactStruck} <= told
    assert [secret for secret in secrets for fact in said if secret in fact.model_dump_json()] == []
    assert await kept_in_clear(hand, secrets) == []
    assert [secret for secret in secrets if secret in "".join(capfd.readouterr())] == []


async def test_whoever_may_read_words_reads_it_and_who_runs_the_machines_sees_that_it_was_written(
    hand: ByHand, doors: httpx.AsyncClient
) -> None:
    duty_id = of(DutyOpened, await hand.hears(enrolled(), admitted()))[BY_BUREAU].duty_id
    flag_id = await flagged(hand, doors)
    await dismiss(doors, flag_id)
    await waive(doors, duty_id)
    await strike(doors)

    struck = (await doors.get(PATH, headers=bearing(OFFICER))).json()
    looked = (await doors.get("/flags", params={"settled": True}, headers=bearing(AUDITOR))).json()

    assert (await why(doors, duty_id), await why(doors, duty_id, OPERATOR)) == (f"{WHY_WAIVED}。", "***。")
    assert [line["struck_because"] for line in struck] == [WHY_STRUCK]
    assert [line["reason"] for line in looked] == [WHAT_WAS_FOUND]


async def test_a_reason_says_something_and_the_same_words_are_the_same_request(
    hand: ByHand, doors: httpx.AsyncClient
) -> None:
    duty_id = of(DutyOpened, await hand.hears(enrolled(), admitted()))[BY_BUREAU].duty_id
    flag_id = await flagged(hand, doors)
    short = [await waive(doors, duty_id, "        无 "), await strike(doors, "错"), await dismiss(doors, flag_id, "无")]

    once = [await waive(doors, duty_id), await strike(doors), await dismiss(doors, flag_id)]
    twice = [await waive(doors, duty_id), await strike(doors), await dismiss(doors, flag_id)]

    otherwise = await waive(doors, duty_id, "另一个理由，别的缘故")
    assert [(no.status_code, no.json()["rule"], no.json()["field"]) for no in short] == [
        (422, "reason-too-short", "reason")
    ] * 3
    assert [(yes.status_code, yes.content) for yes in twice] == [(201, yes.content) for yes in once]
    assert otherwise.status_code == 409


async def test_a_file_that_was_merged_hands_the_reason_on_and_it_is_read_there(
    hand: ByHand, doors: httpx.AsyncClient
) -> None:
    """It is bound to who waived, for the duty has another person and another id in the file that goes on."""
    await hand.hears(enrolled(LI))
    duty_id = of(DutyOpened, await hand.hears(enrolled(), admitted()))[BY_BUREAU].duty_id
    await waive(doors, duty_id)
    ended = CareEnded(
        city="双塔市", county="东区", person_id=ZHANG, end_id=derived("test", "merge"), why="merged", into=LI,
        ended_at=hand.now,
    )  # fmt: skip

    await hand.hears(ended)
    await hand.waits(timedelta())

    (there,) = [duty for duty in (await hand.state(Care, LI)).duties.values() if duty.reason is not None]
    assert (there.rule, there.closed_by_id) == (BY_BUREAU, WU)
    assert await why(doors, there.duty_id) == f"{WHY_WAIVED}。"
