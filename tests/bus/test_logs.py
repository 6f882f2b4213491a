"""What a service writes to its log, also when nobody caught an error: never a value."""

import asyncio
import gc
import json
import logging

import pytest
import structlog

from bus import logs


async def a_task_that_nobody_asks() -> None:
    raise ValueError("19900001234 is no number")


def test_an_error_that_nobody_caught_is_told_without_its_text(capsys: pytest.CaptureFixture[str]) -> None:
    async def run() -> None:
        asyncio.get_running_loop().set_exception_handler(logs.nobody_caught)
        task = asyncio.create_task(a_task_that_nobody_asks())
        await asyncio.wait([task])
        del task
        gc.collect()

    before, root = structlog.get_config(), logging.getLogger()
    handlers, level = root.handlers, root.level
    try:
        logs.set_up("test", "json")
        asyncio.run(run())
    finally:
        structlog.configure(**before)
        structlog.contextvars.clear_contextvars()
        root.handlers, root.level = handlers, level

    (line,) = map(json.loads, capsys.readouterr().err.splitlines())
    assert (line["exception"], line["at"][0].split()[-1]) == ("ValueError", "a_task_that_nobody_asks")
    assert "1990000" not in json.dumps(line)
