"""`policy list`: every version that was proposed, what became of it, which is in force; and who ordered a re-base."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from deploy.local import screen
from deploy.local.commands.policy.asking import SHORT, door, shown


def list_(
    context: typer.Context, raw: Annotated[bool, typer.Option("--json", help="一个 JSON 对象，给程序用")] = False
) -> None:
    asks = door(context, "operations", "operations")
    now, lines, rebases = (asks.get(path) for path in ("/policies/in-force", "/policies", "/policies/rebases"))
    if raw:
        print(json.dumps({"in_force": now, "proposals": lines, "rebases": rebases}, ensure_ascii=False))
        return
    table = _table("编号", "版本", "名称", "状态", "生效", "提出", "批准", "说明")
    for line in lines:
        note = "；".join(filter(None, (line["note"], line["reason"])))
        table.add_row(
            *(line["proposal_id"][:SHORT], line["version"], line["title"], state(line, now)),
            *(
                shown(line["in_force_from"] or line["wanted_from"]),
                line["proposed_by"],
                line["approved_by"] or "",
                note,
            ),
        )
    in_force = "现行" if now["proposal_id"] is None else "曾经现行"
    table.add_row("—", now["installed"], "开始时的政策", in_force, "", "", "", "")
    screen.console.print(table)
    if now["on_disk"] not in {now["installed"], *(line["version"] for line in lines)}:
        screen.say(f"磁盘上的政策是 {now['on_disk']}，还没有提出，不生效：./bifang policy propose")
    if rebases:
        _say_rebases(rebases)


def state(line: dict[str, Any], now: dict[str, Any]) -> str:
    """Told by the book alone, so that it is true by the clock of the city: what is approved and later than it is to come."""
    if line["withdrawn_at"] is not None:
        return "已撤回"
    if line["approved_by"] is None:
        return "等另一人批准"
    if line["proposal_id"] == now["proposal_id"]:
        return "现行"
    begun = now["in_force_from"] is not None and _at(line) < _at(now)
    return "曾经现行" if begun else "已批准，未到生效时间"


def _at(line: dict[str, Any]) -> tuple[datetime, str]:
    return datetime.fromisoformat(line["in_force_from"]), line["proposal_id"]


def _say_rebases(rebases: list[dict[str, Any]]) -> None:
    table = _table("改按", "县（市、区）", "规则", "谁", "何时", "理由")
    for line in rebases:
        of = (line["version"], line["county"] or "全市", line["rule"] or "全部")
        table.add_row(*of, line["ordered_by"], shown(line["ordered_at"]), line["reason"])
    screen.console.print(table)


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in headings:
        table.add_column(Text(heading), overflow="fold")
    return table
