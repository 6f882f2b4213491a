"""The fields of a file: each is what its latest line says, with that line's source, actor and times."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from services.registry.domain.person import Line

RECORDED = "field.recorded"
CLINICAL = frozenset({"health"})
"""Fields that a hospital would seal: a unit does not read them (mission rule 7)."""
AFTER_DEATH = frozenset({"family"})
"""Fields that are still learned when the person is dead: somebody answers to those who are left."""

OF_LINES: Mapping[str, str] = {
    "person.name": "name",
    "person.resident-id": "resident_id",
    "person.birth-date": "birth_date",
    "person.phones": "phones",
    "person.kind": "kind",
    "person.category": "category",
    "person.rank": "rank",
    "person.political-status": "political_status",
    "person.unit-id": "unit_id",
    "person.transferred": "unit_id",
    "person.community-id": "community_id",
    "person.survivor-of": "survivor_of",
    "liaison.assigned": "liaison",
}
"""Lines that each tell one field; a recorded field names itself."""
ENDS: Mapping[str, str] = {"liaison.relieved": "liaison", "person.transferred": "liaison"}
"""Lines from which on nobody is what the field names, unless somebody is from the same instant."""


def fields_of(line: Line) -> tuple[str, ...]:
    """Which fields of the file this line tells, if any."""
    if line.what == RECORDED:
        return (json.loads(line.value)["field"],)
    return tuple(of[line.what] for of in (OF_LINES, ENDS) if line.what in of)


def value_of(field: str, what: str, value: Mapping[str, Any]) -> Any:
    """What a line says of one of its fields; None = there is none any more."""
    if ENDS.get(what) == field:
        return None
    return next(value[name] for name in ("clinical", "value", field, "name") if name in value)


def standing(lines: Iterable[Line]) -> dict[str, Line]:
    """Of each field the line that is true last; of several for one hour the one that was recorded last.

    What was learned late of an earlier day does not push away what is true of a later one. (Who enrols, classes or corrects
    out of order is refused at the door: what the registry itself goes by is what it decided last.)
    """
    found: dict[str, Line] = {}
    told = ((field, line) for line in lines for field in fields_of(line))
    for field, line in sorted(told, key=lambda each: _order(*each)):
        found[field] = line
    return found


def _order(field: str, line: Line) -> tuple[datetime, datetime, bool, UUID]:
    begins = ENDS.get(line.what) != field
    at = line.fact_at if line.what == RECORDED else line.recorded_at
    return at, line.recorded_at, begins, line.line_id
