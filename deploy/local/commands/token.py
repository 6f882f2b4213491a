"""`token`: a token of this instance for trying the HTTP doors by hand."""

from __future__ import annotations

from typing import Annotated

import typer

from deploy.local import here, keys
from deploy.local.trouble import Trouble


def add_to(app: typer.Typer) -> None:
    app.command(name="token", help='签发令牌，用法：curl -H "Authorization: Bearer $(./bifang token --role bureau)" …')(
        token
    )


def token(
    context: typer.Context,
    role: Annotated[str, typer.Option(help="bureau 局、unit 单位、liaison 联络员、community 社区、doctor 医生…")],
    person: Annotated[str, typer.Option(help="谁")] = "demo",
    unit: Annotated[str | None, typer.Option(help="单位")] = None,
    county: Annotated[str | None, typer.Option(help="区县")] = None,
    hours: Annotated[int, typer.Option(help="有效几小时")] = 8,
) -> None:
    from bus import tokens  # the bus is heavy, and only this command needs it

    places = here.of(context).places
    if not (places.keys / "registry.json").exists():
        raise Trouble("还没有密钥", str(places.keys), "先 ./bifang up")
    print(tokens.issue(keys.token_key(places), person=person, role=role, unit=unit, county=county, hours=hours))
