"""`roster` before any system runs: the template, wrong uses, and which rows would be taken in."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from python_calamine import load_workbook
from typer import BadParameter
from typer.testing import CliRunner, Result

from deploy.local.cli import app
from deploy.local.commands.roster import _of_a_dry_run, _wanted
from deploy.local.trouble import Trouble

Ask = Callable[..., Result]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """The command line over an instance that was never started."""
    return lambda *arguments: CliRunner().invoke(app, ["--data", str(tmp_path / "data"), *map(str, arguments)])


def report(sound: str, *faulty: int) -> dict[str, Any]:
    return {"sound": sound, "faults": [{"row": row} for row in faulty]}


def test_the_template_is_written_once_and_overwrites_nothing(ask: Ask, tmp_path: Path) -> None:
    to = tmp_path / "花名册.xlsx"

    first, second = ask("roster", "template", to), ask("roster", "template", to)

    assert (first.exit_code, load_workbook(to).sheet_names) == (0, ["花名册", "填写说明"])
    assert isinstance(second.exception, Trouble)


def test_where_nothing_runs_it_is_said_with_3(ask: Ask, tmp_path: Path) -> None:
    file = tmp_path / "花名册.csv"
    file.write_text("姓名,身份证号\n", encoding="utf-8")

    for command in ("check", "import"):
        told = ask("roster", command, file)
        assert (told.exit_code, "./bifang up" in told.output) == (3, True)


def test_a_file_that_is_nowhere_is_a_wrong_use(ask: Ask, tmp_path: Path) -> None:
    assert ask("roster", "check", tmp_path / "nowhere.xlsx").exit_code == 2


def test_the_help_teaches_each_step_and_the_exit_codes(ask: Ask) -> None:
    told = ask("roster", "--help")

    for word in ("roster template", "roster check", "--write", "--rows 2-200,205", "退出码"):
        assert word in told.output


def test_all_rows_are_taken_in_where_none_has_a_fault() -> None:
    assert _wanted("all", report("2-4,9")) == [2, 3, 4, 9]
    assert _wanted("3-9", report("2-4,9")) == [3, 4, 9]
    assert _wanted("2-4", report("2-4,9", 5)) == [2, 3, 4]


def test_a_dry_run_promises_to_enrol_nobody_where_all_are_on_file() -> None:
    assert "加 --write 才登记" in _of_a_dry_run({"to_enrol": 2}, [2, 3, 4])
    assert "没有要登记的人" in _of_a_dry_run({"to_enrol": 0}, [2, 3, 4])


def test_a_row_with_a_fault_stops_those_that_were_chosen_with_it_and_the_cure_is_said() -> None:
    with pytest.raises(Trouble, match="第 5 行有误") as stopped:
        _wanted("all", report("2-4,9", 5))

    assert "--rows 2-4,9" in stopped.value.cure
    with pytest.raises(Trouble) as all_faulty:
        _wanted("all", report("", 5))
    assert all_faulty.value.cure == "改正后再导入"
    with pytest.raises(Trouble, match="第 7 行"):
        _wanted("2,7", report("2-4"))
    with pytest.raises(BadParameter):
        _wanted("two", report("2-4"))
