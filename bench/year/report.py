"""What the year was, in Chinese, for people; last, one JSON line for programs."""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from bench.spent import Spent
from bench.stage import report
from bench.year.verdict import Climb, Tally, Verdict, rules_named
from deploy.local.actors.city import City
from deploy.local.actors.messages import SHANGHAI
from deploy.local.year.script import DAYS
from services.visits.domain import Policy

A_YEAR_S: Final = 900.0
"""Within so long a year should be lived, on two cores."""


@dataclass
class Outcome:
    """What came of it. `nights` were asked, `bare` are those on which somebody was owed nothing that must be owed."""

    city: City
    policy: Policy
    first: date
    days: int
    seed: int
    pack: str
    verdict: Verdict = field(default_factory=Verdict)
    tallies: dict[tuple[str, str], Tally] = field(default_factory=dict)
    climbs: Sequence[Climb] = ()
    is_too_short: bool = False
    """Nothing that the pair was owed was old enough to be at the top of its ladder."""
    is_verified: bool = False
    """By `./bifang coverage verify`, at the end."""
    nights: int = 0
    certified: int = 0
    bare: list[str] = field(default_factory=list)
    happened: dict[str, int] = field(default_factory=dict)
    contacts: int = 0
    steps: int = 0
    seconds: float = 0.0
    spent: Mapping[str, float] = field(default_factory=dict)
    processor: Spent = field(default_factory=Spent)

    @property
    def is_well(self) -> bool:
        return self.verdict.is_well and not self.bare and self.nights > 0 and self.is_verified


def shown(outcome: Outcome) -> None:
    console = Console(width=120)
    console.print(_duties(outcome))
    console.print(_ladder(outcome))
    verdict = outcome.verdict
    uncovered = [rule for rule, known in verdict.covered.items() if not known]
    rows = [
        ("人数 people", f"{len(outcome.city.people)}", ""),
        *((f"发生 {name}", f"{n}", "") for name, n in outcome.happened.items()),
        ("走访、电话、问候 contacts", f"{outcome.contacts:,}", ""),
        ("应有的事项（另一套算法） must be owed", f"{verdict.promised:,}", ""),
        ("实有的事项 owed", f"{verdict.found:,}", f"{verdict.promised:,}"),
        ("漏掉 lost", f"{len(verdict.lost)}", "0"),
        ("重复或多出 doubled", f"{len(verdict.doubled)}", "0"),
        ("核对的夜（停机的夜除外） nights", f"{outcome.nights}", ""),
        ("审计员出具的证书 certificates", f"{outcome.certified}", f"{outcome.nights}"),
        ("不全的夜和缺的人 nights not whole", f"{len(outcome.bare)}", "0"),
        ("证书链 coverage verify", "完好" if outcome.is_verified else "没有通过", "完好"),
        ("无人走访的两位：到了最高一级 at the top", _top(outcome), "每位都有"),
        *((f"不对：{what}", "", "") for what in verdict.wrong),
        *((f"另一套算法未涵盖：{_title(outcome.policy, rule)}", "", "") for rule in uncovered),
        *([("未涵盖的事项 beyond the model", f"{verdict.beyond:,}", "")] if uncovered else []),
        ("步 steps", f"{outcome.steps:,}", ""),
        *(
            (f"其中 {what}，秒", f"{seconds:,.0f}", "")
            for what, seconds in sorted(outcome.spent.items(), key=lambda each: -each[1])
        ),
        (
            "处理器时间，秒：本系统、这一测量 processor",
            f"{outcome.processor.whole:,.0f}、{outcome.processor.own:,.0f}",
            "",
        ),
        ("用时，秒 seconds", f"{outcome.seconds:,.0f}", f"≤ {A_YEAR_S * outcome.days / DAYS:,.0f}"),
    ]
    load = f"开始时负载 {outcome.processor.load:.1f}，结束时 {os.getloadavg()[0]:.1f}"
    title = (
        f"{outcome.policy.city}的 {outcome.days} 天，{outcome.first:%Y年%m月%d日}起，种子 {outcome.seed}，"
        f"{outcome.seconds:.0f} 秒（{load}）"
    )
    report(title, rows, figures(outcome))


def _duties(outcome: Outcome) -> Table:
    table = Table(title="各规则、各方的必访事项")
    for column in ("规则", "哪一方", "产生", "办结", "其中逾期", "逾期", "督办", "撤回或并入", "仍欠"):
        table.add_column(column)
    for (rule, party), tally in outcome.tallies.items():
        table.add_row(_title(outcome.policy, rule), outcome.policy.zh("parties", party), *map(str, (
            tally.opened, tally.done, tally.late, tally.missed, tally.climbed, tally.ended, tally.still)))  # fmt: skip
    return table


def _ladder(outcome: Outcome) -> Table:
    table = Table(title="两位易地安置、无人走访的老同志")
    for column in ("姓名", "规则", "期限", "督办：告诉了谁", "仍欠"):
        table.add_column(column)
    for climb in outcome.climbs:
        told = " → ".join(
            f"{at.astimezone(SHANGHAI):%m月%d日} {_role(outcome.policy, role)}" for at, role in climb.told
        )
        table.add_row(
            outcome.city.person[climb.person_id].name, _title(outcome.policy, climb.rule),
            f"{climb.due_at.astimezone(SHANGHAI):%Y年%m月%d日}", told, "是" if climb.is_open else "",
        )  # fmt: skip
    return table


def _top(outcome: Outcome) -> str:
    if outcome.is_too_short:
        return "天数太短，还到不了"
    rules = rules_named(outcome.policy)
    return f"{sum(climb.is_at_top(rules[climb.rule]) for climb in outcome.climbs)} 项"


def together(lived: Sequence[Outcome]) -> None:
    """Of several packs: the sums, and under `packs` each by itself."""
    each = {outcome.pack: figures(outcome) for outcome in lived}
    names = (
        "lost",
        "doubled",
        "seconds",
        "wrong",
        "duties",
        "contacts",
        "nights",
        "nights_not_whole",
        "certificates",
        "steps",
        "processor_seconds",
    )
    sums = {name: sum(found[name] for found in each.values()) for name in names}
    sys.stdout.write(json.dumps({**sums, "days": lived[0].days, "seed": lived[0].seed, "packs": each}) + "\n")


def _title(policy: Policy, rule: str) -> str:
    found = rules_named(policy).get(rule)
    return found.title if found else rule


def _role(policy: Policy, role: str) -> str:
    return policy.zh("roles", role)


def figures(outcome: Outcome) -> dict[str, Any]:
    verdict = outcome.verdict
    return {
        "lost": len(verdict.lost), "doubled": len(verdict.doubled), "seconds": round(outcome.seconds),
        "wrong": len(verdict.wrong), "days": outcome.days, "people": len(outcome.city.people), "seed": outcome.seed,
        "duties": verdict.found + verdict.beyond, "contacts": outcome.contacts, "nights": outcome.nights,
        "nights_not_whole": len(outcome.bare), "certificates": outcome.certified, "verified": outcome.is_verified,
        "steps": outcome.steps, "pack": outcome.pack, "processor_seconds": round(outcome.processor.whole),
        "load": round(outcome.processor.load, 1),
    }  # fmt: skip
