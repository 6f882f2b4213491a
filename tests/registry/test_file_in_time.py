"""The file as it is, as it was true on a date, and as it was known on one; who opened it, what is old in it, and its use."""

from datetime import date, timedelta

import httpx

from bus.testing import MORNING, ByHand
from services.registry.domain.file_fields import standing
from services.registry.domain.person import Line
from tests.registry.recording import AT, DAY, LIAISON, OFFICER, fields, recording
from tests.registry.reforms import officer
from tests.registry.town import BUREAU, GRAIN, WATER, ZHANG, assigning, enrolling, named, registering


async def test_a_late_fact_rewrites_neither_what_was_known_nor_what_is_true_of_a_later_day(
    town: ByHand, doors: httpx.AsyncClient
) -> None:
    """It is 11 May. On the 12th somebody learns the family of May, and on the 20th that of April."""
    await town.asked(enrolling())
    town.now = MORNING + DAY
    await town.asked(recording("family", "独居", date(2026, 5, 2)))
    town.now = MORNING + 9 * DAY
    await town.asked(recording("family", "与次子同住", date(2026, 4, 1)))

    on = {
        ("2026-05-21", "2026-05-21"): "独居",
        ("2026-04-15", "2026-05-21"): "与次子同住",
        ("2026-04-15", "2026-05-13"): None,
        ("2026-05-21", "2026-05-13"): "独居",
        ("2026-05-21", "2026-05-11"): None,
    }
    for (as_of, known_at), family in on.items():
        assert (await fields(doors, as_of=as_of, known_at=known_at)).get("family") == family, (as_of, known_at)
    assert (await fields(doors))["family"] == "独居"


async def test_a_field_tells_its_source_its_actor_its_times_and_its_age(town: ByHand, doors: httpx.AsyncClient) -> None:
    await town.asked(enrolling())
    await doors.post(
        f"{AT}/fields",
        json={
            "record_id": str(named("r")),
            "field": "needs",
            "value": "希望有人陪诊",
            "as_of": "2026-05-01",
            "learned_from": "fees-centre",
        },
        headers=LIAISON,
    )

    file = (await doors.get(f"{AT}/file", headers=OFFICER)).json()

    (needs,) = [field for field in file["fields"] if field["field"] == "needs"]
    assert {
        name: needs[name]
        for name in ("zh", "value", "source", "learned_from", "actor", "fact_at", "recorded_at", "age_days")
    } == {
        "learned_from": "两费中心",
        "zh": "需求 希望有人陪诊",
        "value": "希望有人陪诊",
        "source": {"type": "registry.field-recorded.v1", "id": str(named("r"))},
        "actor": "liaison:9900",
        "fact_at": "2026-04-30T16:00:00Z",
        "recorded_at": "2026-05-11T01:00:00.000001Z",
        "age_days": 10,
    }
    (line,) = [line for line in file["lines"] if line["what"] == "field.recorded"]
    assert line["zh"] == "登记档案：栏目 需求，内容 希望有人陪诊，得知自 两费中心"
    stranger = {"record_id": str(named("r2")), "field": "needs", "value": "无", "learned_from": "moon"}
    refused = await doors.post(f"{AT}/fields", json=stranger, headers=LIAISON)
    assert [error["field"] for error in refused.json()["errors"]] == ["learned_from"] and "两费中心" in refused.text
    assert {"name", "resident_id", "birth_date", "phones", "kind", "category", "unit_id", "community_id"} <= {
        field["field"] for field in file["fields"]
    }


async def test_the_fields_name_the_unit_and_the_liaison_of_today(town: ByHand, doors: httpx.AsyncClient) -> None:
    """From 水利局 to 粮食局, where their officer is gone on the third day; as it was stays to be read."""
    await town.asked(enrolling())
    await town.asked(assigning(ZHANG, "联戊"))
    town.now += DAY
    await town.stand()
    transfer = {"transfer_id": str(named("t")), "unit_id": str(GRAIN), "reason": "调动", "liaison": officer("粮联")}
    await doors.post(f"{AT}/transfers", json=transfer, headers=OFFICER)
    town.now += DAY
    await town.stand()
    ending = {"ending_id": str(named("e")), "liaison_id": officer("粮联")["holder_id"], "reason": "退休", "gone": True}
    await doors.post(f"{AT}/liaison/ending", json=ending, headers=OFFICER)

    async def told(**look: str) -> list[str]:
        file = (await doors.get(f"{AT}/file", params=look, headers=OFFICER)).json()
        return [field["zh"] for field in file["fields"] if field["field"] in ("unit_id", "liaison")]

    assert await told() == ["在职联络员 无", "单位 双塔市粮食局"]
    assert await told(as_of="2026-05-12") == ["在职联络员 粮联", "单位 双塔市粮食局"]
    assert await told(known_at="2026-05-11") == ["在职联络员 联戊", "单位 双塔市水利局"]


async def test_a_unit_is_called_as_it_was_when_the_file_was_known(town: ByHand, doors: httpx.AsyncClient) -> None:
    await town.asked(enrolling())
    town.now += 30 * DAY
    await town.asked(registering(WATER, "双塔市水务集团", "unit", BUREAU, entry_id=named("renamed")))

    async def called(**look: str) -> list[str]:
        file = (await doors.get(f"{AT}/file", params=look, headers=OFFICER)).json()
        return [line["zh"] for line in file["lines"] if line["what"] == "person.unit-id"]

    assert await called() == ["登记管理单位：单位 双塔市水务集团"]
    assert (
        await called(known_at="2026-05-20") == ["登记管理单位：单位 双塔市水利局"] == await called(as_of="2026-05-20")
    )
    assert await town.differences() == []


async def test_health_is_sealed_as_clinical_and_opened_for_the_bureau_alone(
    town: ByHand, doors: httpx.AsyncClient
) -> None:
    await town.asked(enrolling())
    await doors.post(
        f"{AT}/fields", json={"record_id": str(named("r")), "field": "health", "value": "冠心病"}, headers=LIAISON
    )

    assert (await fields(doors))["health"] == "冠心病"
    for_unit = await doors.get(f"{AT}/file", headers=LIAISON)
    assert "冠心病" not in for_unit.text
    assert (await fields(doors, LIAISON))["health"] == "***"
    (line,) = [line for line in for_unit.json()["lines"] if line["what"] == "field.recorded"]
    assert line["zh"] == "登记档案：栏目 健康，内容 ***"


def test_of_two_facts_of_one_hour_the_one_that_was_recorded_last_stands() -> None:
    def line(n: int, value: str, hours: int) -> Line:
        recorded = MORNING + timedelta(hours=hours)
        return Line(
            named(n), "person.rank", f'{{"rank": "{value}"}}', "", "", "", fact_at=MORNING, recorded_at=recorded
        )

    held = standing([line(1, "later", 2), line(2, "first", 1)])

    assert {field: of.value for field, of in held.items()} == {"rank": '{"rank": "later"}'}


async def test_a_day_and_an_hour_are_both_a_moment_and_anything_else_is_refused(
    town: ByHand, doors: httpx.AsyncClient
) -> None:
    await town.asked(enrolling())
    known = {
        "2026-05-11": True,
        "2026-05-10": False,
        "2026-05-11T09:00:00+08:00": True,
        "2026-05-11T08:59:00+08:00": False,
    }

    for moment, shown in known.items():
        assert ("name" in await fields(doors, known_at=moment)) == shown, moment
    wrong = await doors.get(f"{AT}/file", params={"as_of": "yesterday"}, headers=OFFICER)
    assert (wrong.status_code, [e["field"] for e in wrong.json()["errors"]]) == (422, ["query.as_of"])
