"""What the how-to says about writing a policy is true: its examples make a city, and it leaves nothing of the language out."""

import json
import re
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from bus.pack.circumstances import AnAbsence, ASituation
from bus.pack.contacts import AnOutcome
from bus.pack.document import Plain, read
from bus.pack.messages import read_messages
from bus.pack.roles import AParty, ARole
from bus.pack.shapes import Part
from bus.pack.words import Words
from contracts.ids import derived
from contracts.notify import LANES
from services.visits.domain import learning
from services.visits.domain.causes import EVENTS, GROUNDS
from services.visits.domain.rules import CountedFrom, Every, OnDeath, OnEnd, Stack
from services.visits.policy import load, load_with_changes, mistakes_of
from services.visits.policy.shapes import CODES_OF, RuleLine, When, Who, Window
from tests.visits.packs import POLICIES
from tests.visits.town import WEDNESDAY, Life, admitted, enrolled, hours

HOW_TO = (POLICIES.parent / "docs" / "how-to" / "write-a-policy.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n# (\S+)\n(.*?)```", HOW_TO, re.DOTALL)
"""File and text of each, in order."""


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the small pack, with every example of the how-to in its place."""
    policies = Path(shutil.copytree(POLICIES, tmp_path_factory.mktemp("written") / "policies"))
    city = Path(shutil.copytree(policies / "shuangta", policies / "yungang"))
    for file, text in EXAMPLES:
        _put(city / file, text)
    return city


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    known = read(path).root if path.exists() else None
    path.write_text(text, encoding="utf-8")
    said = read(path)
    assert said.root is not None and said.mistakes == []
    together = said.root.plain if known is None else _together(known.plain, said.root.plain)
    path.write_text(json.dumps(together, ensure_ascii=False), encoding="utf-8")


def _together(known: Plain, said: Plain) -> Plain:
    """Key by key; rules stand behind those that are there; anything else is as the example has it."""
    if not (isinstance(known, dict) and isinstance(said, dict)):
        return said
    added: dict[str, Plain] = {}
    for key, part in said.items():
        above = known.get(key)
        both = key == "rules" and isinstance(above, list) and isinstance(part, list)
        added[key] = [*above, *part] if both else _together(above, part)  # type: ignore[misc]
    return {**known, **added}


def test_every_example_is_one_that_is_loaded_here() -> None:
    assert HOW_TO.count("```yaml") == len(EXAMPLES) > 12


def test_the_examples_make_a_city_without_a_mistake(city: Path) -> None:
    loaded, above = load_with_changes(city), load(POLICIES / "shuangta")

    assert mistakes_of(loaded) == []
    assert (loaded.policy.city, loaded.policy.words["categories"]["on-the-water"]) == ("云港市", "船上居住")
    assert sorted(loaded.policy.rules.keys() - above.rules.keys()) == [
        "boatman-missing", "centenary-visit", "harbour-hospital-visit", "home-again", "monthly-paper", "ninetieth-year",
        "second-call", "tides-visit", "unvisited",
    ]  # fmt: skip
    assert [(change.rule, change.field) for change in loaded.changes] == [
        ("hardship-visit", "window.due"),
        ("tides-visit", None),
    ]
    islands = loaded.policy.counties["海岛县"]
    assert islands.keys() - loaded.policy.rules.keys() == {"lamp-visit"}
    assert read_messages(city).signature == "云港市委老干部局"


def test_a_city_may_stand_on_its_province_as_the_example_has_it(city: Path) -> None:
    loaded = load_with_changes(city.parent / "haizhou")

    assert [(change.rule, change.field) for change in loaded.changes] == [
        ("long-unvisited-unit", "when.without"),
        ("discharge-call", None),
    ]


def test_a_class_a_role_and_a_rung_of_a_city_work_without_a_line_of_the_program(city: Path) -> None:
    """Nothing of the harbour is known to Python: its people are owed its visit, and it is told when nobody came."""
    someone = Life(load(city))
    someone.hears(enrolled().model_copy(update={"kind": "veteran-cadre", "category": "on-the-water"}))

    someone.hears(admitted())
    opens_at, due_at = WEDNESDAY + hours(2), WEDNESDAY + hours(48)
    someone.wakes(opens_at)
    visit = someone.the("harbour-hospital-visit")
    someone.wakes(due_at)
    late = someone.the("harbour-hospital-visit")

    assert (visit.role, visit.due_at, visit.remind_at) == ("harbour-master", due_at, due_at - hours(6))
    assert (late.rung, late.answering) == (1, "harbour-master")


def test_a_campaign_asks_once_of_whoever_is_there_when_its_notice_is_issued(city: Path) -> None:
    there, later = (Life(load(city)) for _ in range(2))
    for someone in (there, later):
        someone.hears(enrolled().model_copy(update={"kind": "veteran-cadre"}))

    _issued(there, 1, WEDNESDAY)
    there.wakes(WEDNESDAY + hours(24 * 400))
    once = _campaign(there)
    _issued(there, 2, WEDNESDAY + hours(24 * 400))

    sixty = hours(24 * 60)
    assert once == [WEDNESDAY + sixty]
    assert _campaign(there) == [*once, WEDNESDAY + hours(24 * 400) + sixty]
    assert _campaign(later) == []


def _issued(someone: Life, n: int, at: datetime) -> None:
    heard = learning.notice_heard(someone.care, derived("test", n), "notice-issued", "centenary", None, at)
    someone.care = heard
    someone.wakes(at)


def _campaign(someone: Life) -> list[datetime]:
    """When each visit of the campaign is due."""
    return sorted(duty.due_at for duty in someone.care.duties.values() if duty.rule == "centenary-visit")


def _written(shape: type[Part]) -> Iterator[str]:
    return (field.alias or name for name, field in shape.model_fields.items())


SAID = {
    "pack.yaml": {*_written(Words), *_written(AParty), *_written(ARole), *_written(ASituation), *_written(AnAbsence)},
    "outcomes": {*_written(AnOutcome)},
    "a rule": {*_written(RuleLine), *_written(Who), *_written(When), *_written(Window)},
    "events": {*EVENTS, *CODES_OF.values()},
    "values": {*Every, *Stack, *OnDeath, *OnEnd, *GROUNDS, *LANES, CountedFrom.HAPPENED, "wd", "end", "solar", "lunar"},
}


@pytest.mark.parametrize("part", SAID)
def test_nothing_of_the_language_is_left_out(part: str) -> None:
    quoted = " ".join(re.findall(r"```.*?```|`[^`]+`", HOW_TO, re.DOTALL))
    words = set(re.findall(r"[a-z][a-z_-]*", quoted))

    assert {word for word in SAID[part] if word not in words} == set()
