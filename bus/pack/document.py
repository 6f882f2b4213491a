"""A YAML file in which every part knows its file and line, read so that nothing is lost or guessed in silence.

Only text, whole numbers, true, false and null are recognised: in plain YAML 1.1 18:00 would be a number and `no` a boolean.
"""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from bus.pack.mistakes import Mistake

Place = tuple[str | int, ...]
Plain = str | int | bool | dict[str, "Plain"] | list["Plain"] | None

_TAG = "tag:yaml.org,2002:"


class _Loader(yaml.SafeLoader):
    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - as the base class has it


_Loader.add_implicit_resolver(f"{_TAG}bool", re.compile(r"^(?:true|false)$"), ["t", "f"])
_Loader.add_implicit_resolver(f"{_TAG}int", re.compile(r"^(?:0|-?[1-9][0-9]{0,8})$"), list("-0123456789"))
_Loader.add_implicit_resolver(f"{_TAG}null", re.compile(r"^(?:~|null|)$"), ["~", "n", ""])


@dataclass(frozen=True, slots=True)
class Node:
    """One part of a file, or of several that were merged. The value of a key is found at the key."""

    value: "str | int | bool | dict[str, Node] | list[Node] | None"
    file: Path
    line: int

    @property
    def parts(self) -> dict[str, "Node"]:
        """By key; none where it is no mapping."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def items(self) -> list["Node"]:
        """None where it is no list."""
        return self.value if isinstance(self.value, list) else []

    @property
    def text(self) -> str | None:
        return self.value if isinstance(self.value, str) else None

    @property
    def plain(self) -> Plain:
        if isinstance(self.value, dict):
            return {key: part.plain for key, part in self.value.items()}
        if isinstance(self.value, list):
            return [item.plain for item in self.value]
        return self.value

    def at(self, place: Place) -> "Node":
        """The deepest part of the place that there is."""
        node = self
        for step in place:
            below = node.parts.get(step) if isinstance(step, str) else dict(enumerate(node.items)).get(step)
            if below is None:
                break
            node = below
        return node


@dataclass(slots=True)
class Document:
    """What a file says, and what is wrong with it. `root` None = it could not even be read."""

    path: Path
    root: Node | None = None
    mistakes: list[Mistake] = field(default_factory=list)

    def section(self, *place: str) -> dict[str, Node]:
        """The mapping at this place; empty where there is none."""
        node = self.root
        for step in place:
            node = node.parts.get(step) if node is not None else None
        return node.parts if node is not None else {}

    @property
    def json(self) -> str:
        """Its keys stand as in the file: people see the words of a pack in the order in which it gives them."""
        return json.dumps(self._plain, ensure_ascii=False)

    @property
    def meaning(self) -> str:
        """The same for the same meaning: comments and order of keys do not count."""
        return json.dumps(self._plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def _plain(self) -> Plain:
        return self.root.plain if self.root is not None else None

    def add(self, place: Place, rule: str | None, zh: str, en: str) -> None:
        self.blame(self.root.at(place) if self.root is not None else Node(None, self.path, 1), rule, zh, en)

    def blame(self, node: Node, rule: str | None, zh: str, en: str) -> None:
        self.mistakes.append(Mistake(node.file, node.line, rule, zh, en))


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
        where = Node(None, path, mark.line + 1 if mark else 1)
        document.blame(where, None, "不是合格的 YAML", str(getattr(error, "problem", None) or "not YAML"))
    else:
        if root is None:
            document.add((), None, "文件是空的", "the file is empty")
        else:
            document.root = _node(document, root, root.start_mark.line + 1, set())
    return document


def _node(document: Document, node: yaml.Node, line: int, seen: set[int]) -> Node:
    """`line` is that of the key, where it stands under one."""
    here = Node(None, document.path, line)
    if isinstance(node, yaml.ScalarNode):
        return Node(_scalar(document, node, here), document.path, line)
    if id(node) in seen:  # refused, so that a file is no larger than it looks and cannot contain itself
        document.blame(here, None, "不支持引用（*）", "aliases are not supported")
        return here
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        return Node([_node(document, n, n.start_mark.line + 1, seen) for n in node.value], document.path, line)
    return Node(_mapping(document, node, seen), document.path, line)


def _mapping(document: Document, node: yaml.Node, seen: set[int]) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for key_node, value in node.value:
        key = key_node.value if isinstance(key_node, yaml.ScalarNode) else "?"
        line = key_node.start_mark.line + 1
        if key in found:
            twice = Node(None, document.path, line)
            document.blame(twice, None, f"键“{key}”重复", f"key {key!r} is given twice")
        found[key] = _node(document, value, line, seen)
    return found


def _scalar(document: Document, node: yaml.ScalarNode, here: Node) -> str | int | bool | None:
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
            document.blame(here, None, f"不支持的标记 {tag}", f"tag {tag} is not supported")
            return None
