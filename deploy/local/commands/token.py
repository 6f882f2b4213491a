"""`token`: a token of this instance for trying the HTTP doors by hand."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from deploy.local import here, keys
from deploy.local.roles import tokened
from deploy.local.services import POLICY
from deploy.local.trouble import Trouble


def add_to(app: typer.Typer) -> None:
    use = 'curl -H "Authorization: Bearer $(./bifang token --role bureau-officer)" …'
    app.command(name="token", help=f"签发令牌，用法：{use}")(token)


def token(
    context: typer.Context,
    role: Annotated[str, typer.Option(help="以哪个角色：本市政策里的角色，或 operations、hospital")],
    person: Annotated[
        str, typer.Option(help="谁；逐人确定的角色（挂组联系人、家庭医生等）写卡片上的人员编号（UUID）")
    ] = "demo",
    unit: Annotated[UUID | None, typer.Option(help="单位编号（UUID）；联络员、单位负责人、社区工作者须写")] = None,
    county: Annotated[str | None, typer.Option(help="区县")] = None,
    hours: Annotated[int, typer.Option(help="有效几小时")] = 8,
) -> None:
    from bus import tokens  # the bus is heavy, and only this command needs it
    from bus.pack import read_words

    known = tokened(read_words(Path(os.environ.get("BIFANG_POLICY", POLICY))))
    if role not in known:
        raise typer.BadParameter(f"没有这个角色，可用：{'、'.join(known)}", param_hint="--role")
    places = here.of(context).places
    if not (places.keys / "registry.json").exists():
        raise Trouble("还没有密钥", str(places.keys), "先 ./bifang up")
    of = str(unit) if unit else None
    print(tokens.issue(keys.token_key(places), person=person, role=role, unit=of, county=county, hours=hours))
