"""Roles that may stay empty: what nobody would owe then is refused, and so is a post that nobody owes filling."""

from pathlib import Path

import pytest

from services.visits.policy import load_with_changes
from services.visits.policy.checks import counted_on
from tests.visits.packs import SHUANGTA, WHEN, add, line_of, spoil, told


def test_a_role_that_may_stay_empty_is_told_with_the_rules_that_nobody_would_owe(pack: Path) -> None:
    spoil(pack, "pack.yaml", "  liaison: {zh", "  ranger: {zh: 护林员, party: unit}\n  liaison: {zh")
    spoil(pack, "messages.yaml", "[liaison,", "[ranger, liaison,")
    spoil(pack, "rules.yaml", "role: liaison", "role: ranger")

    line = line_of(pack, "rules.yaml", "owes: {party: unit")
    zh = (
        "角色“护林员”空着也不算空岗（不是哪一方的 officer、liaison，也不在 care_team）："
        "规则 hospital-visit-liaison 会无人承担"
    )
    assert told(pack) == [("rules.yaml", line, "hospital-visit-liaison", zh)]


def test_officers_the_liaison_and_the_care_team_can_be_counted_on() -> None:
    assert counted_on(load_with_changes(SHUANGTA).words) == {
        "liaison", "unit-leader", "bureau-officer", "community-worker", "organisation-department"
    }  # fmt: skip


def _with_a_warden(pack: Path, needed_by: str) -> int:
    """A warden stands in the care team of those who need one; answers the line that says who does."""
    spoil(pack, "pack.yaml", "care_team: [liaison]", "care_team: [liaison, warden]")
    spoil(pack, "messages.yaml", "[liaison,", "[warden, liaison,")
    warden = f"  warden:\n    zh: 看护员\n    party: community\n    needed_by: {needed_by}\n"
    spoil(pack, "pack.yaml", "  liaison: {zh", f"{warden}  liaison: {{zh")
    return line_of(pack, "pack.yaml", f"    needed_by: {needed_by}")


FILLING = {"name": "warden-vacant", "when": "{event: post-vacant, of: [warden]}", "kind": "task", "strength": "written"}


@pytest.mark.parametrize(
    ("who", "left"),
    [
        ("{categories: [living-alone]}", "“易地安置”的离休干部"),
        ("{kinds: [survivor]}", "“空巢独居”的离休干部，“易地安置”的离休干部"),
        ("{kinds: [veteran-cadre], age_from: 80}", "“空巢独居”的离休干部，“易地安置”的离休干部"),
    ],
)
def test_a_post_that_a_class_needs_and_nobody_owes_filling_is_refused(pack: Path, who: str, left: str) -> None:
    line = _with_a_warden(pack, "{kinds: [veteran-cadre], categories: [living-alone, relocated]}")
    add(pack, who=who, **FILLING)

    zh = f"{left}必须有“看护员”，空缺了却没有规则（post-vacant）要人补上"
    assert told(pack) == [("pack.yaml", line, None, zh)]


def test_a_post_whose_filling_is_owed_for_each_who_needs_it_is_no_mistake(pack: Path) -> None:
    _with_a_warden(pack, "{categories: [living-alone]}")
    add(pack, who="{categories: [living-alone]}", **FILLING)

    assert told(pack) == []


def test_a_rule_owed_by_a_post_that_its_people_need_not_have_is_refused(pack: Path) -> None:
    _with_a_warden(pack, "{kinds: [veteran-cadre], categories: [living-alone]}")
    add(pack, **FILLING)
    owed = {"name": "warden-call", "owes": "{party: community, role: warden}", "kind": "phone", "strength": "phone"}
    line = add(pack, who="{categories: [living-alone]}", **owed) + WHEN + 1

    zh = "“空巢独居”的退休干部、遗属不必有“看护员”（needed_by）：会无人承担"
    assert told(pack) == [("rules.yaml", line, "warden-call", zh)]
