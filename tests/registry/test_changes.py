"""What changes about a person: class, situations, wishes, absences, corrections, and whether they are under care at all."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from bus.decisions import Rejected, Request
from bus.testing import MORNING, ByHand, bearer
from contracts.event import Event
from contracts.personal import SealedContact, SealedIdentity
from contracts.refused import Refused
from contracts.registry import (
    AbsenceReported,
    CardEnd,
    CareEnded,
    CareResumed,
    PersonCard,
    PersonClassed,
    PersonCorrected,
)
from services.registry.decisions import person
from services.registry.decisions.changes import end_care
from services.registry.decisions.people import enrol
from services.registry.domain import Officer, Person, Unit, care, changes, report_death
from services.registry.domain.circumstances import Wish
from services.registry.requests.changes import (
    BeginSituation,
    ClassPerson,
    EndCare,
    ReportAbsence,
    ResumeCare,
    StateWish,
)
from services.registry.requests.file import RecordField
from services.registry.requests.reports import ReportHardship
from services.registry.requests.team import AgreeWithHost, JoinCareTeam
from tests.reasons import a_reason
from tests.registry.town import (
    BUREAU,
    CITY,
    COUNTY,
    GRAIN,
    KEYS,
    OFFICES,
    WATER,
    ZHANG,
    appointing,
    assigning,
    enrolling,
    named,
    resident_id,
    sealed_reason,
    settled,
)

OFFICER = bearer(KEYS, "bureau-officer", county=COUNTY)
LIAISON = bearer(KEYS, "liaison", unit=WATER)
STRANGER = bearer(KEYS, "liaison", unit=GRAIN)
WATER_UNIT = Unit(WATER, "双塔市水利局", "unit", BUREAU, CITY, COUNTY, offices=OFFICES)
FIRST = {"ask_first": {"role": "liaison"}}
ONE, OTHER = named("one"), named("other")
ILL, WISH, AWAY, CLASS, END, POOR = (named(n) for n in ("situation", "wish", "absence", "class", "end", "hardship"))
DAY = timedelta(days=1)
SEALED = KEYS.seal(SealedIdentity, "无", kind="file-field", person=ZHANG)
RELATION = KEYS.seal(SealedIdentity, "女儿", kind="relation", person=ZHANG)
PLACE = KEYS.seal(SealedContact, "厦门市", kind="host-area", person=ZHANG)
AT = f"/people/{ZHANG}"


def zhang() -> Person:
    enrolled = enrol(Person(ZHANG, units={WATER: WATER_UNIT}, offices=OFFICES), enrolling(), MORNING).state
    assert isinstance(enrolled, Person)
    return enrolled


def card_of(said: tuple[Event, ...] | list[Event]) -> PersonCard:
    card = said[-1]
    assert isinstance(card, PersonCard)
    return card


def living_alone_no_more(reason: str = "长女已搬来同住", **more: Any) -> ClassPerson:
    words = {
        "person_id": ZHANG,
        "change_id": ONE,
        "kind": "veteran-cadre",
        "category": "with-relatives",
        "reason": sealed_reason(reason),
    }
    return ClassPerson(**{**words, **more})


async def test_another_class_is_told_stands_on_the_card_and_only_what_changed_is_a_line(
    town: ByHand, doors: httpx.AsyncClient
) -> None:
    await town.asked(enrolling())
    town.now += DAY

    _, (classed, card) = await town.asked(living_alone_no_more(happened_on=date(2026, 5, 1)))

    assert isinstance(classed, PersonClassed) and isinstance(card, PersonCard)
    assert (classed.fields, classed.category, classed.kind) == (("category",), "with-relatives", "veteran-cadre")
    assert (card.category, card.classed_at) == ("with-relatives", town.now)
    lines = (await doors.get(f"{AT}/file", headers=OFFICER)).json()["lines"]
    written = [(line["zh"], line["fact_at"]) for line in lines if line["source"]["id"] == str(ONE)]
    assert sorted(written) == [
        ("登记居住类别：居住类别 亲属同住", "2026-04-30T16:00:00Z"),
        ("类别变更：理由 长女已搬来同住", "2026-04-30T16:00:00Z"),
    ]


def test_a_class_that_is_no_other_is_refused_and_so_is_one_before_the_last() -> None:
    as_before = {"kind": "veteran-cadre", "category": "living-alone", "rank": None}
    with pytest.raises(Refused) as same:
        changes.classify(zhang(), ONE, as_before, a_reason("无"), None, MORNING)

    moved, _ = changes.classify(
        zhang(), ONE, {**as_before, "category": "relocated"}, a_reason("迁居"), date(2026, 5, 10), MORNING
    )
    with pytest.raises(Refused) as earlier:
        changes.classify(moved, OTHER, as_before, a_reason("补记"), date(2026, 5, 9), MORNING)

    assert (same.value.rule, earlier.value.rule) == ("class-as-before", "class-out-of-order")
    assert (earlier.value.field, "2026-05-10" in earlier.value.reason) == ("happened_on", True)


def test_situations_stand_side_by_side_each_until_its_own_end() -> None:
    person, _ = changes.begin_situation(zhang(), ONE, "seriously-ill", date(2026, 5, 9), MORNING)
    person, _ = changes.begin_situation(person, OTHER, "widowed-alone", None, MORNING)
    person, said = changes.end_situation(person, ONE, date(2026, 5, 10), MORNING)

    (left,) = card_of(said).situations
    assert (left.situation, left.since) == ("widowed-alone", MORNING)
    with pytest.raises(Refused, match="situation-unknown"):
        changes.end_situation(person, ONE, None, MORNING)
    with pytest.raises(Refused, match="situation-stands"):
        changes.begin_situation(person, named("third"), "widowed-alone", None, MORNING)


def test_a_situation_ends_on_the_day_it_began_and_not_before() -> None:
    person, _ = changes.begin_situation(zhang(), ONE, "seriously-ill", date(2026, 5, 9), MORNING)

    with pytest.raises(Refused, match="end-before-beginning"):
        changes.end_situation(person, ONE, date(2026, 5, 8), MORNING)
    ended, _ = changes.end_situation(person, ONE, date(2026, 5, 9), MORNING)
    assert ended.situations[ONE].until == datetime(2026, 5, 8, 16, 0, tzinfo=UTC)


def test_the_same_wish_stated_again_takes_the_place_of_the_earlier() -> None:
    person, _ = changes.state_wish(zhang(), Wish(ONE, "hours", None, MORNING), MORNING)
    person, _ = changes.state_wish(person, Wish(OTHER, "hours", None, MORNING), MORNING)
    person, said = changes.state_wish(person, Wish(named("third"), "deaf", None, MORNING), MORNING)
    assert card_of(said).wishes == ("deaf", "hours")

    with pytest.raises(Refused, match="wish-unknown"):
        changes.withdraw_wish(person, ONE, MORNING)
    _, said = changes.withdraw_wish(person, OTHER, MORNING)
    assert card_of(said).wishes == ("deaf",)


def test_an_absence_ends_after_it_begins_and_within_a_year() -> None:
    begins = MORNING + DAY

    for until, rule in ((begins, "end-before-beginning"), (begins + 367 * DAY, "absence-too-long")):
        with pytest.raises(Refused) as refused:
            changes.report_absence(zhang(), ONE, "with-family", begins, until, MORNING)
        assert (refused.value.rule, refused.value.field) == (rule, "until_at")
    away, (said,) = changes.report_absence(zhang(), ONE, "with-family", begins, begins + 9 * DAY, MORNING)
    assert isinstance(said, AbsenceReported) and said.until_at == begins + 9 * DAY
    with pytest.raises(Refused, match="end-before-beginning"):
        changes.end_absence(away, ONE, begins - DAY, a_reason("未成行"), MORNING)
    home, _ = changes.end_absence(away, ONE, begins + 30 * DAY, a_reason("晚归"), begins + 30 * DAY)
    with pytest.raises(Refused, match="absence-unknown"):
        changes.end_absence(home, ONE, begins + 31 * DAY, a_reason("再报"), begins + 31 * DAY)


def test_care_that_ended_twice_is_resumed_when_no_end_stands() -> None:
    person, first = care.end_care(zhang(), ONE, "moved-away", None, MORNING)
    person, _ = care.end_care(person, OTHER, "death-retracted", None, MORNING + DAY)
    assert (type(first[0]), card_of(first).care_ended) == (CareEnded, CardEnd(end_id=ONE, why="moved-away"))

    person, said = care.resume_care(person, ONE, a_reason("已迁回"), MORNING + DAY)
    assert (type(said[0]), card_of(said).care_ended) == (CareResumed, CardEnd(end_id=OTHER, why="death-retracted"))
    _, said = care.resume_care(person, OTHER, a_reason("再次成立"), MORNING + DAY)
    assert card_of(said).care_ended is None


def joining(role: str, relation: str | None) -> JoinCareTeam:
    asked = appointing(WATER, "某某")
    holder = Officer(asked.holder_id, asked.name, asked.phone)
    return JoinCareTeam(
        person_id=ZHANG, member_id=named("member", role), role=role, party="society", several=True, holder=holder,
        relation=RELATION if relation else None, first=False, until_at=None,
    )  # fmt: skip


ASKS: list[Callable[[], Request]] = [
    living_alone_no_more,
    lambda: BeginSituation(person_id=ZHANG, situation_id=ILL, situation="disabled"),
    lambda: StateWish(person_id=ZHANG, wish_id=WISH, wish="deaf"),
    lambda: ReportAbsence(
        person_id=ZHANG, absence_id=AWAY, absence="travelling", from_at=MORNING, until_at=MORNING + DAY
    ),
    lambda: ReportHardship(person_id=ZHANG, hardship_id=ONE, hardship="illness"),
    lambda: RecordField(person_id=ZHANG, record_id=named("needs"), field="needs", value=SEALED),
    lambda: joining("family-doctor", None),
    lambda: AgreeWithHost(person_id=ZHANG, agreement_id=ONE, area=PLACE, hospitals=(PLACE,)),
]
NOT_ONLY_OF_THE_LIVING: list[Callable[[], Request]] = [
    lambda: assigning(ZHANG, "联戊"),
    lambda: RecordField(person_id=ZHANG, record_id=named("family"), field="family", value=SEALED),
    lambda: joining("relative", "女儿"),
    lambda: EndCare(person_id=ZHANG, end_id=OTHER, why="ended"),
]


def refusal(state: Person, request: Request) -> tuple[str, str, int]:
    with pytest.raises(Rejected) as refused:
        person.asks[type(request)](state, request, MORNING)
    return refused.value.rule, refused.value.reason, refused.value.status


@pytest.mark.parametrize("ask", [*ASKS, *NOT_ONLY_OF_THE_LIVING])
def test_of_somebody_whose_care_has_ended_nothing_is_asked_and_it_is_said_why(ask: Callable[[], Request]) -> None:
    moved, _ = care.end_care(zhang(), ONE, "moved-away", None, MORNING)
    merged, _ = care.end_care(zhang(), ONE, "merged", ZHANG, MORNING)

    assert refusal(moved, ask()) == ("care-ended", "此人已迁出", 409)
    assert refusal(merged, ask()) == ("care-ended", f"此人的档案已并入另一份（{ZHANG}）", 409)
    assert refusal(Person(ZHANG, offices=OFFICES), ask())[::2] == ("person-unknown", 404)


@pytest.mark.parametrize("ask", ASKS)
def test_of_the_dead_nothing_is_asked_that_is_of_the_living(ask: Callable[[], Request]) -> None:
    dead, _ = report_death(zhang(), ONE, "family", None, MORNING)

    assert refusal(dead, ask())[::2] == ("person-dead", 409)


@pytest.mark.parametrize("ask", NOT_ONLY_OF_THE_LIVING)
def test_to_the_family_of_the_dead_somebody_answers(ask: Callable[[], Request]) -> None:
    dead, _ = report_death(zhang(), ONE, "family", None, MORNING)

    assert person.asks[type(ask())](dead, ask(), MORNING).facts


@pytest.mark.parametrize("why", ["merged", "death-retracted"])
def test_an_end_that_followed_from_something_else_is_not_taken_back_by_itself(why: str) -> None:
    ended, _ = care.end_care(zhang(), ONE, why, None, MORNING)

    with pytest.raises(Refused, match="not-ended-here"):
        care.assert_ended_at_the_door(ended, ONE)


def test_care_is_ended_once() -> None:
    ended = end_care(zhang(), EndCare(person_id=ZHANG, end_id=ONE, why="ended"), MORNING).state

    assert care.end_care(ended, ONE, "ended", None, MORNING) == (ended, ())


async def asked(doors: httpx.AsyncClient, path: str, who: dict[str, str] = OFFICER, **words: Any) -> tuple[int, str]:
    answer = await doors.post(f"{AT}/{path}", json=words, headers=who)
    body = answer.json()
    return answer.status_code, body.get("field") or ",".join(e["field"] for e in body.get("errors", ()))


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
    assert await asked(doors, "corrections", LIAISON, **new) == (403, "")
    assert await asked(doors, "corrections", **new) == (201, "")
    assert await asked(doors, "corrections", **new, rank="county-level") == (409, "")


async def test_each_change_has_its_door_within_reach_of_the_caller(town: ByHand, doors: httpx.AsyncClient) -> None:
    """It is 9:00 on 11 May 2026."""
    await town.asked(enrolling())
    away = {"absence_id": str(AWAY), "absence": "with-family", "from_at": "2026-05-10T09:00:00+08:00"}
    calls: list[tuple[str, dict[str, str], dict[str, Any], tuple[int, str]]] = [
        ("situations", STRANGER, {"situation_id": str(ILL), "situation": "disabled"}, (403, "")),
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
        ("class", LIAISON, {"change_id": str(CLASS), "kind": "a", "category": "b", "reason": "c"}, (403, "")),
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
