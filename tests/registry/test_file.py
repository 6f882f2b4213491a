"""One person, one file: everything that is heard or asked about somebody is a line, with source, actor and both times."""

from datetime import timedelta
from typing import Any

import httpx

from bus.testing import ByHand, bearer
from contracts.registry import DeathReported, DeathRetracted, PersonCard
from services.registry.domain import Person
from services.registry.requests.reports import ReportDeath
from tests.registry.happenings import AT, HOLDER, HOSPITAL, REPORT, STAY, admitted, dead, everything, not_dead
from tests.registry.town import KEYS, ZHANG, assigning, enrolling, named, resident_id, settled

OFFICER = bearer(KEYS, "bureau-officer")


async def file_of(doors: httpx.AsyncClient) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = (await doors.get(f"/people/{ZHANG}/file", headers=OFFICER)).json()["lines"]
    return lines


async def test_the_file_opens_what_the_enrolment_told(town: ByHand, doors: httpx.AsyncClient) -> None:
    await town.asked(enrolling())

    assert {line["zh"] for line in await file_of(doors)} == {
        "登记姓名：姓名 张三测",
        f"登记身份证号：身份证号 {resident_id()}",
        "登记出生日期：出生日期 1938-05-12",
        "登记电话：电话 +8619900001234",
        "登记人员类别：类别 离休干部",
        "登记居住类别：居住类别 空巢独居",
        "登记管理单位：单位 双塔市水利局",
        "登记社区（机构）：社区（机构） 巷子社区",
        "责任人空缺：责任人 在职联络员",
    }


async def test_a_line_tells_its_source_its_actor_and_both_times(town: ByHand, doors: httpx.AsyncClient) -> None:
    await town.asked(enrolling())
    town.now += timedelta(hours=1)
    await town.hears(admitted())

    (line,) = [line for line in await file_of(doors) if line["what"] == "stay.admitted"]

    assert {name: line[name] for name in ("zh", "value", "source", "actor", "fact_at", "recorded_at")} == {
        "zh": f"住院：医院 {HOSPITAL}",
        "value": {"hospital": HOSPITAL},
        "source": {"type": "medical.patient-admitted.v1", "id": str(STAY)},
        "actor": f"hospital:{HOSPITAL}",
        "fact_at": "2026-05-10T08:00:00Z",
        "recorded_at": "2026-05-11T02:00:00Z",
    }


async def test_the_file_hears_everything_in_the_order_in_which_it_happened(
    town: ByHand, doors: httpx.AsyncClient
) -> None:
    await town.asked(enrolling())
    await town.hears(*reversed(everything()))

    heard = [line["what"] for line in await file_of(doors) if not line["what"].startswith(("person.", "post."))]

    assert heard == [
        "stay.admitted", "duty.opened", "case.acknowledged", "stay.transferred", "case.handed-over", "stay.discharged",
        "stay.discharge-cancelled", "contact.made", "duty.done", "duty.missed", "duty.escalated", "duty.waived",
        "duty.superseded", "stay.admission-cancelled",
    ]  # fmt: skip


async def test_what_is_heard_twice_under_two_ids_is_one_line(town: ByHand, doors: httpx.AsyncClient) -> None:
    await town.asked(enrolling())
    await town.hears(admitted())
    town.now += timedelta(hours=1)  # another id: it is made of the time
    await town.hears(admitted())

    assert len([line for line in await file_of(doors) if line["what"] == "stay.admitted"]) == 1


async def test_the_liaison_is_named_in_the_file(town: ByHand, doors: httpx.AsyncClient) -> None:
    await town.asked(enrolling())
    await town.asked(assigning(ZHANG, "联戊"))

    (line,) = [line for line in await file_of(doors) if line["what"] == "liaison.assigned"]

    assert line["value"] == {"liaison_id": str(HOLDER), "name": "联戊", "phone": "+8619900008888"}
    assert line["actor"] == "test:9900"


async def test_a_person_who_is_heard_of_before_the_enrolment_keeps_those_lines(
    town: ByHand, doors: httpx.AsyncClient
) -> None:
    said = await town.hears(admitted())
    before: Person = await town.state(Person, ZHANG)
    await town.asked(enrolling())

    assert said == []
    assert (before.enrolled_at, before.restate_at, len(before.lines)) == (None, None, 1)
    assert "stay.admitted" in {line["what"] for line in await file_of(doors)}


async def test_a_hospital_s_report_is_a_death_and_the_card_says_so(town: ByHand, doors: httpx.AsyncClient) -> None:
    await town.asked(enrolling())

    reported, card = await town.hears(dead())
    retracted, card_after = await town.hears(not_dead())

    assert isinstance(reported, DeathReported) and isinstance(retracted, DeathRetracted)
    assert (reported.report_id, reported.source, reported.died_at) == (REPORT, f"hospital:{HOSPITAL}", AT)
    assert retracted.report_id == REPORT
    assert isinstance(card, PersonCard) and isinstance(card_after, PersonCard)
    assert (card.death_reports, card_after.death_reports) == ((REPORT,), ())
    told = [(line["zh"], line["actor"]) for line in await file_of(doors) if line["what"].startswith("death.")]
    assert told == [
        (f"登记去世：报告人 {HOSPITAL}，去世时间 2026-05-10 16:00", f"hospital:{HOSPITAL}"),
        (f"撤销去世登记：报告人 {HOSPITAL}", f"hospital:{HOSPITAL}"),
    ]


async def test_a_report_of_the_family_stands_when_the_hospital_takes_its_own_back(town: ByHand) -> None:
    await town.asked(enrolling())
    family = named("report", "family")

    await town.asked(ReportDeath(person_id=ZHANG, report_id=family, source="family"))
    await town.hears(dead())
    _, card = await town.hears(not_dead())

    assert isinstance(card, PersonCard) and card.death_reports == (family,)


async def test_files_rebuilt_from_the_journal_equal_the_live_ones(town: ByHand) -> None:
    await town.hears(admitted())
    await town.asked(enrolling())
    await town.hears(*everything(), dead())
    await town.asked(assigning(ZHANG, "联戊"))
    town.now += timedelta(hours=1)
    await town.hears(not_dead())
    await town.hears(dead(None))
    await settled(town, timedelta(days=8))

    assert await town.differences() == []
