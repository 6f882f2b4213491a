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
from deploy.local.coverage_names import Names, names
from deploy.local.trouble import Trouble
from deploy.local.within import platform_of

if TYPE_CHECKING:
    from deploy.local.platform import Platform
    from services.visits.domain.certificates import Certificate

HELP: Final = """覆盖证书：每一位在世老干部 × 每一条生效的规则，都有应办事项或写明的理由；每夜清点一次，指名例外。

\b
  coverage                 最近一份证书（--number N 看第 N 号）
  coverage verify          核对证书链：逐份重算哈希，与告知过 Kafka 的比对，再此刻重新清点
  coverage unvisited       最久未上门的人，没有上限（--party 单看一方）
  coverage ledger          五方台账：各方应办、逾期、已办、迟办（--by person --of 编号 看一人）
  coverage equity          各县、各类、各年龄段，带分母（--by county|kind|category|age）

\b
退出码  0 无一人遗漏   1 有人遗漏、督办停住、人数与登记处不符，或证书链断裂   3 没有在运行
"""
FLAWS: Final = {
    "certificate-lacking": "前一号缺失",
    "certificate-unbound": "与前一份接不上",
    "certificate-changed": "内容被改动",
    "certificate-does-not-add-up": "各项之和与总人数不符",
    "names": "指名的人被改动",
    "certificate-of-fewer": "在册人数比前一号少，有人不见了",
    "certificate-cut-off": "链的末端被截去，与证书簿所记不符",
    "certificate-not-kept": "曾告知 Kafka，如今没有：证书和证书簿一起被截去",
    "certificate-told-otherwise": "与当时告知 Kafka 的不同：整条链被重做",
}
NOT_WHOLE: Final = ("exceptions", "stuck", "differing")
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
    people, rungs = (named[of][: tables.SHOWN] for of in ("people", "rungs"))
    names = _names(context, (line["person_id"] for line in people), (line["unit_id"] for line in rungs))
    tables.named(named, shown["figures"], names)
    if any(shown["figures"][what] for what in NOT_WHOLE):
        raise typer.Exit(1)


def verify(context: typer.Context) -> None:
    from services.visits.domain.certificates import flaws, flaws_against_told, flaws_at_end

    told = _told(context)  # before the chain: what is told meanwhile is not missed in it
    (end,) = _ask(context, ("/coverage/end", {}))  # so too what is certified meanwhile
    lines = list(chain.from_iterable(_pages(context, "/coverage/certificates", {})))
    links = [certificate_of(line) for line in lines]
    known = [each for each in links if each.number <= end["number"]]
    broken = [*flaws(links), *flaws_at_end(known, end["number"], end["hash"]), *flaws_against_told(links, told or ())]
    found = [(flaw.number, FLAWS[flaw.rule]) for flaw in broken]
    found += [(line["number"], FLAWS["names"]) for line in lines if not line["names_stand"]]
    for number, what in sorted(found):
        screen.say(f"{screen.NO} 第 {number} 号：{what}")
    if links and not found:
        screen.say(f"{screen.YES} 证书链完好：第 {links[0].number} 至 {links[-1].number} 号，末份 {links[-1].hash}")
    _say_of_told(told, end["number"])
    for before, after in _gaps(links):
        screen.say(f"  {before} 之后到 {after} 之间没有证书：那几天没有清点")
    (shown,) = _ask(context, ("/coverage/recount", {}))
    if links and (days := (date.fromisoformat(shown["figures"]["day"]) - links[-1].day).days) > 1:
        screen.say(f"{screen.NO} 末份证书出自 {days} 天前（{links[-1].day}）：此后没有清点")
    screen.say("\n[bold]此刻重新清点[/bold]")
    tables.certificate(shown)
    if found or not links or told is None or any(shown["figures"][what] for what in NOT_WHOLE):
        raise typer.Exit(1)


def unvisited(
    context: typer.Context,
    party: Annotated[str | None, typer.Option(help="只看这一方，如 unit；缺省：任何一方上过门都算")] = None,
) -> None:
    headings = ("天数", "老干部", "编号", "县（市、区）", "类别", "末次上门", "末次联系")
    table, names = tables.table(*headings, title="最久未上门"), Names()
    for said in _pages(context, "/coverage/unvisited", {"limit": PAGE} | ({"party": party} if party else {})):
        if not names.refused:  # once refused, it is not asked again for each page
            names = _names(context, (line["person_id"] for line in said["lines"]), ())
        for line in said["lines"]:
            who, when = line["person_id"], (tables.day(line["visited_at"]), tables.day(line["contacted_at"]))
            table.add_row(str(line["days"]), names.of(who), who, line["county"], line["category"], *when)
    screen.console.print(table)
    screen.say(f"共 {table.row_count} 人")
    names.say_if_refused()


def ledger(context: typer.Context, by: By = "unit", of: Annotated[UUID | None, typer.Option(help="只看这一单位或这一人")] = None,
           since: Since = None) -> None:  # fmt: skip
    query = {"by": by} | ({"of": str(of)} if of else {}) | _from(since)
    lines = list(chain.from_iterable(_pages(context, "/coverage/ledger", query | {"limit": PAGE})))
    who = "老干部" if by == "person" else "单位"
    table = tables.table(who, "编号", "一方", "应办", "逾期", "已办", "迟办", "免办", "联系", title="五方台账")
    ids = [line["id"] for line in lines]
    names = _names(context, ids, ()) if by == "person" else _names(context, (), ids)
    for line in lines:
        figures = (str(line[name]) for name in ("owed", "overdue", "done", "late", "waived", "contacts"))
        table.add_row(names.of(line["id"]), line["id"], line["party_zh"], *figures)
    screen.console.print(table)
    names.say_if_refused()


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


def _told(context: typer.Context) -> list[tuple[int, str]] | None:
    """Number and hash of each certificate that Kafka was told and still has; None = Kafka did not answer."""
    from kafka.errors import KafkaError

    from services.visits.coverage.told import told_certificates

    state = platform_of(context).state()
    try:
        return [(each.number, each.hash) for each in told_certificates(state.brokers)] if state is not None else None
    except (KafkaError, OSError):
        return None


def _say_of_told(told: list[tuple[int, str]] | None, number: int) -> None:
    if told is None:
        screen.say(f"{screen.NO} Kafka 没有回答：证书链没有与告知过的核对")
    elif not told:
        screen.say("  Kafka 上没有告知过的证书（主题只保留 14 天）：只核对了库里的")
    else:
        last = max(told)[0]
        late = f"；第 {last + 1} 至 {number} 号还没有告知" if last < number else ""
        screen.say(f"  已与 Kafka 上告知过的 {len({*told})} 份核对，末份第 {last} 号{late}")


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

    from deploy.local.actors.making import build
    from deploy.local.actors.staff import Staff
    from deploy.local.actors.wire import NotTaken

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


def _names(context: typer.Context, people: Iterable[str], units: Iterable[str]) -> Names:
    return asyncio.run(_named(platform_of(context), people, units))


async def _named(platform: Platform, people: Iterable[str], units: Iterable[str]) -> Names:
    from deploy.local.actors.making import build
    from deploy.local.actors.staff import Staff

    async with Staff.of(platform, build(0), patience=5) as staff:
        return await names(staff, people, units)


def _from(since: datetime | None) -> dict[str, str]:
    return {"since": since.date().isoformat()} if since else {}
