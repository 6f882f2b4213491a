"""Each change has its door within reach of the caller, a correction among them, and rebuilt from the journal all is as it was."""

from datetime import date
from typing import Any

import httpx

from bus.testing import ByHand
from contracts.registry import (
    PersonCard,
    PersonCorrected,
)
from services.registry.domain import Person
from services.registry.requests.changes import (
    BeginSituation,
    ResumeCare,
)
from tests.reasons import a_reason
from tests.registry.changing import (
    ASKS,
    AT,
    AWAY,
    CLASS,
    DAY,
    END,
    FIRST,
    ILL,
    LIAISON,
    NOT_ONLY_OF_THE_LIVING,
    OFFICER,
    ONE,
    OTHER,
    POOR,
    STRANGER,
    WISH,
    asked,
    living_alone_no_more,
)
from tests.registry.town import (
    KEYS,
    WATER,
    ZHANG,
    enrolling,
    named,
    resident_id,
    settled,
)


async def test_a_correction_is_true_since_the_enrolment_and_the_file_keeps_both(
    town: ByHand, doors: httpx.AsyncClient
) -> None:
    await town.asked(enrolling())
    town.now += DAY
    await town.stand()
    number = resident_id(date(1937, 5, 12), 7)

    status = await asked(
        doors,
        "corrections",
        correction_id=str(ONE),
        name="章三测",
        resident_id=number,
        reason="笔误",
        community_id=None,
    )

    corrected, card = await town.said()
    person: Person = await town.state(Person, ZHANG)
    assert status == (201, "")
    assert isinstance(corrected, PersonCorrected) and isinstance(card, PersonCard)
    assert set(corrected.fields) == {"name", "resident_id", "birth_date", "community_id"}
    assert (card.birth_year, card.birthday, card.community_id) == (1937, "05-12", None)
    assert card.resident_id_index == KEYS.index.whole("resident-id", number)
    assert card.name_index == KEYS.index.whole("name", "章三测")
    assert person.birth_date and KEYS.open(person.birth_date, kind="birth-date", person=ZHANG) == "1937-05-12"
    lines = (await doors.get(f"{AT}/file", headers=OFFICER)).json()["lines"]
    names = [
        (line["value"]["name"], line["fact_at"] == line["recorded_at"])
        for line in lines
        if line["what"] == "person.name"
    ]
    assert names == [("张三测", True), ("章三测", False)]
    assert "登记社区（机构）：社区（机构） 无" in {line["zh"] for line in lines}


async def test_what_is_corrected_must_be_another_later_and_nobody_else_s(
    town: ByHand, doors: httpx.AsyncClient
) -> None:
    other = named("person", "另一人")
    await town.asked(enrolling())
    await town.asked(enrolling(other, "李四试", resident_id(serial=2)))  # type: ignore[arg-type]
    new: dict[str, Any] = {"correction_id": str(ONE), "reason": "换号", "phones": ["19900004321"]}

    assert await asked(doors, "corrections", **{**new, "phones": ["19900001234"]}) == (422, "reason")
    assert await asked(doors, "corrections", **new, resident_id=resident_id(serial=2)) == (409, "resident_id")
    assert await asked(doors, "corrections", **new, community_id=str(WATER)) == (422, "community_id")
    assert await asked(doors, "corrections", **new, since="2026-05-01") == (422, "since")
    assert await asked(doors, "corrections", **new, category="relocated") == (422, "category")
    assert await asked(doors, "corrections", LIAISON, **new) == (403, "authorization")
    assert await asked(doors, "corrections", **new) == (201, "")
    assert await asked(doors, "corrections", **new, rank="county-level") == (409, "correction_id")


async def test_each_change_has_its_door_within_reach_of_the_caller(town: ByHand, doors: httpx.AsyncClient) -> None:
    """It is 9:00 on 11 May 2026."""
    await town.asked(enrolling())
    away = {"absence_id": str(AWAY), "absence": "with-family", "from_at": "2026-05-10T09:00:00+08:00"}
    calls: list[tuple[str, dict[str, str], dict[str, Any], tuple[int, str]]] = [
        ("situations", STRANGER, {"situation_id": str(ILL), "situation": "disabled"}, (403, "person_id")),
        ("situations", LIAISON, {"situation_id": str(ILL), "situation": "Not A Code"}, (422, "situation")),
        ("situations", LIAISON, {"situation_id": str(ILL), "situation": "disabled"}, (201, "")),
        (f"situations/{ILL}/end", LIAISON, {"ended_on": "2026-05-12"}, (422, "ended_on")),
        (f"situations/{ILL}/end", LIAISON, {"ended_on": "2026-05-11"}, (201, "")),
        (f"situations/{ILL}/end", LIAISON, {"ended_on": "2026-05-11"}, (201, "")),
        ("wishes", LIAISON, {"wish_id": str(WISH), "wish": "ask-first", "words": "先打给长女"}, (422, "ask_first")),
        ("wishes", LIAISON, {"wish_id": str(WISH), "wish": "ask-first", "words": "先打给长女", **FIRST}, (201, "")),
        (f"wishes/{WISH}/withdrawal", LIAISON, {}, (201, "")),
        ("absences", LIAISON, {**away, "until_at": "2026-05-09T09:00:00+08:00"}, (422, "until_at")),
        ("absences", LIAISON, {**away, "until_at": "2026-06-09T09:00:00+08:00"}, (201, "")),
        (f"absences/{AWAY}/end", LIAISON, {"ended_at": "2026-05-11T10:00:00+08:00", "reason": "早归"}, (422, "ended_at")),
        (f"absences/{AWAY}/end", LIAISON, {"ended_at": "2026-05-11T08:00:00+08:00", "reason": "早归"}, (201, "")),
        ("class", LIAISON, {"change_id": str(CLASS), "kind": "a", "category": "b", "reason": "c"}, (403, "authorization")),
        ("class", OFFICER, {"change_id": str(CLASS), "kind": "veteran-cadre", "category": "relocated", "reason": "迁"},
         (201, "")),
        ("care-ends", OFFICER, {"end_id": str(END), "why": "merged"}, (422, "why")),
        ("care-ends", OFFICER, {"end_id": str(END), "why": "moved-away"}, (201, "")),
        ("hardships", OFFICER, {"hardship_id": str(POOR), "hardship": "illness"}, (409, "person_id")),
        (f"care-ends/{OTHER}/resumption", OFFICER, {"reason": "已迁回"}, (422, "end_id")),
        (f"care-ends/{END}/resumption", OFFICER, {"reason": "已迁回"}, (201, "")),
        ("hardships", OFFICER, {"hardship_id": str(POOR), "hardship": "illness"}, (201, "")),
    ]  # fmt: skip

    got = [(path, await asked(doors, path, who, **words)) for path, who, words, _ in calls]

    assert got == [(path, expected) for path, _, _, expected in calls]


async def test_all_that_changed_rebuilt_from_the_journal_equals_the_live(
    town: ByHand, doors: httpx.AsyncClient
) -> None:
    await town.asked(enrolling())
    await town.asked(living_alone_no_more())
    await town.asked(BeginSituation(person_id=ZHANG, situation_id=ILL, situation="disabled"))
    await asked(doors, "wishes", LIAISON, wish_id=str(WISH), wish="hours", words="上午不接电话",
                hours=[{"from": "08:00", "until": "11:30"}])  # fmt: skip
    await asked(doors, "corrections", correction_id=str(POOR), phones=[], rank="county-level", reason="无电话")
    for ask in ASKS[3], NOT_ONLY_OF_THE_LIVING[-1]:
        await town.asked(ask())
    await town.asked(ResumeCare(person_id=ZHANG, resumption_id=END, end_id=OTHER, reason=a_reason("误停")))
    await settled(town, 8 * DAY)

    live: Person = await town.state(Person, ZHANG)
    assert (len(live.situations), len(live.wishes), len(live.absences), len(live.care_ends)) == (1, 1, 1, 1)
    assert await town.differences() == []
