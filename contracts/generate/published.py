"""What was published before: the last schema of each event, and beside it every earlier one, kept in git for ever."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from contracts.compatibility import Breaking, Schema, differences, shape


class Unreadable(Exception):
    """A file of ours is not JSON; the message names it."""


def read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Unreadable(f"{path}: {error}") from None


def json_text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


class Published:
    """The folder of schemas: `<type>.json`, and `earlier/<type>.<n>.json` for what stood there before."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._last: dict[str, Schema] = {path.name.removesuffix(".json"): read(path) for path in folder.glob("*.json")}

    def path(self, event: str) -> Path:
        return self._folder / f"{event}.json"

    def earlier(self, event: str) -> list[Path]:
        return sorted((self._folder / "earlier").glob(f"{event}.*.json"), key=lambda path: int(path.suffixes[-2][1:]))

    def breaking(self, schemas: Mapping[str, Schema]) -> list[Breaking]:
        """What would break a reader or a writer of any version that was ever published."""
        found: dict[Breaking, None] = {}
        for event, last in self._last.items():
            for old in (*map(read, self.earlier(event)), last):
                found |= dict.fromkeys(differences(old, schemas.get(event)))
        return list(found)

    def keep_earlier(self, schemas: Mapping[str, Schema]) -> None:
        """Before a schema of another shape takes its place, the last one goes to the earlier ones."""
        for event, last in self._last.items():
            if shape(last) != shape(schemas[event]):
                number = len(self.earlier(event)) + 1
                kept = self._folder / "earlier" / f"{event}.{number}.json"
                kept.parent.mkdir(exist_ok=True)
                kept.write_bytes(self.path(event).read_bytes())
