"""`explain`: why a duty is, and what became of it: fact → policy and rule → duty → ladder → SMS → contacts."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.text import Text

from contracts.zone import CITY
from deploy.local import screen
from deploy.local.trouble import Trouble
from deploy.local.within import platform_of

ENDS = {None: "未办", "done": "已办", "waived": "免办", "superseded": "已被取代"}
BECAME = {
    "requested": "待发", "held-back": "未发出", "expired": "过期未发", "unknown": "不知是否送达", "accepted": "运营商已收",
    "failed": "发送失败", "delivered": "已送达",
}  # fmt: skip


def add_to(app: typer.Typer) -> None:
    app.command(name="explain", help="一项必访从何而来、办到哪一步：explain 编号（编号见 duties 或一人一档）")(explain)


def explain(context: typer.Context, duty: Annotated[str, typer.Argument(help="事项编号（UUID）")]) -> None:
    try:
        duty_id = UUID(duty)
    except ValueError:
        raise typer.BadParameter(f"{duty} 不是编号；编号见 http://127.0.0.1:8103/docs 的 /duties") from None
    platform = platform_of(context)
    chain, messages = asyncio.run(_asked(platform, duty_id))
    screen.console.print(Text(chain["sentence"], style="bold"), soft_wrap=True)
    rule, owed = chain["rule"], chain["duty"]
    _line("起因", f"{chain['fact']['kind']} {chain['fact']['id'] or ''} {_moment(chain['fact']['at'])}")
    _line("规则", f"{rule['rule']}（{rule['title']}），政策 {rule['policy']}，依据 {rule['basis']}：{rule['reason']}")
    _line("事项", f"{' '.join(chain['owed'])}，期限 {_moment(owed['due_at'])}，{ENDS[owed['closed_as']]}")
    _line("督办", "、".join(rung["zh"] for rung in chain["escalations"]) or "无")
    for sms in messages:
        _line("短信", f"{_moment(sms['requested_at'])} {_told(sms)}")
    for contact in chain["contacts"]:
        _line("联系", f"{_moment(contact['made_at'])} {contact['zh']}")


async def _asked(platform: Any, duty_id: UUID) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    import httpx

    from deploy.local.actors.making import build
    from deploy.local.actors.staff import Staff
    from deploy.local.actors.wire import NotTaken

    async with Staff.of(platform, build(0), patience=5) as staff:
        try:
            return await staff.explanation(duty_id), await staff.messages(duty_id)
        except NotTaken as no:
            place = f"visits /duties/{duty_id}/explanation"
            raise Trouble(str(no.problem.get("detail")), place, "核对编号：./bifang topics tail visits.duties") from no
        except httpx.TransportError as away:
            log = platform.places.log("visits")
            raise Trouble(
                f"visits 或 notify 没有回答（{type(away).__name__}）", str(log), "./bifang status", log
            ) from away


def _told(sms: Mapping[str, Any]) -> str:
    stage = "告知" if sms["stage"] == "opened" else "撤回" if sms["stage"] == "recall" else "督办"
    became = "已撤回" if sms["withdrawn_at"] else BECAME.get(sms["status"], sms["status"])
    known = f"，{_moment(sms['acknowledged_at'])}答复已知晓" if sms["acknowledged_at"] else ""
    return f"{stage} {sms['role']} {sms['holder_id']}：{became}{known}"


def _moment(text: str) -> str:
    return f"{datetime.fromisoformat(text).astimezone(CITY):%Y-%m-%d %H:%M}"


def _line(name: str, text: str) -> None:
    screen.console.print(Text(f"  {name}  {text}"), soft_wrap=True)
