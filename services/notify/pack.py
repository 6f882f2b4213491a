"""The messages of a policy pack, read from their file: everything that is wrong is said at once, with its line."""

from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PositiveInt, ValidationError

from contracts.notify import LANES
from services.notify.domain import RECALLED, Courtesy
from services.notify.templates import ALLOWED, MOST_PARTS, Messages, Template, Variable, unsayable, variables_of

CODE = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
REPLY = r"^回复1\S+ 2\S+ 3\S+$"
"""The three answers that the gateway reads; a text that offers others would be answered in vain."""

Place = tuple[str | int, ...]


class WrongMessages(Exception):
    """Every mistake in the file, one a line: file, line, place, what is wrong."""


def read_messages(path: Path) -> Messages:
    """The pack's messages, or WrongMessages with all mistakes."""
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise WrongMessages(f"{path}: cannot be read: {error}") from None
    mistakes = [(_line(root, place), _named(place), what) for place, what in _mistakes(root)]
    if mistakes:
        raise WrongMessages("\n".join(f"{path}:{line}: {place}: {what}" for line, place, what in sorted(mistakes)))
    return _messages(_File.model_validate(_loaded(root)))


def _time(value: object) -> object:
    return time.fromisoformat(value) if isinstance(value, str) else value


def _zone(value: object) -> object:
    try:
        return ZoneInfo(value) if isinstance(value, str) else value
    except (KeyError, ValueError, OSError):
        raise ValueError("is no time zone, such as Asia/Shanghai") from None


Hour = Annotated[time, BeforeValidator(_time)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, arbitrary_types_allowed=True)


class _QuietHours(_Part):
    start: Hour = Field(alias="from")
    until: Hour


class _Variable(_Part):
    max: PositiveInt
    otherwise: str | None = None


class _Template(_Part):
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    reply: bool


class _File(_Part):
    """The shape of messages.yaml."""

    signature: str = Field(min_length=3, max_length=12)
    reply: str = Field(pattern=REPLY)
    timezone: Annotated[ZoneInfo, BeforeValidator(_zone)]
    quiet_hours: _QuietHours
    expires_after_hours: dict[str, PositiveInt]
    silence_minutes: PositiveInt
    variables: dict[str, _Variable]
    forbidden_words: tuple[Annotated[str, Field(min_length=1)], ...] = Field(strict=False)
    templates: dict[Annotated[str, Field(pattern=CODE)], _Template]


def _mistakes(root: yaml.Node | None) -> Iterator[tuple[Place, str]]:
    """The shape first; what the parts say of one another can only be asked of a file that has its shape."""
    yield from ((place, "is given twice") for place in _given_twice(root, ()))
    try:
        file = _File.model_validate(_loaded(root))
    except ValidationError as error:
        for wrong in error.errors(include_input=False, include_url=False):
            place = tuple(step for step in wrong["loc"] if step != "[key]")
            yield place, wrong["msg"].removeprefix("Value error, ")
        return
    for lane in sorted(LANES.keys() ^ file.expires_after_hours.keys()):
        yield ("expires_after_hours", lane), "must name each lane once: " + ", ".join(LANES)
    for name in sorted(file.variables.keys() - ALLOWED):
        yield ("variables", name), "is nothing that an SMS may say of anybody: " + ", ".join(sorted(ALLOWED))
    if RECALLED not in file.templates:
        yield ("templates",), f"{RECALLED} is missing: what was told in error could not be taken back"
    yield from _unsayable(file)
    messages = _messages(file)
    for template in messages.templates.values():
        yield from _wrong_template(messages, template)


def _unsayable(file: _File) -> Iterator[tuple[Place, str]]:
    said: dict[Place, str | None] = {("signature",): file.signature, ("reply",): file.reply}
    said |= {("variables", name, "otherwise"): variable.otherwise for name, variable in file.variables.items()}
    said |= {("templates", code, "zh"): template.zh for code, template in file.templates.items()}
    for place, text in said.items():
        yield from ((place, f"must not hold {word!r}") for word in unsayable(text or "", file.forbidden_words))


def _wrong_template(messages: Messages, template: Template) -> Iterator[tuple[Place, str]]:
    place: Place = ("templates", template.code)
    try:
        names, english = variables_of(template.zh), variables_of(template.en)
    except ValueError as error:
        yield place, f"braces: {error}"
        return
    for name in sorted((names | english) - messages.variables.keys()):
        yield (*place, "zh" if name in names else "en"), f"unknown variable {{{name}}}"
    if names != english:
        yield (*place, "en"), "zh and en do not name the same variables"
    if names <= messages.variables.keys() and (worst := messages.worst(template)).parts > MOST_PARTS:
        what = f"{len(worst.text)} characters at worst are {worst.parts} parts; at most {MOST_PARTS} are sent"
        yield (*place, "zh"), what


def _messages(file: _File) -> Messages:
    hours = file.expires_after_hours
    return Messages(
        signature=file.signature,
        reply=file.reply,
        courtesy=Courtesy(
            zone=file.timezone,
            quiet_from=file.quiet_hours.start,
            quiet_until=file.quiet_hours.until,
            expires_after={lane: timedelta(hours=hours[lane]) for lane in hours},
            silence=timedelta(minutes=file.silence_minutes),
        ),
        forbidden_words=file.forbidden_words,
        variables={name: Variable(name, v.max, v.otherwise) for name, v in file.variables.items()},
        templates={code: Template(code, t.zh, t.en, t.reply) for code, t in file.templates.items()},
    )


def _loaded(root: yaml.Node | None) -> object:
    constructor = yaml.constructor.SafeConstructor()
    return constructor.construct_document(root) if root is not None else None


def _given_twice(node: yaml.Node | None, place: Place) -> Iterator[Place]:
    """YAML takes the last of two equal keys without a word."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield (*place, key.value)
            seen.add(key.value)
            yield from _given_twice(value, (*place, key.value))


def _line(node: yaml.Node | None, place: Place) -> int:
    """The line of the deepest part of the place that the file has."""
    line = node.start_mark.line + 1 if node is not None else 1
    for step in place:
        pairs = node.value if isinstance(node, yaml.MappingNode) else ()
        found = [(key, value) for key, value in pairs if key.value == step]
        if not found:
            break
        key, node = found[-1]
        line = key.start_mark.line + 1
    return line


def _named(place: Place) -> str:
    return ".".join(map(str, place)) or "file"
