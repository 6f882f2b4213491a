"""How what visits says of coverage is shown: tables in Chinese, every part with its sum."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from rich.table import Table
from rich.text import Text

from deploy.local import screen
from deploy.local.coverage_names import Names

SHOWN: Final = 200
"""So many are named on the screen; the door names all."""
_FIGURES: Final = frozenset(
    ("天数", "项数", "应办", "逾期", "已办", "迟办", "免办", "联系", "涉及人数", "在世人数", "有逾期的人", "占比", "到期事项",
     "按时办结", "按时率", "逾期事项")
)  # fmt: skip


def certificate(shown: dict[str, Any]) -> None:
    """The people, and each party with its verdicts: of each rule they are all people together."""
    figures, zh = shown["figures"], shown["zh"]
    taken_at = datetime.fromisoformat(figures["taken_at"]).astimezone()
    number = f"第 {shown['number']} 号  " if shown["number"] else ""
    screen.say(f"[bold]覆盖证书[/bold]  {number}{figures['day']}  清点于 {taken_at:%Y-%m-%d %H:%M:%S}")
    people = figures["living"] + figures["dead"] + figures["ended"]
    screen.say(
        f"  在册 {people} 人 = 在世 {figures['living']} + 已去世 {figures['dead']} + 已停止服务 {figures['ended']}；"
        f"{figures['rules']} 条规则，{people * figures['rules']} 项"
    )
    for title, field in (("县（市、区）", "county"), ("类别", "category")):
        screen.say(f"  按{title}：" + "、".join(_sums(shown, field)) + f"，合计 {people}")
    shown_as = table("一方", "判定", "项数")
    counts: Counter[tuple[str, str]] = Counter()
    for count in shown["counts"]:
        counts[count["party"], count["verdict"]] += count["people"]
    for party in _in_order(zh["party"], {party for party, _ in counts}):
        for verdict in _in_order(zh["verdict"], {verdict for of, verdict in counts if of == party}):
            n = str(counts[party, verdict])
            shown_as.add_row(zh["party"].get(party, party), zh["verdict"].get(verdict, verdict), n)
    shown_as.add_row("合计", "", str(counts.total()))
    screen.console.print(shown_as)
    mark = screen.NO if figures["exceptions"] or figures["stuck"] else screen.YES
    screen.say(
        f"{mark} 遗漏 {figures['exceptions']} 项，督办停住 {figures['stuck']} 项，无人担任的层级 {figures['unreachable']} 处"
    )
    compared(figures)
    if shown["hash"]:
        screen.say(f"  哈希 {shown['hash']}")


def compared(figures: dict[str, Any]) -> None:
    """The registry's own count beside ours, as of the instant that it names."""
    if not figures["against"]:
        screen.say("  人数未与登记处核对：还没有可比的一次清点")
        return
    against = json.loads(figures["against"])
    as_of = datetime.fromisoformat(against["as_of"]).astimezone()
    theirs, here = (_heads(against[who]) for who in ("registry", "here"))
    mark = screen.NO if figures["differing"] else screen.YES
    said = f"相差 {figures['differing']} 人：登记处{theirs}，这里{here}" if theirs != here else f"一致（{here}）"
    if theirs == here and figures["differing"]:
        said = f"人数一致（{here}），但不是同一些人"
    screen.say(f"{mark} 截至 {as_of:%Y-%m-%d %H:%M:%S} 与登记处核对人数：{said}")


def _heads(count: dict[str, Any]) -> str:
    return f"在世 {count['living']}、已去世 {count['dead']}、已停止服务 {count['ended']}"


def _sums(shown: dict[str, Any], field: str) -> Iterator[str]:
    """Of any one rule the verdicts are all people."""
    if not shown["counts"]:
        return
    rule, sums = shown["counts"][0]["rule"], Counter[str]()
    for count in shown["counts"]:
        if count["rule"] == rule:
            sums[count[field]] += count["people"]
    zh = shown["zh"].get(field, {})
    for of in _in_order(zh, sums):
        yield f"{zh.get(of, of) or '不详'} {sums[of]}"


def _in_order(zh: Mapping[str, str], codes: Iterable[str]) -> list[str]:
    """As the pack gives them, and last what it does not name."""
    order = {code: place for place, code in enumerate(zh)}
    return sorted(codes, key=lambda code: (order.get(code, len(order)), code))


def named(said: dict[str, Any], figures: dict[str, Any], names: Names) -> None:
    if said["people"]:
        shown_as = table("老干部", "编号", "规则", "为何指名", "县（市、区）")
        for line in said["people"][:SHOWN]:
            who, why = line["person_id"], Text(line["why_zh"], style="red")
            shown_as.add_row(names.of(who), who, line["rule_zh"], why, line["county"])
        screen.console.print(shown_as)
        if (more := figures["exceptions"] + figures["stuck"] - SHOWN) > 0:
            screen.say(f"… 另有 {more} 项，见 GET /coverage/exceptions")
    if said["rungs"]:
        shown_as = table("单位", "编号", "层级", "角色", "涉及人数", title="这一层级及以上无人担任")
        for line in said["rungs"][:SHOWN]:
            which = line["unit_id"]
            shown_as.add_row(names.of(which), which, line["rung_zh"], line["role_zh"], str(line["people"]))
        screen.console.print(shown_as)
        if (more := len(said["rungs"]) - SHOWN) > 0:
            screen.say(f"… 另有 {more} 处，见 GET /coverage/exceptions")
    names.say_if_refused()


def table(*headings: str, title: str | None = None) -> Table:
    """Figures stand to the right."""
    made = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for heading in headings:
        made.add_column(heading, justify="right" if heading in _FIGURES else "left", overflow="fold")
    return made


def day(at: str | None) -> str:
    return f"{datetime.fromisoformat(at).astimezone():%Y-%m-%d}" if at else "从未"


def rate(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else "—"
