"""Copies of the shipped pack that a test may spoil, add to or stand a county on, and what is told of them."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from bus.pack import PackRefused
from services.visits.policy import load, load_with_changes, mistakes_of, remarks_of

POLICIES = Path(__file__).parents[2] / "policies"
SHUANGTA = POLICIES / "shuangta"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of the shipped pack beside all that it stands on, to be spoilt."""
    return Path(shutil.copytree(POLICIES, tmp_path / "policies")) / "shuangta"


def spoil(pack: Path, file: str, old: str, new: str) -> int:
    """Replaces the first `old` of the file; answers the line in which it stood."""
    text = (pack / file).read_text(encoding="utf-8")
    assert old in text
    (pack / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def mistakes(pack: Path) -> list[tuple[str, int, str | None, str]]:
    with pytest.raises(PackRefused) as refused:
        load(pack)
    return [(mistake.file.name, mistake.line, mistake.rule, mistake.zh) for mistake in refused.value.mistakes]


def county(city: Path, name: str, of: str, pack: str = "", rules: str = "") -> Path:
    folder = city / "counties" / name
    folder.mkdir()
    (folder / "pack.yaml").write_text(f"county: {of}\n{pack}")
    if rules:
        (folder / "rules.yaml").write_text(rules)
    return folder


TODAY = date(2026, 5, 11)
CARE_VISIT = {
    "name": "care-visit",
    "zh": "上门",
    "basis": "chosen",
    "reason": "试",
    "when": "{event: hardship-reported}",
    "owes": "{party: bureau, role: bureau-officer}",
    "kind": "visit",
    "strength": "in-person",
    "window": "{due: 3d}",
    "stack": "each",
    "ladder": "bureau",
    "on_death": "supersede",
}
WHEN, UNIT = list(CARE_VISIT).index("when"), "{party: unit, role: liaison}"
Told = tuple[str, int, str | None, str]


def told(pack: Path) -> list[Told]:
    return [(each.file.name, each.line, each.rule, each.zh) for each in mistakes_of(load_with_changes(pack))]


def remarked(pack: Path, today: date = TODAY) -> list[Told]:
    return [(each.file.name, each.line, each.rule, each.zh) for each in remarks_of(load_with_changes(pack), today)]


def add(pack: Path, **fields: str) -> int:
    """A further rule with these fields otherwise, or added; answers the line of its name."""
    lines = [f"    {key}: {value}" for key, value in ({**CARE_VISIT, **fields}).items()]
    text = (pack / "rules.yaml").read_text(encoding="utf-8").rstrip("\n")
    (pack / "rules.yaml").write_text("\n".join((text, "", *lines)).replace("    name:", "  - name:") + "\n", "utf-8")
    return text.count("\n") + 3


def line_of(pack: Path, file: str, text: str) -> int:
    return 1 + (pack / file).read_text(encoding="utf-8").split(text)[0].count("\n")
