"""What `./bifang coverage` prints and with which number it ends, for whatever visits may say."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from deploy.local.actors.wire import NotTaken
from deploy.local.coverage_names import Names, names
from tests.local.coverage_said import CLEAN, Ask, ask, shown
from tests.visits.test_certificates import MONDAY

__all__ = ["ask"]


def test_a_certificate_without_exceptions_ends_well_and_adds_up(ask: Callable[..., Ask]) -> None:
    said = ask(last=shown(0), exceptions=CLEAN)()

    assert said.exit_code == 0
    for words_ in (
        "在册 7 人 = 在世 6 + 已去世 1 + 已停止服务 0；2 条规则，14 项",
        "north 5、south 2，合计 7",
        "遗漏 0 项",
    ):
        assert words_ in said.output
    assert "应办未办" in said.output and "独居 5" in said.output


def test_parties_and_verdicts_stand_in_the_order_of_the_pack(ask: Callable[..., Ask]) -> None:
    as_the_pack_has_it = shown(0)
    as_the_pack_has_it["zh"]["party"] = {"street": "街坊", "mill": "粮站"}

    said = ask(last=as_the_pack_has_it, exceptions=CLEAN)()

    parties = [row.split()[0] for row in said.output.splitlines() if row.split()[:1] in (["街坊"], ["粮站"])]
    assert parties == sorted(parties, key=["街坊", "粮站"].index) and {*parties} == {"街坊", "粮站"}


def test_who_is_missing_is_named_and_the_command_fails(ask: Callable[..., Ask]) -> None:
    person = {"person_id": "8fc9201c", "rule_zh": "每周问候", "why_zh": "应有而没有", "county": "north"}
    rung = {"unit_id": "77aa", "rung_zh": "组织部", "role_zh": "组织部", "people": 3}

    said = ask(last=shown(1), exceptions={"people": [person], "rungs": [rung]})()

    assert said.exit_code == 1
    for words_ in ("8fc9201c", "每周问候", "应有而没有", "77aa", "组织部"):
        assert words_ in said.output
    assert ask(last=shown(0, stuck=1), exceptions=CLEAN)().exit_code == 1


def test_the_longest_unvisited_are_printed_to_the_last_page(ask: Callable[..., Ask]) -> None:
    def page(first: int, end: int) -> dict[str, Any]:
        one = {"county": "north", "category": "alone", "visited_at": None, "contacted_at": f"{MONDAY}T01:00:00+00:00"}
        return {"people": 2500, "lines": [one | {"days": 5000 - n, "person_id": f"p{n}"} for n in range(first, end)]}

    said = ask(unvisited=[page(0, 1000), page(1000, 2000), page(2000, 2500)])("unvisited")

    assert said.exit_code == 0
    assert "p2499" in said.output and "从未" in said.output and "共 2500 人" in said.output


def test_rates_stand_beside_their_denominators(ask: Callable[..., Ask]) -> None:
    rates = [
        {"zh": "north", "people": 200, "people_overdue": 50, "overdue": 60, "due": 400, "in_time": 300},
        {"zh": "south", "people": 73, "people_overdue": 0, "overdue": 0, "due": 0, "in_time": 0},
    ]

    said = ask(equity=rates)("equity")

    assert said.exit_code == 0
    for words_ in ("25.0%", "75.0%", "—", "合计"):
        assert words_ in said.output
    assert next(row for row in said.output.splitlines() if row.startswith("合计")).split()[1] == "273"


def test_the_ledger_has_a_line_for_every_party(ask: Callable[..., Ask]) -> None:
    share = {"id": "77aa", "owed": 3, "overdue": 1, "done": 2, "late": 1, "waived": 0, "contacts": 4}
    shares = [share | {"party_zh": "管理单位"}, share | {"party_zh": "家庭", "owed": 0, "done": 0, "contacts": 0}]

    said = ask(ledger=[shares])("ledger")

    assert said.exit_code == 0
    assert "管理单位" in said.output and "家庭" in said.output


def test_people_and_units_are_called_by_their_names_beside_their_ids(ask: Callable[..., Ask]) -> None:
    person = {"person_id": "8fc9201c", "rule_zh": "每周问候", "why_zh": "应有而没有", "county": "north"}
    stranger = person | {"person_id": "0000dead"}
    rung = {"unit_id": "77aa", "rung_zh": "组织部", "role_zh": "组织部", "people": 3}
    called = Names({"8fc9201c": "张三测", "77aa": "双塔市水利局"})

    said = ask(named=lambda *_: called, last=shown(2), exceptions={"people": [person, stranger], "rungs": [rung]})()

    for words_ in ("张三测", "8fc9201c", "双塔市水利局", "77aa", "（登记处不识）"):
        assert words_ in said.output
    assert "姓名没有取到" not in said.output


def test_a_refused_name_leaves_the_ids_and_is_said_once(ask: Callable[..., Ask]) -> None:
    def pages(query: dict[str, str]) -> list[dict[str, Any]]:
        each = int(query["limit"])
        one = {"county": "north", "category": "alone", "visited_at": None, "contacted_at": None}
        lines = [one | {"days": 5000 - n, "person_id": f"p{n}"} for n in range(2500)]
        return [{"people": 2500, "lines": lines[at : at + each]} for at in range(0, 2500, each)]

    asked: list[int] = []

    def refuse(people: list[str], _: list[str]) -> Names:
        asked.append(len(people))
        return Names({}, "此角色不能读取档案")

    said = ask(named=refuse, unvisited=pages)("unvisited")

    assert (said.exit_code, asked) == (0, [1000])
    assert "p2499" in said.output and said.output.count("姓名没有取到，只列编号：此角色不能读取档案") == 1


class FakeStaff:
    """A registry that knows everybody, or refuses."""

    def __init__(self, refuses: Exception | None = None) -> None:
        self.refuses, self.asked = refuses, list[tuple[int, int]]()

    async def names(self, people: list[str], units: list[str]) -> Any:
        self.asked.append((len(people), len(units)))
        if self.refuses is not None:
            raise self.refuses
        return {"people": [{"person_id": p, "name": f"名{p}"} for p in people],
                "units": [{"unit_id": u, "name": f"局{u}"} for u in units]}  # fmt: skip


async def test_names_are_asked_two_hundred_at_a_time_each_once() -> None:
    staff: Any = FakeStaff()

    found = await names(staff, [*map(str, range(450)), "0"], ["u"])

    assert staff.asked == [(200, 1), (200, 0), (50, 0)]
    assert (found.of("449"), found.of("u"), found.of("x"), found.refused) == ("名449", "局u", "（登记处不识）", "")


@pytest.mark.parametrize(
    ("refuses", "why"),
    [
        (NotTaken(403, {"title": "无权限", "detail": "不能读取档案"}), "不能读取档案"),
        (httpx.ConnectError("away"), "registry 没有回答（ConnectError）"),
    ],
)
async def test_a_registry_that_gives_no_names_spoils_no_proof(refuses: Exception, why: str) -> None:
    staff: Any = FakeStaff(refuses)

    found = await names(staff, ["1"], [])

    assert (found.of("1"), found.refused) == ("—", why)
