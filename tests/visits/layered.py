"""A city on a province: what a test lets it say, and what is told of it in any layer."""

import shutil
from pathlib import Path

import pytest

from bus.pack import PackRefused
from services.visits.policy import load
from tests.visits.packs import POLICIES, spoil

CITY = """\
name: hillside
city: 山侧市
title: 山侧市老干部必访规则
note: 虚构，测试用
layer: city
extends: ../shuangta
"""
HOUR = """
overrides:
  hardship-visit: {reason: 山路远, window: {opens: 1h, due: 10d}, strength: phone}
drops:
  weekly-greeting: 本市没有社区工作者
"""
TIDE_VISIT = """\
rules:
  - name: tide-visit
    zh: 大潮必访
    basis: chosen
    reason: 海边的县
    when: {event: hardship-reported}
    owes: {party: community, role: fisher}
    kind: visit
    strength: in-person
    window: {due: 1d}
    stack: each
    ladder: tide
    on_death: keep
ladders:
  tide: [{after: 1h, rung: bureau}]
"""


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """A city on a province, which says what the shipped pack says."""
    policies = Path(shutil.copytree(POLICIES, tmp_path / "policies"))
    spoil(policies / "shuangta", "pack.yaml", "name: shuangta", "layer: province\nname: shuangta")
    city = policies / "hillside"
    (city / "counties").mkdir(parents=True)
    (city / "pack.yaml").write_text(CITY)
    return city


def mistakes(pack: Path) -> list[tuple[str, int, str | None, str]]:
    with pytest.raises(PackRefused) as refused:
        load(pack)
    places = pack.parent
    return [(str(m.file.relative_to(places)), m.line, m.rule, m.zh) for m in refused.value.mistakes]
