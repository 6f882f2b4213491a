"""How the story is told: an hour is the city's, and a step that was not seen ends it with its name, its wait and its log."""

from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from deploy.local.actors.messages import SHANGHAI
from deploy.local.actors.witness import NotSeen, Witness
from deploy.local.places import Places
from deploy.local.story.hours import MONDAY, following
from deploy.local.story.stage import Stage
from deploy.local.trouble import Trouble

SUNDAY_NIGHT = datetime(2026, 11, 29, 15, 50, tzinfo=UTC)
"""Ten minutes before midnight in Shanghai."""


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(Console(file=StringIO(), width=200), Witness("", ""), Places(tmp_path))


def told(stage: Stage) -> str:
    file = stage._console.file
    assert isinstance(file, StringIO)
    return file.getvalue()


@pytest.mark.parametrize(
    ("hour", "minute", "weekday", "at"),
    [
        (0, 5, MONDAY, datetime(2026, 11, 30, 0, 5, tzinfo=SHANGHAI)),
        (9, 0, None, datetime(2026, 11, 30, 9, 0, tzinfo=SHANGHAI)),
        (23, 55, None, datetime(2026, 11, 29, 23, 55, tzinfo=SHANGHAI)),
        (23, 50, None, datetime(2026, 11, 30, 23, 50, tzinfo=SHANGHAI)),
        (23, 50, MONDAY, datetime(2026, 11, 30, 23, 50, tzinfo=SHANGHAI)),
    ],
)
def test_the_following_hour_is_of_the_city_and_never_now(
    hour: int, minute: int, weekday: int | None, at: datetime
) -> None:
    assert following(SUNDAY_NIGHT, hour=hour, minute=minute, weekday=weekday) == at


async def test_a_step_that_was_proved_is_shown_with_its_delay(stage: Stage) -> None:
    async with stage.doing("短信送达手机", "gateway") as step:
        step.seconds = 0.417

    assert told(stage) == "  ✓ 短信送达手机  417 毫秒\n"
    assert [(step.name, step.seconds) for step in stage.steps] == [("短信送达手机", 0.417)]


async def test_a_step_that_was_not_seen_names_itself_what_was_awaited_how_long_and_which_log(
    stage: Stage, tmp_path: Path
) -> None:
    async with stage.doing("住院", "medical"):
        pass

    with pytest.raises(Trouble) as trouble:
        async with stage.doing("短信送达手机", "gateway"):
            raise NotSeen("gateway.sms-delivered.v1 sms_id=5", 30)

    said = trouble.value
    assert said.cause == "第 2 步“短信送达手机”没有看到（等了 30 秒）：gateway.sms-delivered.v1 sms_id=5"
    assert (said.place, said.log) == (str(tmp_path / "log" / "gateway.log"), tmp_path / "log" / "gateway.log")
    assert "短信送达手机" not in told(stage)
    assert len(stage.steps) == 1


async def test_a_defect_of_the_story_itself_is_no_step_that_failed(stage: Stage) -> None:
    with pytest.raises(ZeroDivisionError):
        async with stage.doing("住院", "medical"):
            raise ZeroDivisionError
