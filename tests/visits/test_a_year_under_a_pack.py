"""A year under each shipped pack: what it asks, of whom, and how often; so that a change of a pack is seen for what it does."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime

import pytest

from contracts.ids import derived
from contracts.visits import DutyDueSoon
from services.visits.domain import happened, next_change
from services.visits.domain.causes import SITUATION
from services.visits.domain.happenings import Happening
from tests.visits.test_shipped_packs import policy_of
from tests.visits.town import Life, civil, enrolled

NEW_YEAR, NEXT = civil("2026-01-01 00:00"), civil("2027-01-01 00:00")
BORN = date(1930, 3, 8)
KINDS = ("veteran-cadre", "retired-cadre", "survivor")
CATEGORIES = ("with-relatives", "living-alone", "in-institution", "relocated")

Asked = dict[str, int]
"""Rule → how many duties it opened."""


def known(
    pack: str, kind: str = "veteran-cadre", category: str = "with-relatives", county: str = "", rank: str | None = None
) -> Life:
    """Somebody of ninety-six, under care since New Year, for whom nothing is ever done."""
    someone = Life(policy_of(pack))
    as_enrolled = enrolled().model_copy(update={"kind": kind, "category": category, "county": county})
    someone.hears(as_enrolled, at=NEW_YEAR)
    someone.care = replace(someone.care, birth_year=BORN.year, birthday=f"{BORN:%m-%d}", rank=rank)
    return someone


def lived(someone: Life, until: datetime) -> Asked:
    """From New Year on, every hour at which something changes."""
    now = NEW_YEAR
    someone.wakes(now)
    while (at := next_change(someone.care, now)) is not None and at < until:
        someone.wakes(at)
        now = at
    return dict(Counter(duty.rule for duty in someone.care.duties.values()))


def in_situation(someone: Life, situation: str) -> Life:
    since = Happening(derived("test", situation), SITUATION, situation, NEW_YEAR, NEW_YEAR)
    someone.care = happened.with_happening(someone.care, since)
    return someone


def beyond(asked: Asked, usual: Asked) -> Asked:
    """What is asked more often, or less (then below nothing)."""
    more = {rule: asked.get(rule, 0) - usual.get(rule, 0) for rule in asked | usual}
    return {rule: n for rule, n in more.items() if n}


A_YEAR = {
    "leling": {
        "veteran-cadre": {
            "unit-visit-regular": (2, 0, 2, 0),
            "study-at-door": (2, 0, 0, 0),
            "community-attention": (4, 0, 0, 0),
            "unit-visit-alone": (0, 4, 0, 0),
            "unit-call-alone": (0, 12, 0, 0),
            "relatives-contact": (0, 4, 0, 0),
            "weekly-greeting": (0, 53, 0, 0),
            "monthly-care": (0, 12, 0, 0),
            "volunteer-company": (0, 12, 0, 0),
            "institution-spring-festival": (0, 0, 1, 0),
            "institution-heat": (0, 0, 1, 0),
            "health-report": (0, 0, 12, 0),
            "three-party-contact": (0, 0, 4, 0),
            "relocated-visit": (0, 0, 0, 1),
            "relocated-contact": (0, 0, 0, 4),
            "host-area-yearly": (0, 0, 0, 1),
            "team-contact": (4, 4, 4, 4),
            "home-care-monthly": (12, 12, 0, 0),
        },
        "retired-cadre": {
            "home-care-monthly-retired": (12, 12, 0, 0),
        },
        "survivor": {
            "survivor-call": (4, 4, 4, 4),
        },
    },
    "ningde": {
        "veteran-cadre": {
            "relocated-visit-bureau": (0, 0, 0, 1),
            "institution-visit": (0, 0, 12, 0),
            "notice-visit-unit": (2, 2, 2, 2),
            "leader-visit": (2, 2, 2, 2),
            "spring-festival-visit": (2, 2, 2, 2),
            "spring-festival-visit-unit": (2, 2, 2, 0),
            "elders-day-visit": (1, 1, 1, 1),
            "elders-day-visit-unit": (1, 1, 1, 0),
            "national-day-visit": (1, 1, 1, 1),
            "party-day-visit": (1, 1, 1, 1),
            "study-at-door": (1, 1, 1, 1),
            "leader-link-alone": (0, 4, 0, 0),
            "monthly-update": (12, 12, 12, 12),
            "monthly-call": (12, 12, 12, 12),
            "regular-visit": (4, 4, 4, 0),
            "watch-visit-alone": (0, 12, 0, 0),
            "relocated-visit-unit": (0, 0, 0, 1),
            "relatives-contact": (4, 4, 4, 4),
            "newspaper-unit": (1, 1, 1, 1),
            "newspaper-bureau": (1, 1, 1, 1),
            "home-care-monthly": (12, 12, 0, 0),
            "youth-company": (0, 12, 0, 0),
        },
        "retired-cadre": {
            "institution-visit": (0, 0, 12, 0),
            "notice-visit-unit": (2, 2, 2, 2),
            "leader-visit": (2, 2, 2, 2),
        },
        "survivor": {
            "institution-visit": (0, 0, 12, 0),
            "survivor-call": (4, 4, 4, 4),
        },
    },
    "shuangta": {
        "veteran-cadre": {
            "weekly-greeting": (0, 53, 0, 0),
            "monthly-call": (12, 12, 12, 12),
        },
        "retired-cadre": {
            "weekly-greeting": (0, 53, 0, 0),
            "monthly-call": (12, 12, 12, 12),
        },
        "survivor": {
            "weekly-greeting": (0, 53, 0, 0),
            "monthly-call": (12, 12, 12, 12),
        },
    },
}
"""Pack → kind of person → rule → how often it is asked in 2026, in the order of CATEGORIES.

The visit of the New Year opens in December: two begin in a year. 2026 begins within a week, and has 53."""


@pytest.mark.parametrize(("pack", "kind"), [(pack, kind) for pack in A_YEAR for kind in KINDS])
def test_what_comes_round_in_a_year(pack: str, kind: str) -> None:
    of_categories = [lived(known(pack, kind, category), NEXT) for category in CATEGORIES]

    rules = {rule for asked in of_categories for rule in asked}
    assert {rule: tuple(asked.get(rule, 0) for asked in of_categories) for rule in rules} == A_YEAR[pack][kind]


@pytest.mark.parametrize(
    ("pack", "situation", "more"),
    [
        ("ningde", "clinic-area", {"clinic-round": 4}),
        ("ningde", "disabled", {"leader-link-hard": 4}),
        ("ningde", "doctor-signed", {"doctor-follow-up": 4}),
        ("ningde", "hard-to-move", {"watch-visit": 12}),
        ("ningde", "hardship", {"leader-link-hard": 4}),
        ("ningde", "hospitalised", {}),
        ("ningde", "long-ill", {"watch-visit": 12}),
        ("ningde", "long-stay", {"long-stay-visit": 12}),
        ("ningde", "seriously-ill", {"illness-visit-bureau": 1, "long-stay-visit": 12}),
        ("ningde", "weak-family-care", {"watch-visit": 12}),
        ("ningde", "widowed-alone", {"watch-visit": 12}),
        ("leling", "doctor-signed", {"doctor-follow-up": 4}),
        ("leling", "home-care-needed", {"home-care-weekly": 53}),
    ],
)
def test_what_a_situation_adds(pack: str, situation: str, more: Asked) -> None:
    asked = lived(in_situation(known(pack), situation), NEXT)

    assert beyond(asked, lived(known(pack), NEXT)) == more


@pytest.mark.parametrize(
    ("rank", "more"),
    [("former-leader", {"briefing-leaders": 2, "study-tour": 2}), ("prefecture-level", {"briefing-veterans": 2})],
)
def test_what_a_rank_adds(rank: str, more: Asked) -> None:
    assert beyond(lived(known("leling", rank=rank), NEXT), lived(known("leling"), NEXT)) == more


def test_who_is_below_eighty_has_no_home_care_by_age() -> None:
    young = known("leling", "retired-cadre")
    young.care = replace(young.care, birth_year=1950, birthday="01-01")

    assert lived(young, NEXT) == {}


@pytest.mark.parametrize(
    ("county", "other"),
    [
        ("寿宁县", {"doctor-pair-follow-up": 12, "study-letter": 1, "doctor-follow-up": -4}),
        ("周宁县", {"free-check-up": 1, "volunteer-team": 4}),
        ("霞浦县", {}),
    ],
)
def test_what_a_county_makes_otherwise(county: str, other: Asked) -> None:
    asked, usual = (lived(in_situation(known("ningde", county=of), "doctor-signed"), NEXT) for of in (county, ""))

    assert beyond(asked, usual) == other


@pytest.mark.parametrize("pack", ["leling", "ningde"])
def test_whom_nobody_visits_for_a_year_the_organisation_department_hears_of(pack: str) -> None:
    """Two relocated people were not visited for five years, and nobody noticed (P1)."""
    someone = known(pack, category="relocated")

    lived(someone, civil("2027-02-15 00:00"))

    reached = {duty.rule: duty.answering for duty in someone.open() if duty.rule.startswith("long-unvisited")}
    top = "organisation-department"
    assert reached == {"long-unvisited-unit": top, "long-unvisited-bureau": top}


def test_the_demo_city_reminds_of_the_months_call_five_days_before_its_end() -> None:
    someone = known("shuangta")
    someone.wakes(NEW_YEAR)
    call = next(duty for duty in someone.care.duties.values() if duty.rule == "monthly-call")

    said = someone.wakes(civil("2026-01-27 00:00"))

    assert (call.remind_at, call.due_at) == (civil("2026-01-27 00:00"), civil("2026-02-01 00:00"))
    assert [fact.duty_id for fact in said if isinstance(fact, DutyDueSoon)] == [call.duty_id]
