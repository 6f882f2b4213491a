"""A YAML file with the line of everything in it, read so that nothing is lost or guessed in silence.

Only text, whole numbers, true, false and null are recognised: in plain YAML 1.1 18:00 would be a number and `no` a boolean.
"""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from services.visits.policy.mistakes import Mistake

Place = tuple[str | int, ...]
Plain = str | int | bool | dict[str, "Plain"] | list["Plain"] | None

_TAG = "tag:yaml.org,2002:"


class _Loader(yaml.SafeLoader):
    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - as the base class has it


_Loader.add_implicit_resolver(f"{_TAG}bool", re.compile(r"^(?:true|false)$"), ["t", "f"])
_Loader.add_implicit_resolver(f"{_TAG}int", re.compile(r"^(?:0|-?[1-9][0-9]{0,8})$"), list("-0123456789"))
_Loader.add_implicit_resolver(f"{_TAG}null", re.compile(r"^(?:~|null|)$"), ["~", "n", ""])


@dataclass(slots=True)
class Document:
    """What the file says, where it says it, and what could not even be read."""

    path: Path
    data: Plain = None
    lines: dict[Place, int] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)

    def line(self, place: Place) -> int:
        """The line of the deepest part of the place that the file has."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def section(self, *place: str) -> dict[str, Plain]:
        """The mapping at this place; empty where there is none."""
        found: Plain = self.data
        for step in place:
            found = found.get(step) if isinstance(found, dict) else None
        return found if isinstance(found, dict) else {}

    @property
    def json(self) -> str:
        """The same for the same meaning: comments and order of keys do not count."""
        return json.dumps(self.data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def add(self, place: Place, rule: str | None, zh: str, en: str) -> None:
        self.mistakes.append(Mistake(self.path, self.line(place), rule, zh, en))


def read(path: Path) -> Document:
    """Never raises for what the file says: mistakes are collected."""
    document = Document(path)
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=_Loader)
    except FileNotFoundError:
        document.add((), None, "缺少这个文件", "the file is missing")
    except (OSError, UnicodeDecodeError) as error:
        document.add((), None, "文件无法读取", str(error))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        document.lines[()] = mark.line + 1 if mark else 1
        document.add((), None, "不是合格的 YAML", str(getattr(error, "problem", None) or "not YAML"))
    else:
        if root is None:
            document.add((), None, "文件是空的", "the file is empty")
        else:
            document.data = _plain(document, root, (), set())
    return document


def _plain(document: Document, node: yaml.Node, place: Place, seen: set[int]) -> Plain:
    document.lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.ScalarNode):
        return _scalar(document, node, place)
    if id(node) in seen:  # refused, so that a file is no larger than it looks and cannot contain itself
        document.add(place, None, "不支持引用（*）", "aliases are not supported")
        return None
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        return [_plain(document, item, (*place, i), seen) for i, item in enumerate(node.value)]
    found: dict[str, Plain] = {}
    for key_node, value in node.value:
        key = key_node.value if isinstance(key_node, yaml.ScalarNode) else "?"
        document.lines[*place, key] = key_node.start_mark.line + 1
        if key in found:
            document.add((*place, key), None, f"键“{key}”重复", f"key {key!r} is given twice")
        found[key] = _plain(document, value, (*place, key), seen)
    return found


def _scalar(document: Document, node: yaml.ScalarNode, place: Place) -> Plain:
    match node.tag.removeprefix(_TAG):
        case "null":
            return None
        case "bool":
            return bool(node.value == "true")
        case "int":
            return int(node.value)
        case "str":
            return str(node.value)
        case tag:
            document.add(place, None, f"不支持的标记 {tag}", f"tag {tag} is not supported")
            return None
