"""The schemas that editors complete by: made of the shapes that read the files, they refuse what those refuse."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from bus.pack import PackRefused
from bus.pack.document import read
from bus.pack.messages import read_messages
from deploy.local.cli import app
from deploy.local.commands.policy.meanings import MEANINGS
from deploy.local.commands.policy.schemas import parts, schemas
from deploy.local.places import REPOSITORY
from services.visits.policy import load
from tests.visits.packs import county, pack, spoil

__all__ = ["pack"]

POLICIES = REPOSITORY / "policies"
SHIPPED = sorted(POLICIES.rglob("*.yaml"))
HEAD = re.compile(r"# yaml-language-server: \$schema=(\S+)\n")
Read = Callable[[Path], object]


def refused_by_the_schema(file: Path) -> list[str]:
    """Where it says that the file is wrong."""
    schema = json.loads((POLICIES / "schema" / f"{file.stem}.json").read_text(encoding="utf-8"))
    root = read(file).root
    assert root is not None
    return [error.json_path for error in Draft202012Validator(schema).iter_errors(root.plain)]


def test_the_committed_schemas_and_their_page_are_what_the_code_makes() -> None:
    told = CliRunner().invoke(app, ["policy", "schema", "--check"])

    assert (told.exit_code, "都是最新的" in told.output) == (0, True)


@pytest.mark.parametrize("schema", schemas().values(), ids=schemas())
def test_each_is_a_schema_in_which_every_key_says_what_it_means(schema: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(schema)

    assert {model: part["properties"].keys() for model, part in parts(schema)} == {
        model: MEANINGS[model].keys() for model, _ in parts(schema)
    }


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: str(file.relative_to(POLICIES)))
def test_every_shipped_file_is_taken_and_where_it_names_a_schema_it_is_its_own(file: Path) -> None:
    named = HEAD.match(file.read_text(encoding="utf-8"))

    assert refused_by_the_schema(file) == []
    assert named is None or (file.parent / named[1]).resolve() == POLICIES / "schema" / f"{file.stem}.json"


def test_the_pack_that_a_new_city_copies_names_its_schemas() -> None:
    of = [POLICIES / "calendar.yaml", *(POLICIES / "shuangta").glob("*.yaml")]

    assert [file.name for file in of if not HEAD.match(file.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    ("file", "old", "new", "place"),
    [
        ("rules.yaml", "window: {due: 24h}", "window: {}", "$.rules[0].window"),
        ("rules.yaml", "window: {due: 24h}", "window: {due: ~}", "$.rules[0].window.due"),
        ("rules.yaml", "window: {due: 24h}", "window: {due: 1 day}", "$.rules[0].window.due"),
        ("rules.yaml", "when: {every: week}", "when: {}", "$.rules[7].when"),
        ("rules.yaml", "when: {every: week}", "when: {every: ~}", "$.rules[7].when"),
        ("rules.yaml", "when: {every: week}", "when: {every: week, festival: new-year}", "$.rules[7].when"),
        ("rules.yaml", "when: {every: week}", "when: {every: fortnight}", "$.rules[7].when.every"),
        ("rules.yaml", "event: stay-admitted", "event: stay-admited", "$.rules[0].when.event"),
        ("rules.yaml", "lane: urgent", "lane: express", "$.ladders.greeting[0].message"),
        ("rules.yaml", "stack: each", "stack: both", "$.rules[0].stack"),
        ("rules.yaml", "stack: each", "stacks: each", "$.rules[0]"),
        ("rules.yaml", "name: hospital-visit-liaison", "name: Hospital visit", "$.rules[0].name"),
        ("rules.yaml", "after: 24h", "after: 1d12h", "$.ladders.unit[1].after"),
        ("pack.yaml", "city: 双塔市", "town: 双塔市", "$"),
        ("pack.yaml", "may: [report,", "may: [reports,", "$.roles.liaison.may[0]"),
        ("pack.yaml", "leader, found: own", "leader, found: below", "$.parties.unit.found"),
        ("pack.yaml", "counts: true", "counts: yes", "$.outcomes.met.counts"),
        ("pack.yaml", "while: stay}", "while: ward}", "$.situations.hospitalised.while"),
        ("pack.yaml", "late_entry: 48h", "late_entry: 48", "$.late_entry"),
        ("pack.yaml", "{zh: 谢绝, counts: false}", "{zh: 谢绝}", "$.outcomes.refused"),
        ("pack.yaml", "{name: in-person, zh: 当面, reaches: true}", "{name: in-person}", "$.strengths[0]"),
        ("messages.yaml", 'until: "07:00"', 'until: "7:00"', "$.quiet_hours.until"),
        ("messages.yaml", "person: {max: 4,", "person: {max: 0,", "$.variables.person.max"),
        ("messages.yaml", "reply: 回复1已知晓 2无法前往 3非本人", "reply: 请回复", "$.reply"),
        ("../calendar.yaml", "days: 01-01}", "days: 13-01}", "$.occasions['new-year'].days"),
        ("../calendar.yaml", "      - 2019-01-01\n", "      - 1 January 2019\n", "$.workdays['2019'].off[0]"),
        ("../calendar.yaml", "workdays_known_by: 12-01", "workdays_known_by: lunar 12-01", "$.workdays_known_by"),
    ],
)  # fmt: skip
def test_what_the_reader_refuses_for_its_form_an_editor_underlines(
    pack: Path, file: str, old: str, new: str, place: str
) -> None:
    spoil(pack, file, old, new)

    with pytest.raises(PackRefused):
        (read_messages if file == "messages.yaml" else load)(pack)
    assert any(found.startswith(place) for found in refused_by_the_schema(pack / file))


def test_a_layer_says_only_what_it_has_otherwise(pack: Path) -> None:
    (pack / "counties").mkdir()
    fields = "reason: 山路远, window: {due: 10d}, when: {of: [illness]}, message: ~"
    county(
        pack, "seaside", "海滨县", rules=f"overrides:\n  hardship-visit: {{{fields}}}\ndrops: {{monthly-call: 无}}\n"
    )
    folder = pack / "counties" / "seaside"

    upon = "layer: province\nduty_kinds: {visit: {fulfilled_by: [visit]}}\n"
    (pack.parent / "pack.yaml").write_text(upon, encoding="utf-8")

    assert [refused_by_the_schema(folder / name) for name in ("pack.yaml", "rules.yaml")] == [[], []]
    assert refused_by_the_schema(pack.parent / "pack.yaml") == []
    spoil(pack, "counties/seaside/rules.yaml", "reason: 山路远, ", "")
    assert refused_by_the_schema(folder / "rules.yaml") == ["$.overrides['hardship-visit']"]
    spoil(pack, "counties/seaside/rules.yaml", "window: {due: 10d}", "reason: 山路远, window: {until: 10d}")
    assert refused_by_the_schema(folder / "rules.yaml") == ["$.overrides['hardship-visit'].window"]
