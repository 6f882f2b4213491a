"""What a city calls things is its pack's, and so is who may do what: no name of a role stands in Python."""

import shutil
from pathlib import Path
from typing import Annotated, Any

import httpx
import pytest
from fastapi import APIRouter, Depends

from bus import tokens
from bus.api import May, Problem, Token
from bus.application import application
from bus.decisions import Caller
from bus.pack import PackRefused, Words, read_words
from bus.pack.acts import ACTS
from bus.pack.layers import read_layers
from bus.testing import SHIPPED

KEY = b"k" * 32


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "pack"))


def spoil(pack: Path, old: str, new: str) -> int:
    """Replaces the first `old`; answers the line in which it stood."""
    text = (pack / "pack.yaml").read_text()
    assert old in text
    (pack / "pack.yaml").write_text(text.replace(old, new, 1))
    return text[: text.index(old)].count("\n") + 1


def test_everything_that_the_pack_names_has_a_chinese_name() -> None:
    words = read_words(SHIPPED)

    assert words.called("person_kinds", "veteran-cadre") == "离休干部"
    assert words.called("parties", "unit") == "管理单位"
    assert words.called("strengths", "proxy") == "托人"
    assert words.called("wishes", "deaf") == "听力不便"
    assert words.called("hardships", "moonstruck") == "moonstruck"


@pytest.mark.parametrize("pack", ["shuangta", "ningde", "leling"])
def test_the_words_stand_everywhere_in_the_order_in_which_the_pack_gives_them(pack: str) -> None:
    folder = SHIPPED.parent / pack
    written = read_layers(folder).pack()
    words = read_words(folder)

    for section in words.zh.keys() - {"strengths"}:
        assert list(words.zh[section]) == list(written.section(section)), section


def test_what_the_engine_will_need_is_said_by_the_shipped_pack() -> None:
    words = read_words(SHIPPED)

    assert words.wishes["deaf"].instead == {"phone": "visit", "check-in": "visit"}
    assert [(name, wish.carries) for name, wish in words.wishes.items() if wish.carries] == [
        ("hours", "hours"), ("ask-first", "whom"),
    ]  # fmt: skip
    assert (words.absences["in-ward"].lasts_with, words.absences["with-family"].lasts_with) == ("stay", None)
    assert [name for name, outcome in words.outcomes.items() if outcome.silence] == ["no-answer", "not-home"]
    assert words.care_team == ("liaison",)
    assert [name for name, role in words.team.items() if role.several] == ["volunteer", "relative"]
    assert (words.group_officer, words.survivor, words.fresh_for["health"].days) == ("group-officer", "survivor", 31)
    assert words.late_entry.total_seconds() == 48 * 3600


@pytest.mark.parametrize("act", ACTS)
def test_every_act_is_some_roles_in_the_shipped_pack_and_is_told_in_its_readme(act: str) -> None:
    assert read_words(SHIPPED).who_may(act)
    assert f"| `{act}` | {ACTS[act]} |" in (SHIPPED / "README.md").read_text()


@pytest.mark.parametrize(
    ("old", "new", "zh"),
    [
        ("may: [record, read-duties]", "may: [record, fly]", f"没有“fly”这一权限，可用：{'、'.join(ACTS)}"),
        ("    reach: county", "    reach: moon", "“reach”不是可用的值"),
        ("liaison: liaison ", "liaison: envoy ", "未知的角色“envoy”"),
        ("care_team: [liaison]", "care_team: [nurse]", "未知的角色“nurse”"),
        ("care_team: [liaison]", "care_team: [unit-leader]", "角色“unit-leader”是单位的责任人，不逐人确定"),
        ("group_officer: group-officer", "group_officer: bureau-officer", "角色“bureau-officer”是单位的责任人，不逐人确定"),
        ("survivor: survivor", "survivor: orphan", "未知的人员类别“orphan”"),
        ("health: 31d", "health: a month", "时长应写作 30m、24h 或 3d"),
        ("several: true", "several: two", "“several”应为 true 或 false"),
        ("keyholder: {zh: 持钥匙人, party: society,",
         "keyholder: {zh: 持钥匙人, party: society, needed_by: {categories: [sea]},", "未知的分类“sea”"),
        ("{phone: visit,", "{phone: seance,", "未知的事项类别“seance”"),
        ("{phone: visit,", "{letter: visit,", "未知的事项类别“letter”"),
        ("counts: false, silence: true", "counts: true, silence: true", "联系上的不能又是无人应答（silence）"),
        ("late_entry: 48h", "late_entry: two days", "时长应写作 30m、24h 或 3d"),
        ("unit: {zh: 管理单位, officer: unit-leader, found: own}", "unit: {zh: 管理单位, officer: unit-leader}",
         "officer 和 found 要么都写，要么都不写"),
        ("{zh: 家庭}", "{zh: 家庭, found: own}", "officer 和 found 要么都写，要么都不写"),
        ("found: beside", "found: anywhere", "“found”不是可用的值"),
        ("hardships:\n", "hardship:\n", "不认识的键“hardship”"),
    ],
)  # fmt: skip
def test_a_word_that_says_nothing_is_refused_with_its_line(pack: Path, old: str, new: str, zh: str) -> None:
    line = spoil(pack, old, new)

    with pytest.raises(PackRefused) as refused:
        read_words(pack)

    assert (line, zh) in [(mistake.line, mistake.zh) for mistake in refused.value.mistakes]


@pytest.mark.parametrize(
    ("old", "new", "section", "zh"),
    [
        ("officer: unit-leader", "officer: bureau-officer", "parties:", "角色“bureau-officer”不属于“unit”"),
        ("\n  liaison: {zh", "\n  operations: {zh: 运维, party: unit}\n  liaison: {zh", "roles:",
         "“operations”是系统自用的角色，请另起名字"),
    ],
)  # fmt: skip
def test_what_does_not_fit_together_is_refused_with_its_section(
    pack: Path, old: str, new: str, section: str, zh: str
) -> None:
    spoil(pack, old, new)
    line = spoil(pack, f"\n{section}", f"\n{section}") + 1

    with pytest.raises(PackRefused) as refused:
        read_words(pack)

    assert [(mistake.line, mistake.zh) for mistake in refused.value.mistakes] == [(line, zh)]


async def answered(words: Words, role: str, county: str | None = None) -> tuple[int, dict[str, Any]]:
    """What a door that wants `adopt-plans`, or operations, answers a token of this role: who it takes the bearer for."""
    router = APIRouter()

    @router.get("/door")
    async def door(caller: Annotated[Caller, Depends(May("adopt-plans", "operations"))]) -> Caller:
        return caller

    app = application("door", [router], ready=list, state={"token_key": KEY, "words": words})
    bearer = {"Authorization": f"Bearer {tokens.issue(KEY, person='9901', role=role, county=county)}"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        answer = await client.get("/door", headers=bearer)
        return answer.status_code, answer.json()


async def test_a_role_may_do_what_the_pack_says_as_far_as_the_pack_says() -> None:
    words = read_words(SHIPPED)

    assert [
        (status, told["reach"])
        for status, told in [await answered(words, role) for role in ("bureau-officer", "unit-leader", "operations")]
    ] == [(200, "county"), (200, "own"), (200, "county")]


async def test_a_role_that_may_not_is_told_who_may() -> None:
    status, told = await answered(read_words(SHIPPED), "liaison")

    assert (status, told["detail"]) == (403, "在职联络员不能签批一人一策；可以的有：单位负责人、老干部局专干")


async def test_a_role_that_the_pack_does_not_know_is_told_so() -> None:
    for role in ("ranger", "hospital"):
        status, told = await answered(read_words(SHIPPED), role)
        assert (status, told["detail"]) == (403, f"双塔市的政策没有“{role}”这一角色")


async def test_another_pack_lets_others_in(pack: Path) -> None:
    spoil(pack, "may: [record, read-duties]", "reach: county, may: [adopt-plans]")

    status, told = await answered(read_words(pack), "community-worker", county="东区")

    assert (status, told["reach"], told["county"]) == (200, "county", "东区")


async def test_a_role_of_the_system_is_no_role_of_the_city() -> None:
    with pytest.raises(Problem, match="无权限"):
        Token("hospital").reach_of("bureau-officer", read_words(SHIPPED))
