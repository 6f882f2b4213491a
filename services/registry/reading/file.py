"""A file as it is, as it was true on a date, or as it was known on one."""

import json
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, JsonValue

from bus.database import Connection
from bus.pack import Words
from bus.sealed import KeyRing
from services.registry.domain.care import MERGED
from services.registry.domain.file_fields import ENDS, OF_LINES, standing, value_of
from services.registry.domain.person import Line
from services.registry.reading import hour
from services.registry.reading.opening import OPENED, opened
from services.registry.words import HIDDEN
from services.registry.words.lines import CODES, FIELDS
from services.registry.words.saying import Names, said, say


class Source(BaseModel):
    type: str
    id: str


class LineShown(BaseModel):
    line_id: UUID
    what: str
    zh: str
    value: dict[str, JsonValue]
    source: Source
    actor: str
    fact_at: datetime
    recorded_at: datetime
    merged_from: UUID | None
    """The file in which it was written, where that was merged into this one."""


class FieldShown(BaseModel):
    field: str
    zh: str
    value: JsonValue
    line_id: UUID
    """The line that says so: its source, its actor."""
    source: Source
    learned_from: str | None
    """From whom, in words; None = it was not said."""
    actor: str
    fact_at: datetime
    recorded_at: datetime
    age_days: int
    """Whole days between the fact and the moment at which the file is looked at."""


class File(BaseModel):
    person_id: UUID
    as_of: datetime | None
    known_at: datetime | None
    fields: list[FieldShown]
    lines: list[LineShown]


@dataclass(frozen=True, slots=True)
class Look:
    """How a file is looked at: both axes of time (None = now), and whether clinical fields are opened."""

    as_of: datetime | None = None
    known_at: datetime | None = None
    clinical: bool = False


_LINES = f"""
WITH RECURSIVE one(person_id) AS (
  SELECT $1::uuid UNION SELECT e.person_id FROM care_ends e JOIN one ON e.into = one.person_id
  WHERE e.why = '{MERGED}' AND e.ended_at <= coalesce($3, e.ended_at)
    AND (e.resumed_at IS NULL OR e.resumed_at > $3)
)
SELECT * FROM file_lines JOIN one USING (person_id) WHERE true
  AND ($2::timestamptz IS NULL OR fact_at <= $2) AND ($3::timestamptz IS NULL OR recorded_at <= $3)
ORDER BY fact_at, recorded_at, line_id
"""
_NAMES = """
SELECT DISTINCT ON (unit_id) unit_id, name FROM unit_entries WHERE unit_id = ANY($1)
ORDER BY unit_id, since <= $2 DESC, abs(extract(epoch FROM since - $2))
"""
"""What units were called at an hour; one that was registered later, as it was first called."""
_UNITS = ("unit_id", "from_unit_id", "community_id")


_BOUND = ("liaison_id", "holder_id", "waived_by", "merge_id", "end_id")
"""What the sealed values of a line are bound to, where it is not the person: whose name it is, who waived, what is undone."""
_LINE = [field.name for field in fields(Line)]


async def file_of(tables: Connection, keys: KeyRing, city: Words, person_id: UUID, look: Look) -> File:
    """Every line, in the order in which things happened (what happened at once, as it was recorded); and what they come to."""
    rows = await tables.fetch(_LINES, person_id, look.as_of, look.known_at)
    until = min(at for at in (look.as_of, look.known_at, await hour(tables)) if at is not None)
    names = Names(city, await _names(tables, rows, until))
    shown = [_line(row, keys, names, look, of=person_id) for row in rows]
    return File(
        person_id=person_id,
        as_of=look.as_of,
        known_at=look.known_at,
        fields=_fields([row for row in rows if _tells(row, person_id)], shown, until, names),
        lines=shown,
    )


async def _names(tables: Connection, rows: list[Any], at: datetime) -> dict[str, str]:
    """Of the units that stand in the lines, as they were called then."""
    values = [json.loads(row["value"]) for row in rows]
    units = {value[field] for value in values for field in _UNITS if value.get(field) is not None}
    return {str(row["unit_id"]): row["name"] for row in await tables.fetch(_NAMES, [*map(UUID, units)], at)}


def _line(row: Any, keys: KeyRing, names: Names, look: Look, *, of: UUID) -> LineShown:
    value = _value(json.loads(row["value"]), row["person_id"], keys, look)
    return LineShown(
        line_id=row["line_id"],
        what=row["what"],
        zh=say(row["what"], value, names),
        value=value,
        source=Source(type=row["source"], id=row["source_id"]),
        actor=row["actor"],
        fact_at=row["fact_at"],
        recorded_at=row["recorded_at"],
        merged_from=row["person_id"] if row["person_id"] != of else None,
    )


def _value(value: dict[str, Any], person_id: UUID, keys: KeyRing, look: Look) -> dict[str, JsonValue]:
    bound = next((UUID(value[field]) for field in _BOUND if field in value), person_id)
    read: dict[str, JsonValue] = {}
    for field, given in value.items():
        if field == "clinical" and not look.clinical:
            read[field] = HIDDEN
        else:
            read[field] = opened(given, field, bound, keys) if field in OPENED else given
    return read


def _fields(rows: list[Any], shown: list[LineShown], until: datetime, names: Names) -> list[FieldShown]:
    by_id = {line.line_id: line for line in shown}
    held = standing(Line(**{name: row[name] for name in _LINE}) for row in rows)
    return [_field(field, by_id[line.line_id], until, names) for field, line in sorted(held.items())]


def _tells(row: Any, person_id: UUID) -> bool:
    """What was enrolled of a merged file is in the lines, but does not push away what was enrolled of this one."""
    return row["person_id"] == person_id or row["what"] not in OF_LINES.keys() | ENDS.keys()


def _field(field: str, line: LineShown, until: datetime, names: Names) -> FieldShown:
    value = value_of(field, line.what, line.value)
    learned_from = line.value.get("learned_from")
    return FieldShown(
        field=field,
        zh=f"{CODES.get(field) or FIELDS.get(field, field)} {said(line.what, field, value, names)}",
        value=value,
        line_id=line.line_id,
        source=line.source,
        learned_from=said(line.what, "learned_from", learned_from, names) if learned_from is not None else None,
        actor=line.actor,
        fact_at=line.fact_at,
        recorded_at=line.recorded_at,
        age_days=(until - line.fact_at).days,
    )
