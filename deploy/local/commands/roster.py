"""`roster`: a bureau's spreadsheet is looked through, and taken in when it is told to be; a dry run until then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.progress import track
from rich.table import Table
from rich.text import Text

from deploy.local import keys, screen
from deploy.local.platform import Platform
from deploy.local.services import POLICY
from deploy.local.trouble import Trouble
from deploy.local.within import platform_of

if TYPE_CHECKING:
    import httpx

HELP: Final = """花名册：template 写出空白表，check 核对，import 导入（docs/how-to/import-a-roster.md）

\b
  ./bifang roster template 花名册.xlsx        空白表，另有一页填写说明
  ./bifang roster check 花名册.xlsx           一次列出各行的全部错误，不登记任何人
  ./bifang roster import 花名册.xlsx          同上，并说明将登记谁；加 --write 才登记
  ./bifang roster import 花名册.xlsx --rows 2-200,205 --write

\b
退出码  0 没有错误（已登记）  1 有错误，或有人未能登记  2 用法不对  3 没有在运行
"""
ROWS_A_REQUEST: Final = 1_000
MOST_ROWS_SHOWN: Final = 30_000
FAILED: Final = frozenset({"refused", "left"})

File = Annotated[Path, typer.Argument(help="xlsx、xls 或 csv", exists=True, dir_okay=False)]
SheetName = Annotated[str | None, typer.Option("--sheet", help="工作表的名称；只有一张是名册时不必写")]
Person = Annotated[str, typer.Option(help="谁在导入，记入档案")]
Confirm = Annotated[
    str | None, typer.Option("--confirm-rows", help="末三位为 000 的身份证号，已照原件核对的行号，如 5,7；不能写 all")
]
County = Annotated[str | None, typer.Option(help="只导入这个县（市、区）的；不写则全市")]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help=HELP)
    group.command(name="template", help="写出空白花名册（xlsx），栏目、可选用语和填写说明按本市政策")(template_)
    group.command(name="check", help="核对：各行的全部错误，写明行、列、栏目（退出码 0 没有错误、1 有）")(check)
    group.command(name="import", help="导入所选的行；不加 --write 只核对。重复导入、中断后再导入，都不会重复登记")(
        import_
    )
    app.add_typer(group, name="roster")


def template_(
    to: Annotated[Path, typer.Argument(help="写到哪里")] = Path("花名册.xlsx"),
    policy: Annotated[Path, typer.Option(help="政策目录")] = Path(POLICY),
) -> None:
    from bus.pack import read_words
    from services.registry.roster.template import template

    if to.exists():
        raise Trouble("已有这个文件", str(to), "换一个文件名，或先把它移走")
    to.write_bytes(template(read_words(policy)))
    screen.say(f"{screen.YES} {to}")


def check(
    context: typer.Context,
    file: File,
    sheet: SheetName = None,
    confirm: Confirm = None,
    person: Person = "demo",
    county: County = None,
) -> None:
    with _registry(platform_of(context), person, county) as registry:
        report = _asked(registry, "/roster/check", file, sheet=sheet, confirm=confirm)
    _tell(report)
    if report["faults"]:
        raise typer.Exit(1)


def import_(
    context: typer.Context,
    file: File,
    rows: Annotated[str, typer.Option(help="all，或行号，如 2-200,205")] = "all",
    write: Annotated[bool, typer.Option("--write", help="真的登记；不加只核对")] = False,
    sheet: SheetName = None,
    confirm: Confirm = None,
    person: Person = "demo",
    county: County = None,
) -> None:
    with _registry(platform_of(context), person, county) as registry:
        report = _asked(registry, "/roster/check", file, sheet=sheet, confirm=confirm)
        _tell(report)
        wanted = _wanted(rows, report)
        if not write:
            screen.say(f"[dim]{_of_a_dry_run(report, wanted)}[/dim]")
            return
        done = _taken_in(registry, file, wanted, sheet=sheet, confirm=confirm)
    _tell_done(done)
    if any(row["outcome"] in FAILED for row in done):
        raise typer.Exit(1)


def _of_a_dry_run(report: Mapping[str, Any], wanted: Sequence[int]) -> str:
    if not report["to_enrol"]:
        return "这只是核对；都已在册，没有要登记的人"
    return f"这只是核对，选了 {len(wanted)} 行；加 --write 才登记"


def _wanted(rows: str, report: Mapping[str, Any]) -> list[int]:
    """Rows without a fault; where one of those that are chosen has some, nothing is taken in."""
    from services.registry.roster.choosing import ALL, chosen

    faulty = {fault["row"] for fault in report["faults"]}
    sound, _ = chosen(report["sound"] or "0", range(1, MOST_ROWS_SHOWN)) or ([], [])
    found = chosen(rows, {*sound, *faulty})
    if found is None:
        raise typer.BadParameter("应为 all，或行号，如 2-200,205", param_hint="--rows")
    wanted, absent = found
    if wrong := sorted({*absent, *faulty.intersection(wanted)}):
        numbers = "、".join(map(str, wrong[:10]))
        cure = "改正，或改选别的行" if rows != ALL else "改正后再导入"
        if rows == ALL and sound:
            cure += f"，或只选无误的行：--rows {report['sound']}"
        raise Trouble(f"第 {numbers} 行有误或没有人员，没有登记任何人", "见上", cure)
    return wanted


def _taken_in(registry: httpx.Client, file: Path, rows: Sequence[int], **said: str | None) -> list[dict[str, Any]]:
    """Part by part, so that long work shows how far it is; broken off, it is begun again."""
    from services.registry.roster.choosing import ranges

    parts = [rows[at : at + ROWS_A_REQUEST] for at in range(0, len(rows), ROWS_A_REQUEST)]
    done: list[dict[str, Any]] = []
    for part in track(parts, "登记", console=screen.console, disable=not screen.console.is_terminal):
        done += _asked(registry, "/roster", file, rows=ranges(part), **said)["rows"]
        if not screen.console.is_terminal and len(parts) > 1:
            screen.say(f"  … {len(done)} / {len(rows)} 行")
    return done


def _registry(platform: Platform, person: str, county: str | None) -> httpx.Client:
    import httpx

    from bus import tokens

    token = tokens.issue(keys.token_key(platform.places), person=person, role="bureau-officer", county=county)
    url = f"http://127.0.0.1:{platform.ports['registry']}"
    return httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}, timeout=300, trust_env=False)


def _asked(registry: httpx.Client, path: str, file: Path, **params: str | None) -> dict[str, Any]:
    import httpx

    given = {name: value for name, value in params.items() if value is not None}
    try:
        answer = registry.post(path, content=file.read_bytes(), params=given)
    except httpx.TransportError as away:
        cure = "./bifang status；再导入一次即可，已登记的不会重复"
        raise Trouble(f"registry 没有回答（{type(away).__name__}）", str(registry.base_url), cure) from away
    said: dict[str, Any] = answer.json()
    if answer.status_code == 200:
        return said
    _faults(said.get("errors", ()), "错误")
    raise Trouble(said["detail"], f"{file}（{said['title']}）", "按原因改正后再试")


def _tell(report: Mapping[str, Any]) -> None:
    for name, title in (("notes", "提示"), ("differences", "已在册而不同"), ("faults", "错误")):
        _faults(report[name], title)
    screen.say(
        f"{report['sheet']}：{report['rows']} 行，将登记 {report['to_enrol']}，已在册相同 {report['unchanged']}，"
        f"已在册不同 {report['differing']}，有误 {report['faulty']}"
    )


def _faults(said: Iterable[Mapping[str, Any]], title: str) -> None:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for heading in ("行", "列", "栏目", "所填", "说明"):
        table.add_column(heading, justify="right" if heading == "行" else "left", overflow="fold")
    for one in said:
        table.add_row(*(Text(str(one.get(name) or "")) for name in ("row", "column", "heading", "value", "says")))
    if table.row_count:
        screen.console.print(table)


def _tell_done(done: Sequence[Mapping[str, Any]]) -> None:
    from services.registry.roster.words import OUTCOMES

    for row in done:
        if row["says"]:
            screen.console.print(
                Text(f"  第 {row['row']} 行  {OUTCOMES[row['outcome']]}：{row['says']}"), soft_wrap=True
            )
    counted = {name: sum(row["outcome"] == name for row in done) for name in OUTCOMES}
    screen.say("，".join(f"{OUTCOMES[name]} {n}" for name, n in counted.items() if n) or "没有可登记的人")
