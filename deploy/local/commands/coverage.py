"""`coverage`: the proof that nobody is forgotten, printed; its chain made anew and compared; who was longest not visited."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Annotated, Any, Final
from uuid import UUID

import typer

from deploy.local import coverage_tables as tables
from deploy.local import screen
from deploy.local.trouble import Trouble
from deploy.local.within import platform_of

if TYPE_CHECKING:
    from deploy.local.platform import Platform
    from services.visits.domain.certificates import Certificate

HELP: Final = """覆盖证书：每一位在世老干部 × 每一条生效的规则，都有应办事项或写明的理由；每夜清点一次，指名例外。

\b
  coverage                 最近一份证书（--number N 看第 N 号）
  coverage verify          核对证书链，逐份重算哈希，再此刻重新清点
  coverage unvisited       最久未上门的人，没有上限（--party 单看一方）
  coverage ledger          五方台账：各方应办、逾期、已办、迟办（--by person --of 编号 看一人）
  coverage equity          各县、各类、各年龄段，带分母（--by county|kind|category|age）

\b
退出码  0 无一人遗漏   1 有人遗漏、督办停住，或证书链断裂   3 没有在运行
"""
FLAWS: Final = {
    "certificate-lacking": "前一号缺失",
    "certificate-unbound": "与前一份接不上",
    "certificate-changed": "内容被改动",
    "certificate-does-not-add-up": "各项之和与总人数不符",
    "names": "指名的人被改动",
    "certificate-of-fewer": "在册人数比前一号少，有人不见了",
    "certificate-cut-off": "链的末端被截去，与证书簿所记不符",
}
PAGE: Final = "1000"
By = Annotated[str, typer.Option("--by", help="按什么分")]
Since = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="自哪一天起（缺省：今年元旦）")]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(invoke_without_command=True, help=HELP, rich_markup_mode=None)
    group.callback()(certificate)
    group.command(name="verify", help="核对证书链并重新清点（退出码 0 完好且无人遗漏，1 不然）")(verify)
    group.command(name="unvisited", help="最久未上门的人，最久的在前，没有上限")(unvisited)
    group.command(name="ledger", help="五方台账：没有做的一方也有一行")(ledger)
    group.command(name="equity", help="是否同样得到服务：人数、有逾期的人数、按时办结率，都带分母")(equity)
    app.add_typer(group, name="coverage")


def certificate(
    context: typer.Context, number: Annotated[int | None, typer.Option(help="第几号；缺省最近一份")] = None
) -> None:
    if context.invoked_subcommand is not None:
        return
    query = {} if number is None else {"number": str(number)}
    shown, named = _ask(context, ("/coverage", query), ("/coverage/exceptions", query))
    tables.certificate(shown)
    tables.named(named, shown["figures"])
    if shown["figures"]["exceptions"] or shown["figures"]["stuck"]:
        raise typer.Exit(1)


def verify(context: typer.Context) -> None:
    from services.visits.domain.certificates import flaws, flaws_at_end

    (end,) = _ask(context, ("/coverage/end", {}))  # first: what is certified meanwhile is not missed
    lines = list(chain.from_iterable(_pages(context, "/coverage/certificates", {})))
    links = [certificate_of(line) for line in lines]
    known = [each for each in links if each.number <= end["number"]]
    broken = [*flaws(links), *flaws_at_end(known, end["number"], end["hash"])]
    found = [(flaw.number, FLAWS[flaw.rule]) for flaw in broken]
    found += [(line["number"], FLAWS["names"]) for line in lines if not line["names_stand"]]
    for number, what in sorted(found):
        screen.say(f"{screen.NO} 第 {number} 号：{what}")
    if links and not found:
        screen.say(f"{screen.YES} 证书链完好：第 {links[0].number} 至 {links[-1].number} 号，末份 {links[-1].hash}")
    for before, after in _gaps(links):
        screen.say(f"  {before} 之后到 {after} 之间没有证书：那几天没有清点")
    (shown,) = _ask(context, ("/coverage/recount", {}))
    if links and (days := (date.fromisoformat(shown["figures"]["day"]) - links[-1].day).days) > 1:
        screen.say(f"{screen.NO} 末份证书出自 {days} 天前（{links[-1].day}）：此后没有清点")
    screen.say("\n[bold]此刻重新清点[/bold]")
    tables.certificate(shown)
    if found or not links or shown["figures"]["exceptions"] or shown["figures"]["stuck"]:
        raise typer.Exit(1)


def unvisited(
    context: typer.Context,
    party: Annotated[str | None, typer.Option(help="只看这一方，如 unit；缺省：任何一方上过门都算")] = None,
) -> None:
    table = tables.table("天数", "老干部", "县（市、区）", "类别", "末次上门", "末次联系", title="最久未上门")
    for said in _pages(context, "/coverage/unvisited", {"limit": PAGE} | ({"party": party} if party else {})):
        for line in said["lines"]:
            when = (tables.day(line["visited_at"]), tables.day(line["contacted_at"]))
            table.add_row(str(line["days"]), line["person_id"], line["county"], line["category"], *when)
    screen.console.print(table)
    screen.say(f"共 {table.row_count} 人")


def ledger(context: typer.Context, by: By = "unit", of: Annotated[UUID | None, typer.Option(help="只看这一单位或这一人")] = None,
           since: Since = None) -> None:  # fmt: skip
    query = {"by": by} | ({"of": str(of)} if of else {}) | _from(since)
    table = tables.table(
        "单位" if by == "unit" else "老干部", "一方", "应办", "逾期", "已办", "迟办", "免办", "联系", title="五方台账"
    )
    for line in chain.from_iterable(_pages(context, "/coverage/ledger", query | {"limit": PAGE})):
        figures = (str(line[name]) for name in ("owed", "overdue", "done", "late", "waived", "contacts"))
        table.add_row(line["id"], line["party_zh"], *figures)
    screen.console.print(table)


def equity(context: typer.Context, by: By = "county", since: Since = None) -> None:
    (lines,) = _ask(context, ("/coverage/equity", {"by": by} | _from(since)))
    table = tables.table(
        "分组", "在世人数", "有逾期的人", "占比", "到期事项", "按时办结", "按时率", "逾期事项", title="公平"
    )
    for line in lines:
        table.add_row(
            line["zh"], str(line["people"]), str(line["people_overdue"]), tables.rate(line["people_overdue"], line["people"]),
            str(line["due"]), str(line["in_time"]), tables.rate(line["in_time"], line["due"]), str(line["overdue"]),
        )  # fmt: skip
    people = sum(line["people"] for line in lines)
    table.add_row("合计", *(str(people), "", "", "", "", "", ""))
    screen.console.print(table)


def certificate_of(line: dict[str, Any]) -> Certificate:
    """A line of `/coverage/certificates`, as it was when its hash was made."""
    from services.visits.domain.certificates import Certificate

    fields = {name: value for name, value in line.items() if name != "names_stand"}
    fields["certificate_id"] = UUID(line["certificate_id"])
    fields["day"] = date.fromisoformat(line["day"])
    fields["taken_at"] = datetime.fromisoformat(line["taken_at"])
    return Certificate(**fields)


def _gaps(links: list[Certificate]) -> Iterator[tuple[date, date]]:
    for before, after in pairwise(links):
        if (after.day - before.day).days > 1:
            yield before.day, after.day


def _ask(context: typer.Context, *questions: tuple[str, dict[str, str]]) -> list[Any]:
    return [page for (page, *_) in asyncio.run(_asked(platform_of(context), questions, whole=False))]


def _pages(context: typer.Context, path: str, query: dict[str, str]) -> list[Any]:
    """Page after page, to the end."""
    (pages,) = asyncio.run(_asked(platform_of(context), [(path, query)], whole=True))
    return pages


async def _asked(
    platform: Platform, questions: Iterable[tuple[str, dict[str, str]]], *, whole: bool
) -> list[list[Any]]:
    """Of each question its pages: the first, or all."""
    import httpx

    from deploy.local.actors.city import build
    from deploy.local.actors.staff import NotTaken, Staff

    async with Staff.of(platform, build(0), patience=5) as staff:
        try:
            if whole:
                return [await staff.coverage_pages(path, query) for path, query in questions]
            return [[await staff.coverage(path, query)] for path, query in questions]
        except NotTaken as no:
            raise Trouble(str(no.problem.get("detail")), f"visits {questions}", "./bifang coverage --help") from no
        except httpx.TransportError as away:
            log = platform.places.log("visits")
            raise Trouble(f"visits 没有回答（{type(away).__name__}）", str(log), "./bifang status", log) from away


def _from(since: datetime | None) -> dict[str, str]:
    return {"since": since.date().isoformat()} if since else {}
