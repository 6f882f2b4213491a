"""The packs that are shipped: what each of them says, on what ground, and what it leaves out and why."""

import re
from dataclasses import replace
from functools import cache

import pytest

from bus.pack import read_words
from bus.pack.messages import read_messages
from bus.pack.texts import WISHES, Texts, Variable
from services.visits.domain import Policy, Rule
from services.visits.policy import load, load_with_changes, mistakes_of
from tests.visits.packs import POLICIES

PACKS = ("fujian", "leling", "ningde", "shuangta")
OF_A_REPORT = ("leling", "ningde")
"""The complete packs of the two cities that wrote down what they do."""

ROWS = {
    4, *range(9, 17), 26, 27, 31, 32, 34, 39, 40, *range(43, 47), *range(49, 59), 66, 67, 68, 71, 73, 74, 75, 80
}  # fmt: skip
"""Of the specification: every row that names an actor and a time."""

BASES = {"practised": "已有做法", "proposed": "建议", "chosen": "自定"}
"""As a README calls them."""


@cache
def policy_of(pack: str) -> Policy:
    return load(POLICIES / pack)


@cache
def messages_of(pack: str) -> Texts:
    return read_messages(POLICIES / pack).texts


def rules_of(pack: str) -> list[Rule]:
    """Those of the city and, beside them, those that only a county has or has otherwise."""
    policy = policy_of(pack)
    of_counties = [rule for rules in policy.counties.values() for rule in rules.values()]
    return [*policy.rules.values(), *(rule for rule in of_counties if rule not in policy.rules.values())]


def readme(pack: str) -> str:
    return (POLICIES / pack / "README.md").read_text(encoding="utf-8")


def table(pack: str, heading: str) -> list[list[str]]:
    """The cells of the first table under the heading, without its head."""
    _, _, below = readme(pack).partition(f"\n## {heading}\n")
    found = re.search(r"(?:^\|.*\n)+", below, re.MULTILINE)
    assert found is not None, heading
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in found[0].splitlines()[2:]]


def test_every_pack_of_the_policies_is_looked_at_here() -> None:
    assert tuple(sorted(path.parent.name for path in POLICIES.glob("*/pack.yaml"))) == PACKS


@pytest.mark.parametrize(
    ("pack", "rules", "templates", "counties"),
    [
        ("fujian", 23, 26, {}),
        ("leling", 48, 38, {}),
        ("ningde", 58, 38, {"寿宁县": 59, "周宁县": 60}),
        ("shuangta", 9, 17, {}),
    ],
)
def test_a_pack_is_without_a_mistake(pack: str, rules: int, templates: int, counties: dict[str, int]) -> None:
    policy = policy_of(pack)

    assert mistakes_of(load_with_changes(POLICIES / pack)) == []
    assert len(policy.rules) == rules
    assert {county: len(of_county) for county, of_county in policy.counties.items()} == counties
    assert len(messages_of(pack).templates) == templates
    assert read_words(POLICIES / pack).city == policy.city


@pytest.mark.parametrize("pack", OF_A_REPORT)
def test_every_row_is_named_by_a_rule_or_left_out_with_a_reason(pack: str) -> None:
    named = {row for rule in rules_of(pack) for row in rule.rows}
    left_out = {
        int(row): why for rows, _, why in table(pack, "没有写进来的 What is not in it") for row in rows.split("、")
    }

    assert ROWS - named == left_out.keys()
    assert all(left_out.values())


PROPOSED = {
    "fujian": set(),
    "ningde": {"watch-visit", "watch-visit-alone", "relatives-contact", "post-vacant", "volunteer-vacant"},
    "leling": {
        "liaison-vacant", "neighbour-vacant", "host-area-link",
        "class-changed-plan", "team-vacant", "unit-visit-regular", "study-at-door", "community-attention",
        "unit-visit-alone", "unit-call-alone", "relatives-contact", "weekly-greeting", "monthly-care",
        "volunteer-company", "institution-spring-festival", "institution-heat", "health-report",
        "three-party-contact", "relocated-visit", "relocated-contact", "team-contact",
    },
    "shuangta": {"weekly-greeting"},
}  # fmt: skip

PRACTISED = {
    "fujian": set(),
    "ningde": {
        "hospital-visit-bureau", "hardship-visit-bureau", "family-change-visit-bureau", "death-family-visit-bureau",
        "class-changed-plan", "relocated-visit-bureau", "institution-visit", "doctor-follow-up", "notice-visit-unit",
        "leader-visit", "spring-festival-visit", "elders-day-visit", "national-day-visit", "study-at-door",
        "leader-link-alone", "leader-link-hard", "monthly-update", "monthly-call", "regular-visit",
        "relocated-visit-unit", "newspaper-unit", "newspaper-bureau", "home-care-monthly", "clinic-round",
        "liaison-vacant", "illness-visit-bureau",
        "youth-company", "doctor-pair-follow-up", "study-letter", "free-check-up", "volunteer-team",
    },
    "leling": {
        "home-care-monthly", "home-care-monthly-retired", "home-care-weekly", "doctor-follow-up", "great-visit", "briefing-leaders",
        "briefing-veterans", "study-tour", "medal-and-letter",
    },
    "shuangta": {
        "hospital-visit-bureau", "hardship-visit", "family-change-visit", "death-family-visit", "monthly-call",
    },
}  # fmt: skip


@pytest.mark.parametrize("pack", PACKS)
def test_what_is_practised_what_is_proposed_and_what_is_chosen_stand_apart(pack: str) -> None:
    assert {rule.name for rule in rules_of(pack) if rule.basis == "practised"} == PRACTISED[pack]
    assert {rule.name for rule in rules_of(pack) if rule.basis == "proposed"} == PROPOSED[pack]


@pytest.mark.parametrize("pack", ["leling", "ningde", "shuangta"])
def test_a_city_reminds_before_it_blames(pack: str) -> None:
    """What comes round is told again before its window closes, to each holder in one SMS a day."""
    assert [rule.name for rule in rules_of(pack) if rule.remind is not None] != []


@pytest.mark.parametrize("pack", PACKS)
def test_of_every_rule_it_is_said_which_of_its_times_was_chosen(pack: str) -> None:
    """The reports give no deadline at all, and many a cadence they call regular, no more."""
    assert [rule.name for rule in rules_of(pack) if "自定" not in (rule.reason or "")] == []


@pytest.mark.parametrize("pack", ["fujian", *OF_A_REPORT])
def test_the_readme_says_each_rule_and_its_ground(pack: str) -> None:
    said = set(re.findall(r"^\| `([\w-]+)` \| (.+?) \| (.+?) \|", readme(pack), re.MULTILINE))

    assert said == {(rule.name, rule.title, BASES[rule.basis]) for rule in rules_of(pack)}


@pytest.mark.parametrize("pack", ["fujian", *OF_A_REPORT])
def test_the_readme_says_which_sms_may_take_two_parts(pack: str) -> None:
    messages = messages_of(pack)
    unasked = replace(messages, variables={**messages.variables, WISHES: Variable(WISHES, 0)})
    two = {code for code, template in messages.templates.items() if unasked.worst(template).parts > 1}

    assert {cells[0].strip("`") for cells in table(pack, "短信 SMS")} == two


@pytest.mark.parametrize("pack", OF_A_REPORT)
def test_no_sms_is_written_that_no_rule_sends(pack: str) -> None:
    rules = rules_of(pack)
    sent = {rule.message for rule in rules} | {rung.message for rule in rules for rung in rule.ladder}

    assert messages_of(pack).templates.keys() - sent == {
        "case-recalled",
        "due-soon-digest",
        "reach-test",
        "holders-unreachable",
    }


@pytest.mark.parametrize("pack", PACKS)
def test_every_role_that_owes_or_is_a_rung_is_proved_reachable_within_a_month_or_it_is_said_why_not(pack: str) -> None:
    """Feature 69."""
    said = read_messages(POLICIES / pack).reachability
    rungs = {rung.role for rule in rules_of(pack) for rung in rule.ladder}

    assert said is not None
    assert said.every_days <= 31
    assert {rule.role for rule in rules_of(pack)} | rungs <= {role for level in said.levels for role in level} | {
        *said.untested
    }


@pytest.mark.parametrize("pack", PACKS)
def test_no_sms_tells_what_somebody_suffers_from(pack: str) -> None:
    words = policy_of(pack).words
    named = [*words["hardships"].values(), *words["situations"].values(), "病", "瘫", "失能"]
    told = ["特殊困难"]  # that there is a hardship, never which

    found = [
        (template.code, word)
        for template in messages_of(pack).templates.values()
        for word in named
        if word in template.zh and word not in told and word not in ("住院",)
    ]
    assert found == []


@pytest.mark.parametrize("pack", OF_A_REPORT)
def test_every_ladder_ends_with_the_organisation_department(pack: str) -> None:
    """It leads, the bureau carries out (row 51)."""
    assert {rule.ladder[-1].name for rule in rules_of(pack)} == {"organisation-department"}


@pytest.mark.parametrize("pack", PACKS)
def test_only_what_a_death_raises_survives_it(pack: str) -> None:
    kept = [rule for rule in rules_of(pack) if rule.on_death.value == "keep"]

    assert {getattr(rule.when, "event", None) for rule in kept} <= {"death-reported"}
