"""Who opened the file, what use it was of, and what in it is too old."""

from datetime import date, timedelta

import httpx
from prometheus_client import REGISTRY

from bus.testing import MORNING, ByHand, bearer
from contracts.ids import ContactId
from services.registry import metrics
from tests.registry.happenings import contact
from tests.registry.recording import AT, DAY, HOLDS, LIAISON, OFFICER, fields, recording
from tests.registry.town import COUNTY, KEYS, WATER, WORDS, enrolling, named, settled


async def test_every_opening_is_written_down_before_anything_is_shown(town: ByHand, doors: httpx.AsyncClient) -> None:
    await town.asked(enrolling())
    await fields(doors, LIAISON, purpose="visit")
    town.now += DAY
    await town.stand()
    await fields(doors, OFFICER)
    await doors.get(f"{AT}/file", headers=bearer(KEYS, "liaison", unit=named("elsewhere")))

    openings = (await doors.get(f"{AT}/openings", headers=OFFICER)).json()
    refused = await doors.get(f"{AT}/openings", headers=LIAISON)

    assert [(o["role"], o["opened_by"], o["purpose"], o["opened_at"]) for o in openings] == [
        ("bureau-officer", "9900", "unsaid", "2026-05-12T01:00:00Z"),
        ("liaison", "9900", "visit", "2026-05-11T01:00:00Z"),
    ]
    assert refused.status_code == 403
    assert await town.differences() == []


async def test_use_is_the_share_of_contacts_before_which_the_file_was_opened_and_after_which_it_changed(
    town: ByHand, doors: httpx.AsyncClient
) -> None:
    """Three contacts of one liaison: one with the file, one that only read it, one without."""
    await town.asked(enrolling())
    for day, reads, writes in ((0, True, True), (20, True, False), (40, False, True)):
        town.now = MORNING + day * DAY
        await town.stand()
        await doors.get("/people", params={"unit": str(WATER)}, headers=HOLDS)  # a list is no file
        if reads:
            await fields(doors, HOLDS, purpose="visit")
        made = {"contact_id": ContactId(named("contact", day)), "made_at": town.now + timedelta(hours=2)}
        await town.hears(contact().model_copy(update=made))
        town.now += timedelta(hours=5)
        await town.stand()
        if writes:
            words = {"record_id": str(named("r", day)), "field": "needs", "value": f"第{day}天"}
            await doors.post(f"{AT}/fields", json=words, headers=HOLDS)

    (use,) = (await doors.get("/file-use", params={"since": "2026-05-01", "days": "7"}, headers=OFFICER)).json()
    (narrow,) = (await doors.get("/file-use", params={"since": "2026-06-20"}, headers=OFFICER)).json()

    assert (use["contacts"], use["opened_before"], use["changed_after"], use["both"]) == (3, 2, 2, 1)
    assert (use["unit"], round(use["share"], 2)) == ("双塔市水利局", 0.33)
    assert (narrow["contacts"], narrow["both"]) == (1, 0)


async def test_a_field_older_than_its_limit_is_stale_the_oldest_first_and_one_never_asked_about_too(
    town: ByHand, doors: httpx.AsyncClient
) -> None:
    await town.asked(enrolling())
    await town.asked(recording("needs", "助浴", date(2026, 3, 1)))
    await town.asked(recording("health", "平稳"))
    town.now += 32 * DAY
    await settled(town)

    stale = (await doors.get("/stale-fields", headers=LIAISON)).json()
    elsewhere = (await doors.get("/stale-fields", headers=bearer(KEYS, "bureau-officer", county="西区"))).json()
    async with town.database.connection() as connection:
        await metrics.measure(connection)

    told = [(f["field"], f["recorded"], f["age_days"], f["limit_days"]) for f in stale["fields"]]
    assert told == [("needs", True, 103, 31), ("difficulties", False, 32, 31), ("health", True, 31, 31)]
    assert (stale["total"], elsewhere) == (3, {"fields": [], "total": 0})
    assert REGISTRY.get_sample_value("bifang_stale_fields", {"county": COUNTY, "field": "needs"}) == 1


def test_every_field_with_a_limit_has_its_chinese() -> None:
    from services.registry.words.lines import CODES, FIELDS

    assert all(CODES.get(field) or FIELDS.get(field) for field in WORDS.fresh_for)
