"""`policy activate` and `policy withdraw`: the second person reads what differs, then puts it in force; or it is taken back."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from deploy.local import screen
from deploy.local.commands.policy.asking import OFFICER, SHORT, By, Door, Role, Why, Yes, door, instant, shown
from deploy.local.commands.policy.difference import say_difference

Proposal = Annotated[str, typer.Argument(help=f"编号，见 policy list；前 {SHORT} 位即可")]
Later = Annotated[
    str, typer.Option("--from", help="推后到何时生效：2027-01-01 或 2027-01-01T08:00；不写则按提出的时间")
]


def activate(
    context: typer.Context, proposal: Proposal, by: By = "", role: Role = OFFICER, from_: Later = "", yes: Yes = False
) -> None:
    later = instant(from_)
    asks = door(context, by, role)
    line = found(asks, proposal)
    if not yes:
        say_difference(asks, line["version"])
        when = shown(later or line["wanted_from"]) or "批准后即"
        screen.say(f"{_named(line)}，{when}生效\n[dim]只看，没有批准；加 --yes 才批准[/dim]")
        return
    said = asks.post(f"/policies/{line['proposal_id']}/approval", in_force_from=later)
    screen.say(
        f"{screen.YES} 已批准版本 {said['version']}，{shown(said['in_force_from'])} 起生效\n"
        "  未办事项仍按原来的版本；要改按这一版：./bifang policy rebase"
    )


def withdraw(context: typer.Context, proposal: Proposal, reason: Why, by: By = "", role: Role = OFFICER) -> None:
    asks = door(context, by, role)
    line = found(asks, proposal)
    asks.post(f"/policies/{line['proposal_id']}/withdrawal", reason=reason)
    screen.say(f"{screen.YES} 已撤回版本 {line['version']}，不会生效")


def found(asks: Door, proposal: str) -> dict[str, Any]:
    """The one proposal whose id begins so."""
    lines = [line for line in asks.get("/policies") if line["proposal_id"].startswith(proposal.lower())]
    if len(lines) != 1:
        what = "没有这一编号的提案" if not lines else "不止一份提案是这样开头的，请多写几位"
        raise typer.BadParameter(f"{proposal}：{what}；见 ./bifang policy list", param_hint="proposal")
    line: dict[str, Any] = lines[0]
    return line


def _named(line: dict[str, Any]) -> str:
    note = f"（{line['note']}）" if line["note"] else ""
    return f"{line['proposed_by']} 于 {shown(line['proposed_at'])} 提出的 {line['title']}，版本 {line['version']}{note}"
