"""Groups with their load, and whose file nobody has written in this month."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from bus.database import Connection
from bus.sealed import KeyRing
from contracts.zone import CITY
from services.registry.reading.opening import opened


class GroupShown(BaseModel):
    group_id: UUID
    name: str
    staff: list[str]
    load: int
    least: int
    most: int


class MemberOfGroup(BaseModel):
    person_id: UUID
    name: str
    unit: str | None
    linked_at: datetime
    gone: bool


class Groups(BaseModel):
    groups: list[GroupShown]


class PersonWithoutNews(BaseModel):
    person_id: UUID
    name: str
    last_at: datetime
    """When something was last written down."""


class Updates(BaseModel):
    month: str
    load: int
    without_news: list[PersonWithoutNews]


@dataclass(frozen=True, slots=True)
class GroupPlace:
    unit_id: UUID
    county: str


_PLACE = "SELECT unit_id, county FROM groups WHERE group_id = $1 AND name <> ''"
_GROUPS = """
SELECT g.group_id, g.name, g.staff, g.least, g.most,
  (SELECT count(*) FROM links l WHERE l.group_id = g.group_id AND l.unlinked_at IS NULL AND NOT l.gone) AS load
FROM groups g WHERE g.name <> '' AND g.city = $1 AND ($2::text IS NULL OR g.county = $2) ORDER BY g.name, g.group_id
"""
_MEMBERS = """
SELECT l.person_id, p.name, u.name AS unit, l.linked_at, l.gone FROM links l JOIN people p ON p.person_id = l.person_id
LEFT JOIN units u ON u.unit_id = p.unit_id WHERE l.group_id = $1 AND l.unlinked_at IS NULL ORDER BY l.linked_at, l.person_id
"""
_NEWS = """
SELECT p.person_id, p.name, coalesce(max(f.recorded_at) FILTER (WHERE f.recorded_at < $3), p.enrolled_at) AS last_at,
  count(f.line_id) FILTER (WHERE f.recorded_at >= $2 AND f.recorded_at < $3) AS written
FROM links l JOIN people p ON p.person_id = l.person_id
LEFT JOIN file_lines f ON f.person_id = p.person_id AND split_part(f.what, '.', 1) <> ALL('{duty,case,post,group}')
WHERE l.group_id = $1 AND l.unlinked_at IS NULL AND NOT l.gone
GROUP BY p.person_id, p.name, p.enrolled_at ORDER BY last_at, p.person_id
"""
"""What is owed, told or vacant is no news of the person."""


async def place_of_group(tables: Connection, group_id: UUID) -> GroupPlace | None:
    row = await tables.fetchrow(_PLACE, group_id)
    return GroupPlace(**row) if row is not None else None


async def groups_of(tables: Connection, keys: KeyRing, city: str, county: str | None) -> Groups:
    return Groups(groups=[_group(row, keys) for row in await tables.fetch(_GROUPS, city, county)])


async def members_of(tables: Connection, keys: KeyRing, group_id: UUID) -> list[MemberOfGroup]:
    """All who are linked, the longest first; who died or left is marked, and weighs nothing."""
    rows = await tables.fetch(_MEMBERS, group_id)
    return [MemberOfGroup(**{**row, "name": opened(row["name"], "name", row["person_id"], keys)}) for row in rows]


async def updates_of(tables: Connection, keys: KeyRing, group_id: UUID, month: str) -> Updates:
    """Whose file had no entry in this month of the city, the longest without first."""
    begins = datetime.strptime(month, "%Y-%m").replace(tzinfo=CITY)
    ends = (begins + timedelta(days=31)).replace(day=1)
    rows = await tables.fetch(_NEWS, group_id, begins, ends)
    silent = [
        PersonWithoutNews(
            person_id=row["person_id"], name=opened(row["name"], "name", row["person_id"], keys), last_at=row["last_at"]
        )
        for row in rows
        if not row["written"]
    ]
    return Updates(month=month, load=len(rows), without_news=silent)


def _group(row: Any, keys: KeyRing) -> GroupShown:
    staff = [opened(each["name"], "name", UUID(each["holder_id"]), keys) for each in json.loads(row["staff"])]
    return GroupShown(**{**row, "staff": staff})
