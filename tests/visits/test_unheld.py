"""Before a policy is in force: which of its roles nobody holds today, and for how many people of each county."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from bus.testing import MORNING, ByHand
from contracts.ids import PersonId, derived
from services.visits.domain.rules import Selector
from services.visits.policy import Installed, load_files, load_with_changes
from services.visits.reading import alike
from services.visits.service import service
from services.visits.store import care_store
from services.visits.unheld import Alike, held_by_nobody, unheld
from tests.visits.packs import county, line_of
from tests.visits.shuangta import LI, carded, died, enrolled
from tests.visits.town import GREETING, WARD, WARD_BY_HALL, after, hours, policy, rule


def of(people: int, *held: str, county: str = "north", category: str = "alone") -> Alike:
    return Alike(county, "elder", category, None, frozenset(held), people)


def test_a_role_is_missed_where_a_rule_of_theirs_counts_on_it() -> None:
    town = policy(WARD, WARD_BY_HALL, GREETING)

    assert unheld(
        town,
        [of(3, "clerk", "warden"), of(2, "clerk", category="at-home"), of(1, "neighbour", "warden", county="south")],
    ) == {("north", "neighbour"): 3, ("north", "warden"): 2, ("south", "clerk"): 1}


def test_of_whom_no_card_was_heard_every_role_is_missed() -> None:
    assert unheld(policy(WARD), [Alike("north", "elder", None, None, None, 4)]) == {("north", "clerk"): 4}


def test_a_county_is_asked_by_its_own_rules() -> None:
    own = rule("own", after("stay-admitted", hours(24)), role="neighbour", party="street", who=Selector())
    town = policy(WARD, counties={"south": {"own": own}})

    assert unheld(town, [of(1), of(1, county="south")]) == {("north", "clerk"): 1, ("south", "neighbour"): 1}


def test_a_role_that_nobody_holds_for_anybody_leaves_them_with_nobody(pack: Path) -> None:
    line = line_of(pack, "rules.yaml", "owes: {party: community")
    alone = Alike("东区", "survivor", "living-alone", None, frozenset({"liaison", "bureau-officer"}), 3)
    near = replace(alone, county="西区", people=2)
    at_home = replace(alone, category="with-relatives", people=40)
    unheard = replace(alone, held=None, people=7)

    told = [str(each) for each in held_by_nobody(load_with_changes(pack), [alone, near, at_home, unheard])]

    zh = "今天没有一个人担任“社区工作者”，这些人会无人负责：东区 3 人、西区 2 人"
    assert told == [f"{pack}/rules.yaml:{line}: 规则 weekly-greeting：{zh} (nobody holds the role community-worker)"]


def test_held_for_one_of_them_it_is_a_vacancy_and_a_city_without_cards_says_nothing(pack: Path) -> None:
    held = frozenset({"liaison", "bureau-officer", "community-worker"})
    alone = Alike("东区", "survivor", "living-alone", None, held, 1)
    others = replace(alone, held=held - {"community-worker"}, people=9)

    assert list(held_by_nobody(load_with_changes(pack), [alone, others])) == []
    assert list(held_by_nobody(load_with_changes(pack), [replace(alone, held=None)])) == []


def test_a_rule_that_a_county_has_otherwise_is_told_where_the_county_says_so(pack: Path) -> None:
    (pack / "counties").mkdir()
    owes = "{party: unit, role: unit-leader}"
    county(pack, "east", "东区", rules=f"overrides:\n  weekly-greeting: {{reason: 试, owes: {owes}}}\n")
    held = frozenset({"liaison", "bureau-officer", "community-worker"})
    alone = Alike("东区", "survivor", "living-alone", None, held, 3)

    (told,) = held_by_nobody(load_with_changes(pack), [alone, replace(alone, county="西区")])

    assert (told.file, told.rule) == (pack / "counties" / "east" / "rules.yaml", "weekly-greeting")
    assert "“单位负责人”，这些人会无人负责：东区 3 人" in told.zh


async def test_the_dead_miss_nobody(fresh: Callable[..., Any], repository: Path) -> None:
    care_store.books.install(Installed.read(repository / "policies" / "shuangta"), load_files)
    other = PersonId(derived("test", "王五"))
    async with fresh(service) as database:
        hand = ByHand(service, database, MORNING)
        await hand.hears(enrolled(), carded(), enrolled(LI), enrolled(other))
        before = {(each.category, each.held): each.people async for each in _all(hand)}
        await hand.hears(died())
        after = {(each.category, each.held): each.people async for each in _all(hand)}

    assert before == {("living-alone", frozenset()): 1, ("living-alone", None): 2}
    assert after == {("living-alone", None): 2}


async def _all(hand: ByHand) -> Any:
    async with hand.database.connection() as connection:
        for each in await alike(connection):
            yield each
