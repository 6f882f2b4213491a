"""`explain`: why a duty is, and what became of it: fact → policy and rule → duty → ladder → contacts."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.text import Text

from deploy.local import screen
from deploy.local.trouble import Trouble
from deploy.local.within import platform_of


def add_to(app: typer.Typer) -> None:
    app.command(name="explain", help="一项必访从何而来、办到哪一步：explain 编号（编号见 duties 或一人一档）")(explain)


def explain(context: typer.Context, duty: Annotated[str, typer.Argument(help="事项编号（UUID）")]) -> None:
    try:
        duty_id = UUID(duty)
    except ValueError:
        raise typer.BadParameter(f"{duty} 不是编号；编号见 http://127.0.0.1:8103/docs 的 /duties") from None
    platform = platform_of(context)
    chain = asyncio.run(_asked(platform, duty_id))
    screen.console.print(Text(chain["sentence"], style="bold"), soft_wrap=True)
    rule, owed = chain["rule"], chain["duty"]
    _line("起因", f"{chain['fact']['kind']} {chain['fact']['id'] or ''} {chain['fact']['at']}")
    _line("规则", f"{rule['rule']}（{rule['title']}），政策 {rule['policy']}，依据 {rule['basis']}：{rule['reason']}")
    _line(
        "事项", f"{owed['party']}/{owed['role']} {owed['kind']}，期限 {owed['due_at']}，{owed['closed_as'] or '未办'}"
    )
    _line("督办", "、".join(chain["escalations"]) or "无")
    for contact in chain["contacts"]:
        lacks = f"，不足之处 {contact['lacks']}" if contact["lacks"] else ""
        _line("联系", f"{contact['made_at']} {contact['strength']} {contact['outcome']}{lacks}")


async def _asked(platform: Any, duty_id: UUID) -> dict[str, Any]:
    import httpx

    from deploy.local.actors.city import build
    from deploy.local.actors.staff import NotTaken, Staff

    async with Staff.of(platform, build(0), patience=5) as staff:
        try:
            return await staff.explanation(duty_id)
        except NotTaken as no:
            place = f"visits /duties/{duty_id}/explanation"
            raise Trouble(str(no.problem.get("detail")), place, "核对编号：./bifang topics tail visits.duties") from no
        except httpx.TransportError as away:
            log = platform.places.log("visits")
            raise Trouble(f"visits 没有回答（{type(away).__name__}）", str(log), "./bifang status", log) from away


def _line(name: str, text: str) -> None:
    screen.console.print(Text(f"  {name}  {text}"), soft_wrap=True)
