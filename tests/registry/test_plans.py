"""One person, one plan: versions that somebody named adopts, what differs between two, and reviews that are overdue."""

from datetime import timedelta
from typing import Any

import httpx
from prometheus_client import REGISTRY

from bus.testing import ByHand, bearer
from contracts.registry import PlanAdopted
from services.registry import metrics
from services.registry.requests.changes import EndCare
from tests.registry.town import COUNTY, GRAIN, KEYS, LI, WATER, WORDS, ZHANG, enrolling, named, resident_id

OFFICER = bearer(KEYS, "bureau-officer", county=COUNTY)
LIAISON = bearer(KEYS, "liaison", unit=WATER)
AT = f"/people/{ZHANG}/plans"
VISIT, MEALS = str(named("visit")), str(named("meals"))


def version(n: int, *items: dict[str, str], **more: Any) -> dict[str, Any]:
    replaces = str(named("plan", n - 1)) if n > 1 else None
    words = {
        "plan_id": str(named("plan", n)),
        "replaces": replaces,
        "adopted_by": "周签批",
        "next_review": "2026-06-01",
    }
    return {**words, "items": list(items), **more}


def item(
    id_: str, need: str, promise: str = "每周一次", role: str = "liaison", until: str = "2026-12-31"
) -> dict[str, str]:
    return {"item_id": id_, "need": need, "promise": promise, "role": role, "until": until}


async def adopt(doors: httpx.AsyncClient, words: dict[str, Any], who: dict[str, str] = OFFICER) -> tuple[int, str]:
    answer = await doors.post(AT, json=words, headers=who)
    body = answer.json()
    return answer.status_code, body.get("field") or ",".join(e["field"] for e in body.get("errors", ()))


async def test_a_plan_is_adopted_by_somebody_named_and_every_version_stays(
    town: ByHand, doors: httpx.AsyncClient
) -> None:
    await town.asked(enrolling())

    assert await adopt(doors, version(1, item(VISIT, "有人陪诊"))) == (201, "")
    assert await adopt(doors, version(2, item(VISIT, "有人陪诊"), item(MEALS, "送餐"))) == (201, "")

    said = await town.said()
    assert [event.version for event in said if isinstance(event, PlanAdopted)] == [1, 2]
    plans = (await doors.get(AT, headers=LIAISON)).json()
    assert [(p["version"], p["adopted_by"], [i["need"] for i in p["items"]]) for p in plans] == [
        (1, "周签批", ["有人陪诊"]),
        (2, "周签批", ["有人陪诊", "送餐"]),
    ]
    lines = (await doors.get(f"/people/{ZHANG}/file", headers=LIAISON)).json()["lines"]
    assert "一人一策：版本 2，签批人 周签批，下次复核 2026-06-01" in {line["zh"] for line in lines}
    assert await town.differences() == []


async def test_two_who_write_at_once_do_not_overwrite_each_other(town: ByHand, doors: httpx.AsyncClient) -> None:
    await town.asked(enrolling())
    await adopt(doors, version(1, item(VISIT, "有人陪诊")))

    assert await adopt(doors, version(2, item(VISIT, "有人陪诊", "每月一次"))) == (201, "")
    mine = version(2, item(VISIT, "有人陪诊", "每天一次"), plan_id=str(named("mine")))
    assert await adopt(doors, mine) == (422, "replaces")


async def test_two_versions_are_compared_need_by_need(town: ByHand, doors: httpx.AsyncClient) -> None:
    await town.asked(enrolling())
    await adopt(doors, version(1, item(VISIT, "有人陪诊"), item(str(named("old")), "订报")))
    await adopt(doors, version(2, item(MEALS, "送餐"), item(VISIT, "有人陪诊", "每月两次", until="2026-06-30")))

    found = (await doors.get(f"{AT}/differences", params={"before": 1, "after": 2}, headers=LIAISON)).json()
    none = (await doors.get(f"{AT}/differences", params={"before": 2, "after": 2}, headers=LIAISON)).json()
    wrong = await doors.get(f"{AT}/differences", params={"before": 1, "after": 3}, headers=LIAISON)

    need = [(d["what"], (d["after"] or d["before"])["need"], d["fields"]) for d in found]
    assert need == [
        ("added", "送餐", ["item_id", "need", "promise", "role", "until"]),
        ("changed", "有人陪诊", ["promise", "until"]),
        ("taken-out", "订报", ["item_id", "need", "promise", "role", "until"]),
    ]
    assert (none, wrong.status_code, wrong.json()["field"]) == ([], 404, "after")


async def test_a_plan_promises_something_of_the_days_to_come(town: ByHand, doors: httpx.AsyncClient) -> None:
    """It is 11 May 2026."""
    await town.asked(enrolling())
    good = item(VISIT, "有人陪诊")

    assert await adopt(doors, version(1)) == (422, "items")
    assert await adopt(doors, version(1, good, good)) == (422, "items")
    assert await adopt(doors, version(1, good, next_review="2026-05-11")) == (422, "next_review")
    assert await adopt(doors, version(1, good, item(MEALS, "送餐", until="2026-05-10"))) == (422, "items.1.until")
    assert await adopt(doors, version(1, good), LIAISON) == (403, "authorization")
    assert await adopt(doors, version(1, item(VISIT, "有人陪诊", until="2026-05-11"))) == (201, "")


async def test_whose_review_is_overdue_is_listed_and_the_last_version_counts(
    town: ByHand, doors: httpx.AsyncClient
) -> None:
    await town.asked(enrolling())
    await town.asked(enrolling(LI, "李四试", resident_id(serial=2), unit_id=GRAIN))
    await adopt(doors, version(1, item(VISIT, "有人陪诊")))
    town.now += timedelta(days=21)
    await town.stand()
    on_the_day = (await doors.get("/plan-reviews", headers=OFFICER)).json()
    town.now += timedelta(days=3)
    await town.stand()

    due = (await doors.get("/plan-reviews", headers=OFFICER)).json()
    elsewhere = (await doors.get("/plan-reviews", headers=bearer(KEYS, "liaison", unit=GRAIN))).json()
    assert [(d["person_id"], d["version"], d["days_overdue"]) for d in due] == [(str(ZHANG), 1, 3)]
    assert (on_the_day, elsewhere) == ([], [])

    await adopt(doors, version(2, item(VISIT, "有人陪诊"), next_review="2026-06-05"))
    assert (await doors.get("/plan-reviews", headers=OFFICER)).json() == []
    town.now += timedelta(days=9)
    await town.stand()
    assert len((await doors.get("/plan-reviews", headers=OFFICER)).json()) == 1
    await town.asked(EndCare(person_id=ZHANG, end_id=named("end"), why="ended"))
    assert (await doors.get("/plan-reviews", headers=OFFICER)).json() == []


async def test_who_never_had_a_plan_is_listed_first_after_the_time_that_the_pack_gives(
    town: ByHand, doors: httpx.AsyncClient
) -> None:
    assert WORDS.plan_within is not None
    await town.asked(enrolling())
    await town.asked(enrolling(LI, "李四试", resident_id(serial=2), unit_id=GRAIN))
    await adopt(doors, version(1, item(VISIT, "有人陪诊")))
    town.now += WORDS.plan_within
    await town.stand()
    on_the_day = (await doors.get("/plan-reviews", headers=OFFICER)).json()
    town.now += timedelta(days=1)
    await town.stand()

    due = (await doors.get("/plan-reviews", headers=OFFICER)).json()
    async with town.database.connection() as connection:
        await metrics.measure(connection)

    assert REGISTRY.get_sample_value("bifang_plans_overdue", {"county": COUNTY}) == 2
    assert [d["person_id"] for d in on_the_day] == [str(ZHANG)]
    assert [(d["person_id"], d["version"], d["next_review"]) for d in due] == [
        (str(LI), None, "2027-05-12"), (str(ZHANG), 1, "2026-06-01"),
    ]  # fmt: skip
    assert due[0]["days_overdue"] == 1
