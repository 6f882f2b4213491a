"""What the doors read: where a unit or a person belongs, the people of a unit, the lines of a file."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, JsonValue

from bus.asking import NotNow
from bus.database import Connection, Database, passes_by_waiting
from bus.now import NOW
from bus.sealed import CannotOpen, KeyRing
from contracts.personal import Personal, SealedContact, SealedIdentity
from services.registry import words

_OPENED: dict[str, tuple[type[Personal], str]] = {
    "name": (SealedIdentity, "name"),
    "resident_id": (SealedIdentity, "resident-id"),
    "birth_date": (SealedIdentity, "birth-date"),
    "phone": (SealedContact, "phone"),
    "phones": (SealedContact, "phone"),
}
"""The fields of a line that are sealed, and as what."""


class PersonShown(BaseModel):
    person_id: UUID
    name: str
    category: str
    liaison: str | None
    enrolled_at: datetime


class People(BaseModel):
    people: list[PersonShown]
    next: UUID | None
    """The `after` of the next page; none = this was the last."""


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


class File(BaseModel):
    person_id: UUID
    lines: list[LineShown]


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody or something belongs."""

    unit_id: UUID
    city: str
    county: str
    party: str | None = None


@asynccontextmanager
async def reading(database: Database) -> AsyncIterator[Connection]:
    """A database that is away is said to be away, as the desk says it."""
    try:
        async with database.connection() as connection:
            yield connection
    except Exception as error:
        if passes_by_waiting(error):
            raise NotNow(f"the database is away: {type(error).__name__}") from None
        raise


async def hour(tables: Connection) -> datetime:
    now: datetime = await tables.fetchval(f"SELECT {NOW}")
    return now


async def place_of_unit(tables: Connection, unit_id: UUID) -> Place | None:
    """None = not on the roster."""
    row = await tables.fetchrow(
        "SELECT unit_id, city, county, party FROM units WHERE unit_id = $1 AND name <> ''", unit_id
    )
    return Place(**row) if row is not None else None


async def place_of_person(tables: Connection, person_id: UUID) -> Place | None:
    """None = not under care."""
    row = await tables.fetchrow(
        "SELECT unit_id, city, county FROM people WHERE person_id = $1 AND enrolled_at IS NOT NULL", person_id
    )
    return Place(**row) if row is not None else None


async def is_of_another(tables: Connection, resident_id_index: UUID, person_id: UUID) -> bool:
    found = "SELECT EXISTS (SELECT FROM people WHERE resident_id_index = $1 AND person_id <> $2)"
    taken: bool = await tables.fetchval(found, resident_id_index, person_id)
    return taken


_PEOPLE = """
SELECT p.person_id, p.name, p.category, p.enrolled_at, a.liaison_id, a.name AS liaison
FROM people p LEFT JOIN assignments a ON a.person_id = p.person_id AND a.ended_at IS NULL
WHERE p.unit_id = $1 AND ($2::text IS NULL OR p.county = $2)
  AND ($3::uuid IS NULL OR (p.enrolled_at, p.person_id) < (SELECT enrolled_at, person_id FROM people WHERE person_id = $3))
ORDER BY p.enrolled_at DESC, p.person_id DESC LIMIT $4
"""


async def people_of(
    tables: Connection, keys: KeyRing, unit_id: UUID, county: str | None, after: UUID | None, most: int
) -> People:
    """Newest first; one more is asked for than shown, to know whether there are more."""
    rows = await tables.fetch(_PEOPLE, unit_id, county, after, most + 1)
    shown = [_person(row, keys) for row in rows[:most]]
    return People(people=shown, next=shown[-1].person_id if len(rows) > most else None)


def _person(row: Any, keys: KeyRing) -> PersonShown:
    liaison = row["liaison"]
    return PersonShown(
        person_id=row["person_id"],
        name=_open(row["name"], "name", row["person_id"], keys),
        category=row["category"],
        liaison=_open(liaison, "name", row["liaison_id"], keys) if liaison is not None else None,
        enrolled_at=row["enrolled_at"],
    )


_LINES = "SELECT * FROM file_lines WHERE person_id = $1 ORDER BY fact_at, recorded_at, line_id"
_NAMES = "SELECT u.unit_id, u.name FROM people p JOIN units u ON p.unit_path ? u.unit_id::text WHERE p.person_id = $1"


async def file_of(tables: Connection, keys: KeyRing, person_id: UUID) -> File:
    """Every line, in the order in which things happened; what happened at once, as it was recorded."""
    names = {str(row["unit_id"]): row["name"] for row in await tables.fetch(_NAMES, person_id)}
    rows = await tables.fetch(_LINES, person_id)
    return File(person_id=person_id, lines=[_line(row, keys, names) for row in rows])


def _line(row: Any, keys: KeyRing, names: dict[str, str]) -> LineShown:
    value = _opened(json.loads(row["value"]), row["person_id"], keys)
    return LineShown(
        line_id=row["line_id"],
        what=row["what"],
        zh=words.say(row["what"], value, names),
        value=value,
        source=Source(type=row["source"], id=row["source_id"]),
        actor=row["actor"],
        fact_at=row["fact_at"],
        recorded_at=row["recorded_at"],
    )


def _opened(value: dict[str, Any], person_id: UUID, keys: KeyRing) -> dict[str, JsonValue]:
    """A liaison's name is bound to the liaison, everything else to the person."""
    bound = UUID(value["liaison_id"]) if "liaison_id" in value else person_id
    return {field: _open(given, field, bound, keys) if field in _OPENED else given for field, given in value.items()}


def _open(given: Any, field: str, bound: UUID, keys: KeyRing) -> Any:
    """What this service has no key for any more stays hidden; the line stands."""
    if isinstance(given, list):
        return [_open(one, field, bound, keys) for one in given]
    cls, kind = _OPENED[field]
    try:
        return keys.open(cls(given), kind=kind, person=bound)
    except CannotOpen:
        return words.HIDDEN
