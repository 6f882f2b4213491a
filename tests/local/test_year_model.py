"""The bench's own model of who must be owed what: periods day by day, spells of a life, and the engine held against it."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from bench.year.chronicle import Cause, Story
from bench.year.model import Owed, Period, concerned, expected, periods
from bench.year.verdict import (
    Climb,
    Verdict,
    compared,
    forgotten_by_the_engine,
    look_at_lives,
    never_at_the_top,
    tonight,
)
from contracts.ids import PersonId, derived
from deploy.local.actors.messages import SHANGHAI
from services.visits.domain.rules import Cadence, Every, Hour, Yearly
from tests.local.offline import POLICY

BEGIN = Hour(1, time())
WEEK, MONTH = Cadence(Every.WEEK, BEGIN, None), Cadence(Every.MONTH, BEGIN, None)
LI = PersonId(derived("test", "old Li"))
REPORT = derived("test", "report")
CALL, GREETING = POLICY.rules["monthly-call"], POLICY.rules["weekly-greeting"]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def alone(*, since: str = "2027-01-13 10:00") -> Story:
    return Story(LI, "东塔区", "veteran-cadre", date(1930, 5, 1), [(at(since), "living-alone")])


def owed(story: Story, now: str) -> list[str]:
    return [owed.occurrence for owed in expected({LI: story}, POLICY, at(now))]


@pytest.mark.parametrize(
    ("when", "today", "last"),
    [
        (WEEK, "2027-01-13", ("week:2027-01-11", "2027-01-11", "2027-01-18", "2027-01-18")),
        (Cadence(Every.WEEK, BEGIN, Hour(5, time(18)), day=3), "2027-01-13",
         ("week:2027-01-13", "2027-01-13", "2027-01-17 18:00", "2027-01-20")),
        (MONTH, "2027-02-28", ("month:2027-02-01", "2027-02-01", "2027-03-01", "2027-03-01")),
        (Cadence(Every.QUARTER, BEGIN, None), "2027-03-31", ("quarter:2027-01-01", "2027-01-01", "2027-04-01", "2027-04-01")),
        (Cadence(Every.HALF_YEAR, BEGIN, None, month=4, day=1), "2027-03-31",
         ("half-year:2026-10-01", "2026-10-01", "2027-04-01", "2027-04-01")),
        (Cadence(Every.YEAR, BEGIN, None), "2027-12-31", ("year:2027-01-01", "2027-01-01", "2028-01-01", "2028-01-01")),
        (Yearly("spring-festival", timedelta(days=-10), timedelta(days=1)), "2027-01-30",
         ("spring-festival:2027", "2027-01-27", "2027-02-07", "2028-01-16")),
        (Yearly("new-year-and-spring-festival", timedelta(days=-10), timedelta(0)), "2027-01-30",
         ("new-year-and-spring-festival:2027", "2026-12-22", "2027-02-06", "2027-12-22")),
        (Yearly("heat-season", timedelta(0), timedelta(days=1)), "2027-07-30",
         ("heat-season:2027", "2027-07-07", "2027-08-23", "2028-07-06")),
    ],
)  # fmt: skip
def test_the_last_period_that_has_opened(when: Cadence | Yearly, today: str, last: tuple[str, ...]) -> None:
    occurrence, *hours = last

    assert periods(when, date.fromisoformat(today))[-1] == Period(occurrence, *map(at, hours))


def test_who_comes_is_owed_what_the_period_still_asks() -> None:
    assert owed(alone(), "2027-01-13 11:00") == ["week:2027-01-11", "month:2027-01-01"]
    assert owed(alone(), "2027-02-01 00:30") == [
        *("week:2027-01-11", "week:2027-01-18", "week:2027-01-25", "week:2027-02-01"),
        *("month:2027-01-01", "month:2027-02-01"),
    ]


def test_the_dead_are_owed_nothing_that_opens_after_and_what_was_owed_before_was_owed() -> None:
    story = alone()
    story.deaths.append((REPORT, at("2027-01-20 09:00"), None))
    story.causes.append(Cause("death-reported", REPORT, at("2027-01-20 09:00")))

    assert owed(story, "2027-03-01 12:00") == [
        f"death-reported:{REPORT}", "week:2027-01-11", "week:2027-01-18", "month:2027-01-01",
    ]  # fmt: skip


def test_a_week_that_lay_wholly_under_a_false_report_is_owed_by_nobody() -> None:
    story = alone()
    story.deaths.append((REPORT, at("2027-01-20 09:00"), None))
    story.retract(REPORT, at("2027-02-03 09:00"))

    assert [week for week in owed(story, "2027-02-10 12:00") if week.startswith("week")] == [
        "week:2027-01-11", "week:2027-01-18", "week:2027-02-01", "week:2027-02-08",
    ]  # fmt: skip


def test_who_moves_into_another_class_is_owed_what_that_class_is_owed_while_they_are_in_it() -> None:
    story = alone()
    story.classes.append((at("2027-01-20 09:00"), "with-relatives"))

    assert [week for week in owed(story, "2027-02-10 12:00") if week.startswith("week")] == [
        "week:2027-01-11", "week:2027-01-18",
    ]  # fmt: skip
    assert list(concerned(story, CALL, at("2027-02-10 12:00"))) == [
        (at("2027-01-13 10:00"), at("2027-01-20 09:00")),
        (at("2027-01-20 09:00"), at("2027-02-10 12:00")),
    ]


def test_a_stay_is_owed_its_visits_once_and_what_is_cancelled_later_was_owed_too() -> None:
    story, stay = alone(), derived("test", "stay")
    story.causes.append(Cause("stay-admitted", stay, at("2027-01-14 09:00")))
    story.ended[stay] = at("2027-01-15 09:00")
    found = list(expected({LI: story}, POLICY, at("2027-01-16 09:00")))

    assert [owed.rule for owed in found if owed.occurrence == f"stay-admitted:{stay}"] == [
        "hospital-visit-liaison", "hospital-visit-bureau",
    ]  # fmt: skip


def rows(*found: Owed) -> list[dict[str, Any]]:
    return [owed._asdict() for owed in found]


def test_what_is_not_there_is_lost_and_what_is_there_twice_or_unasked_is_doubled() -> None:
    week = Owed(LI, GREETING.name, "week:2027-01-11")
    month = Owed(LI, CALL.name, "month:2027-01-01")
    stray = Owed(LI, GREETING.name, "week:2026-12-28")

    verdict = compared({LI: alone()}, POLICY, rows(month, month, stray), at("2027-01-13 11:00"))

    assert (verdict.lost, verdict.doubled) == ([week], [month, stray])
    assert not verdict.is_well
    assert compared({LI: alone()}, POLICY, rows(week, month), at("2027-01-13 11:00")).is_well


def test_every_night_it_is_seen_who_is_owed_nothing_that_must_be_owed() -> None:
    week, month = Owed(LI, GREETING.name, "week:2027-01-11"), Owed(LI, CALL.name, "month:2027-01-01")
    night, story = at("2027-01-14 02:05"), {LI: alone()}

    assert tonight(story, POLICY, Counter([week, month]), night) == []
    assert tonight(story, POLICY, Counter([month]), night) == [week]
    assert tonight(story, POLICY, Counter([week, month, month]), night) == [month]
    assert tonight(story, POLICY, Counter([week, month]), at("2027-01-18 02:05")) == [
        Owed(LI, GREETING.name, "week:2027-01-18")
    ]


def duty(**other: Any) -> dict[str, Any]:
    usual = {
        "duty_id": derived("test", "duty"),
        "rule": CALL.name,
        "county": "东塔区",
        "due_at": at("2027-02-01 00:00"),
        "missed_at": at("2027-02-01 00:00"),
        "closed_at": None,
        "rung": 1,
    }
    return usual | other


@pytest.mark.parametrize(
    ("other", "now", "wrong"),
    [
        ({}, "2027-03-01 00:00", []),
        ({"missed_at": None, "rung": 0}, "2027-02-01 01:00", []),
        ({"missed_at": None, "rung": 0}, "2027-02-01 02:00", ["逾期而未记为逾期"]),
        ({"missed_at": at("2027-01-31 00:00")}, "2027-03-01 00:00", ["未到期而记为逾期"]),
        ({"rung": 0}, "2027-02-05 00:00", []),  # 80 hours, and once 24 more for somebody who knew
        ({"rung": 0}, "2027-02-06 00:00", ["逾期而未逐级督办"]),
        ({"rung": 0, "closed_at": at("2027-02-02 00:00")}, "2027-03-01 00:00", []),
    ],
)
def test_what_is_late_is_missed_and_climbs_by_its_age(other: dict[str, Any], now: str, wrong: list[str]) -> None:
    verdict = Verdict()

    look_at_lives(verdict, [duty(**other)], POLICY, at(now))

    assert [line.partition("：")[0] for line in verdict.wrong] == wrong


def test_the_forgotten_are_those_of_whom_the_top_should_know_by_now_and_does_not() -> None:
    due, told = at("2027-02-01 00:00"), (at("2027-02-04 08:00"), "organisation-department")
    known, unknown = Climb(LI, CALL.name, due, (told,), True), Climb(LI, CALL.name, due, (), True)
    all_three = [known, unknown, replace(unknown, is_open=False)]

    assert forgotten_by_the_engine(all_three, POLICY, at("2027-02-06 00:00")) == [unknown]
    assert forgotten_by_the_engine(all_three, POLICY, at("2027-02-04 12:00")) == []


def test_the_pair_is_known_at_the_top_of_one_ladder_at_least_once_anything_is_old_enough() -> None:
    due, told = at("2027-02-01 00:00"), (at("2027-02-04 08:00"), "organisation-department")
    wang = PersonId(derived("test", "old Wang"))
    of_li, of_wang = Climb(LI, CALL.name, due, (told,), True), Climb(wang, CALL.name, due, (), True)
    known_too = replace(of_wang, told=(told,))

    assert never_at_the_top([of_li, of_wang], POLICY, [LI, wang], at("2027-02-06 00:00")) == [wang]
    assert never_at_the_top([of_li, known_too], POLICY, [LI, wang], at("2027-02-06 00:00")) == []
    assert never_at_the_top([of_li, of_wang], POLICY, [LI, wang], at("2027-02-02 00:00")) is None  # too soon to tell


def test_a_rule_that_the_model_does_not_cover_is_named_and_its_duties_are_counted() -> None:
    festival = replace(CALL, name="frost", when=Yearly("frost-season", timedelta(), timedelta(days=1)))
    policy = replace(POLICY, rules={CALL.name: CALL, "frost": festival})

    verdict = compared({LI: alone()}, policy, rows(Owed(LI, "frost", "frost-season:2026")), at("2027-01-13 11:00"))

    assert (verdict.covered, verdict.beyond) == ({CALL.name: True, "frost": False}, 1)
