"""Structured logs: one JSON object a line, and never a personal value."""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog

from contracts.personal import Personal


def _mask(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A sealed value prints as ***, bytes by their length: nothing that was received is written to a log."""
    for name, value in event.items():
        if isinstance(value, Personal):
            event[name] = "***"
        elif isinstance(value, bytes):
            event[name] = f"<{len(value)} bytes>"
    return event


def _without_values(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Of an exception its type and place are written, not its text: the text of a database error holds values."""
    error = event.pop("exc_info", None)
    if error:
        error = sys.exc_info()[1] if error is True else error[1] if isinstance(error, tuple) else error
        event["exception"] = type(error).__name__
        frames = traceback.extract_tb(getattr(error, "__traceback__", None))[-5:]
        event["at"] = [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in frames]
    return event


def nobody_caught(_: object, context: dict[str, Any]) -> None:
    """For the loop: what was raised in a task that nobody asked. Its own handler would write the error's text."""
    log = structlog.get_logger()
    log.error("nobody caught", what=str(context.get("message"))[:100], exc_info=context.get("exception"))


class _Foreign(logging.Handler):
    """Lines of libraries: their name, level and unfilled message; what they would fill in may be a value."""

    def emit(self, record: logging.LogRecord) -> None:
        structlog.get_logger(record.name).log(
            record.levelno, str(record.msg)[:200], **({"exc_info": record.exc_info} if record.exc_info else {})
        )


def set_up(service: str, style: str) -> None:
    """Once, at the start of a program."""
    renderer = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        if style == "console"
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=False),
            _mask,
            _without_values,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
    structlog.contextvars.bind_contextvars(service=service)
    root = logging.getLogger()
    root.handlers = [_Foreign()]
    root.setLevel(logging.WARNING)
    for noisy in ("aiokafka", "faust", "mode", "kafka"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
