"""The generator writes what the events say, keeps what was published, and refuses what would break readers."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
BENCH_PAINTED = '''

class BenchPainted(Event, topic=DUTIES, type="visits.bench-painted.v1", key="person_id"):
    """A bench was painted for this person."""

    person_id: PersonId
    colour: str
'''
BODY = {"city": "shuangta", "county": "dongta", "person_id": "018f5e2a-7c00-7a11-8b22-9900112233aa", "colour": "red"}
BENCH = "visits.bench-painted.v1"


@dataclass(frozen=True)
class Copy:
    """A copy of contracts and docs, in which events can change."""

    root: Path

    def generate(self, *arguments: str) -> tuple[int, str]:
        command = [sys.executable, "-B", "-m", "contracts.generate", *arguments]
        done = subprocess.run(command, cwd=self.root, capture_output=True, text=True, check=False, timeout=60)
        return done.returncode, done.stdout + done.stderr

    def edit(self, old: str, new: str) -> None:
        source = self.root / "contracts" / "visits" / "duties.py"
        text = source.read_text(encoding="utf-8")
        assert old in text
        source.write_text(text.replace(old, new), encoding="utf-8")

    def files(self) -> dict[str, str]:
        found = [*self.root.glob("contracts/schemas/**/*.json"), *self.root.glob("docs/*")]
        return {str(p.relative_to(self.root)): p.read_text(encoding="utf-8") for p in found if p.is_file()}

    def schema(self, place: str) -> dict[str, Any]:
        text = (self.root / "contracts" / "schemas" / place).read_text(encoding="utf-8")
        return json.loads(text)  # type: ignore[no-any-return]


@pytest.fixture
def declared(tmp_path: Path) -> Copy:
    """Another event is declared: nothing has been made of it yet, and it has no example."""
    for folder in ("contracts", "docs"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / "contracts" / "visits" / "duties.py").open("a", encoding="utf-8") as source:
        source.write(BENCH_PAINTED)
    return Copy(tmp_path)


@pytest.fixture
def published(declared: Copy) -> Copy:
    """The other event is published."""
    example = {"headers": {}, "key": BODY["person_id"], "body": BODY}
    (declared.root / "contracts" / "examples" / f"{BENCH}.json").write_text(json.dumps(example), encoding="utf-8")
    assert declared.generate()[0] == 0
    return declared


def test_what_is_derived_is_up_to_date() -> None:
    assert Copy(ROOT).generate("--check") == (0, "")


def test_an_event_without_an_example_is_refused(declared: Copy) -> None:
    before = declared.files()

    refused = declared.generate()

    assert refused == (1, "contracts/examples/visits.bench-painted.v1.json is missing: write it by hand\n")
    assert declared.files() == before


def test_a_new_event_is_published_everywhere(published: Copy) -> None:
    files = published.files()

    assert published.generate("--check") == (0, "")
    assert published.schema(f"{BENCH}.json")["description"] == "A bench was painted for this person."
    assert f"### {BENCH}\n" in files["docs/events.md"]
    assert BENCH in yaml.safe_load(files["docs/asyncapi.yaml"])["channels"]["visits.duties"]["messages"]


def test_an_optional_field_is_added_and_the_earlier_schema_kept(published: Copy) -> None:
    first = published.schema(f"{BENCH}.json")
    published.edit("    colour: str\n", '    colour: str\n    shine: str = "matt"\n')

    before = published.files()

    code, told = published.generate("--check")
    assert published.files() == before
    assert (code, told.splitlines()[0]) == (1, f"contracts/schemas/{BENCH}.json: out of date")
    assert told.endswith("To bring them up to date: python -m contracts.generate\n")

    assert published.generate()[0] == 0
    assert published.generate("--check") == (0, "")
    assert published.schema(f"earlier/{BENCH}.1.json") == first
    assert published.schema(f"{BENCH}.json")["properties"]["shine"] == {"default": "matt", "type": "string"}


def test_other_words_replace_the_schema_and_keep_no_earlier_one(published: Copy) -> None:
    published.edit("A bench was painted for this person.", "Somebody painted a bench for this person.")

    assert published.generate()[0] == 0

    assert published.schema(f"{BENCH}.json")["description"] == "Somebody painted a bench for this person."
    assert not (published.root / "contracts" / "schemas" / "earlier" / f"{BENCH}.1.json").exists()


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("    colour: str\n", "", "colour is removed: today's readers may need it"),
        ("    colour: str\n", "    colour: int\n", 'colour changes type from "string" to "integer"'),
        (
            "    colour: str\n",
            "    colour: str\n    coats: int\n",
            "coats is new and required: facts already told lack it",
        ),
        (BENCH_PAINTED, "", "is not declared any more: facts already told could not be read"),
    ],
    ids=["a removed field", "a changed type", "a new required field", "a removed event"],
)
def test_nothing_is_written_when_a_change_would_break_readers(published: Copy, old: str, new: str, reason: str) -> None:
    before = published.files()
    published.edit(old, new)

    code, told = published.generate()

    assert code == 1
    assert f"  visits.bench-painted.v1: {reason}\n" in told
    assert "declare beside it: visits.bench-painted.v2." in told
    assert published.files() == before


def test_what_an_earlier_version_said_stays_even_when_the_last_schema_is_forged(published: Copy) -> None:
    published.edit("    colour: str\n", '    colour: str\n    shine: str = "matt"\n')
    assert published.generate()[0] == 0
    forged = published.schema(f"{BENCH}.json")
    del forged["properties"]["colour"]
    forged["required"].remove("colour")
    (published.root / "contracts" / "schemas" / f"{BENCH}.json").write_text(json.dumps(forged), encoding="utf-8")
    published.edit("    colour: str\n", "")

    code, told = published.generate()

    assert (code, f"  {BENCH}: colour is removed: today's readers may need it\n" in told) == (1, True)


def test_an_example_that_its_class_does_not_read_is_named_with_its_field(published: Copy) -> None:
    example = {"headers": {}, "key": BODY["person_id"], "body": BODY | {"colour": 7}}
    place = f"contracts/examples/{BENCH}.json"
    (published.root / place).write_text(json.dumps(example), encoding="utf-8")

    assert published.generate("--check") == (1, f"{place} colour: Input should be a valid string\n")


def test_a_file_that_is_no_json_is_named(published: Copy) -> None:
    (published.root / "contracts" / "schemas" / f"{BENCH}.json").write_text("<<<<<<< ours", encoding="utf-8")

    code, told = published.generate()

    assert (code, "Traceback" in told) == (1, False)
    assert f"contracts/schemas/{BENCH}.json: Expecting value" in told
