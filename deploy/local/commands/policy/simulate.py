"""`policy simulate`: what a policy would have asked of everybody in the last year, beside the one in force; nothing is written."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final
from uuid import UUID

import typer
from rich.table import Table
from rich.text import Text

from deploy.local import screen
from deploy.local.commands.policy.check import Folder, examined
from deploy.local.platform import Platform
from deploy.local.within import platform_of, run, within

if TYPE_CHECKING:
    from services.visits.comparing import Comparison
    from services.visits.policy import Loaded
    from services.visits.simulation import Tally

BUSIEST: Final = 10
SHORT: Final = 8
"""Characters of an id that are shown: visits knows no names of holders."""


def simulate(
    context: typer.Context,
    folder: Folder,
    days: Annotated[int, typer.Option(min=1, max=3660, help="往回推算多少天")] = 365,
    as_json: Annotated[bool, typer.Option("--json", help="最后一行另给一个 JSON 对象")] = False,
) -> None:
    loaded, _ = examined(folder)
    platform = platform_of(context)
    with screen.console.status("推算 …"):
        began = time.monotonic()
        found = run(_simulated(platform, loaded, days), platform.places)
        seconds = time.monotonic() - began
    zone = loaded.policy.zone
    screen.say(
        f"{found.start.astimezone(zone):%Y-%m-%d} 至 {found.end.astimezone(zone):%Y-%m-%d} 的事，"
        f"今天的 {found.people} 人，全程按同一版：现行 {found.now.policy.version}，拟行 {found.then.policy.version}；"
        f"{found.otherwise} 人的事项与现行不同；用时 {seconds:.1f} 秒，每秒 {found.people / max(seconds, 0.001):.0f} 人"
    )
    for table in (_parties(found), _rules(found), _holders(found)):
        screen.console.print(table)
    if as_json:
        print(json.dumps({"seconds": round(seconds, 2), **as_figures(found)}, ensure_ascii=False))


async def _simulated(platform: Platform, loaded: Loaded, days: int) -> Comparison:
    from services.visits.comparing import Comparison
    from services.visits.reading import everybody, in_force

    beside = frozenset(name for name, party in loaded.words.parties.items() if party.found == "beside")
    async with within(platform, "visits") as visits, visits.database.connection() as connection:
        await connection.execute("SET default_transaction_read_only = on")
        book, end = await in_force(connection)
        found = Comparison(book.in_force, loaded.policy, end - timedelta(days=days), end, beside)
        async for chunk in everybody(connection):
            found.add(chunk)
            if found.people % 5000 == 0:
                screen.say(f"  … {found.people} 人")
    return found


def _weeks(found: Comparison) -> float:
    return (found.end - found.start) / timedelta(weeks=1)


def _parties(found: Comparison) -> Table:
    now, then = found.now.by_party(), found.then.by_party()
    table = _table("各方", "现行", "拟行", "差", "平均每周", "最忙一周", "是哪一周")
    for party in [party for party in found.then.policy.words["parties"] if party in now or party in then]:
        before, (total, most, week) = now.get(party, (0, 0, (0, 0)))[0], then.get(party, (0, 0, (0, 0)))
        when = f"{week[0]}年第{week[1]}周" if total else ""
        mean = f"{total / _weeks(found):.1f}"
        table.add_row(found.then.policy.zh("parties", party), *_change(before, total), mean, str(most), when)
    return table


def _rules(found: Comparison) -> Table:
    table = _table("规则", "名称", "涉及人数", "现行", "拟行", "差", "都不办时督办")
    for name in _names(found):
        rule = _rule(found.then, name) or _rule(found.now, name)
        now, then = found.now.duties[name], found.then.duties[name]
        table.add_row(
            name,
            rule.title if rule else "",
            str(found.then.people[name]),
            *_change(now, then),
            f"{found.now.escalated[name]} → {found.then.escalated[name]}",
        )
    return table


def _holders(found: Comparison) -> Table:
    table = _table(f"最重的 {BUSIEST} 人（角色）", "人员编号", "单位", "全程", "最忙一周")
    for load in found.then.busiest(BUSIEST):
        role, holder = load.holder
        who = str(holder)[:SHORT] if holder is not None else "无人担任"
        duties = str(load.duties), str(load.busiest_week)
        table.add_row(found.then.policy.zh("roles", role), who, _units(load.units), *duties)
    return table


def _units(units: frozenset[UUID]) -> str:
    return str(min(units))[:SHORT] if len(units) == 1 else f"{len(units)} 个单位" if units else "—"


def _change(now: int, then: int) -> tuple[str, str, str]:
    return str(now), str(then), f"{then - now:+d}" if then != now else ""


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for n, heading in enumerate(headings):
        table.add_column(Text(heading), justify="left" if n < 2 or heading == "单位" else "right")
    return table


def _names(found: Comparison) -> Iterable[str]:
    """The rules of the other version in its order, then those that only the version in force has."""
    of = [name for tally in (found.then, found.now) for name in _all_rules(tally)]
    return dict.fromkeys(of)


def _all_rules(tally: Tally) -> list[str]:
    return [name for rules in (tally.policy.rules, *tally.policy.counties.values()) for name in rules]


def _rule(tally: Tally, name: str) -> Any:
    places = (tally.policy.rules, *tally.policy.counties.values())
    return next((rules[name] for rules in places if name in rules), None)


def as_figures(found: Comparison) -> dict[str, Any]:
    """The same for programs."""
    return {
        "people": found.people,
        "people_otherwise": found.otherwise,
        "weeks": round(_weeks(found), 1),
        "now": {"version": found.now.policy.version, "duties": found.now.duties.total()},
        "then": {"version": found.then.policy.version, "duties": found.then.duties.total()},
        "rules": {
            name: {
                "people": found.then.people[name],
                "now": found.now.duties[name],
                "then": found.then.duties[name],
                "escalated_now": found.now.escalated[name],
                "escalated_then": found.then.escalated[name],
            }
            for name in _names(found)
        },
        "parties": {
            party: {"duties": total, "busiest_week": most} for party, (total, most, _) in found.then.by_party().items()
        },
        "busiest": [
            {
                "role": load.holder[0],
                "holder": str(load.holder[1]) if load.holder[1] is not None else None,
                "units": sorted(map(str, load.units)),
                "duties": load.duties,
                "busiest_week": load.busiest_week,
            }
            for load in found.then.busiest(BUSIEST)
        ],
    }
