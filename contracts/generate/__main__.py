"""python -m contracts.generate [--check]: writes, or checks, all that is derived from the events."""

import argparse
import json
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from contracts.all import EVENTS, OWNERS, TOPICS
from contracts.compatibility import Breaking, Schema
from contracts.generate.asyncapi import asyncapi
from contracts.generate.page import page
from contracts.generate.published import Published, Unreadable, json_text, read
from contracts.generate.schemas import schema_of

ROOT: Final = Path(__file__).parents[2]
COMMAND: Final = "python -m contracts.generate"


class Refused(Exception):
    """Nothing is written; the message says what is wrong and what mends it."""


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when anything is out of date")
    check = parser.parse_args(arguments).check
    try:
        changed = generate(write=not check)
    except (Refused, Unreadable) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for path in changed:
        sys.stdout.write(f"{path}: {'out of date' if check else 'written'}\n")
    if check and changed:
        sys.stderr.write(f"To bring them up to date: {COMMAND}\n")
    return int(check and bool(changed))


def generate(*, write: bool) -> list[Path]:
    """The files that differ from what the events say; written when asked. `Refused` = none is written."""
    schemas = {type_: schema_of(event) for type_, event in EVENTS.items()}
    published = Published(ROOT / "contracts" / "schemas")
    if breaking := published.breaking(schemas):
        raise Refused(_cure(breaking))
    texts = {published.path(type_): json_text(schema) for type_, schema in schemas.items()} | _documents(schemas)
    changed = [path for path, text in texts.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if write:
        published.keep_earlier(schemas)
        for path in changed:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(texts[path], encoding="utf-8")
    return [path.relative_to(ROOT) for path in changed]


def _documents(schemas: Mapping[str, Schema]) -> dict[Path, str]:
    events = sorted(EVENTS.values(), key=lambda event: _place(event.type))
    topics = sorted(TOPICS.values(), key=lambda topic: _place(topic.name))
    examples = _examples()
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    return {
        ROOT / "docs" / "events.md": page(events, topics, schemas, examples),
        ROOT / "docs" / "asyncapi.yaml": asyncapi(events, topics, schemas, examples, version),
    }


def _place(name: str) -> int:
    """Owner by owner; what one owner says stays in the order in which it is declared."""
    return OWNERS.index(name.partition(".")[0])


def _examples() -> dict[str, Any]:
    """The examples, written by hand: one for each event."""
    folder = ROOT / "contracts" / "examples"
    found = {path.name.removesuffix(".json"): read(path) for path in folder.glob("*.json")}
    wrong = [f"contracts/examples/{type_}.json is missing: write it by hand" for type_ in EVENTS if type_ not in found]
    for type_, example in sorted(found.items()):
        wrong += [f"contracts/examples/{type_}.json {fault}" for fault in _faults(type_, example)]
    if wrong:
        raise Refused("\n".join(wrong))
    return found


def _faults(type_: str, example: Any) -> list[str]:
    if type_ not in EVENTS:
        return ["is of no event that is declared"]
    try:
        EVENTS[type_].model_validate_json(json.dumps(example["body"]))
    except ValidationError as error:
        return [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors(include_input=False)]
    return []


def _cure(breaking: Sequence[Breaking]) -> str:
    events = dict.fromkeys(each.event for each in breaking)
    return "\n".join(
        (
            "Nothing is written: readers or writers of what was published would break.",
            *(f"  {each}" for each in breaking),
            f"Leave what was published as it is, and declare beside it: {', '.join(map(_next, events))}.",
            "What was never published may change: put its file in contracts/schemas back to what was published",
            "(git knows; none = delete it), and run this again.",
        )
    )


def _next(event: str) -> str:
    stem, _, version = event.rpartition(".v")
    return f"{stem}.v{int(version) + 1}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
