"""Survey rounds, and how far each has come: who answered, and by name who did not."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from bus.database import Connection
from bus.decisions import Bounds
from bus.sealed import KeyRing
from contracts.zone import CITY
from services.registry.domain.surveys import SurveyRound
from services.registry.reading import LIVING, WITHIN
from services.registry.reading.opening import opened


class RoundShown(BaseModel):
    round_id: UUID
    name: str
    form: str
    county: str
    unit_id: UUID | None
    closes_on: date
    opened_at: datetime


class Silent(BaseModel):
    person_id: UUID
    name: str


class UnitCoverage(BaseModel):
    unit_id: UUID
    unit: str | None
    asked: int
    answered: int
    silent: list[Silent]


class Coverage(BaseModel):
    round_id: UUID
    asked: int
    answered: int
    units: list[UnitCoverage]


_COLUMNS = "round_id, name, form, city, county, unit_id, closes_on, opened_at"
_ROUND = f"SELECT {_COLUMNS} FROM survey_rounds WHERE round_id = $1 AND opened_at IS NOT NULL"
_ROUNDS = f"SELECT {_COLUMNS} FROM survey_rounds WHERE opened_at IS NOT NULL ORDER BY opened_at DESC, round_id"
_ASKED = f"""
SELECT p.person_id, p.unit_id, p.name, u.name AS unit, EXISTS (
  SELECT FROM survey_answers a WHERE a.round_id = $4 AND a.person_id = p.person_id
) AS answered
FROM people p LEFT JOIN units u USING (unit_id)
WHERE p.city = $5 AND ($6 = '' OR p.county = $6) AND ($7::uuid IS NULL OR p.unit_id = $7) AND p.enrolled_at <= $8
  AND {WITHIN} AND {LIVING}
ORDER BY u.name, p.unit_id, p.enrolled_at, p.person_id
"""


async def round_of(tables: Connection, round_id: UUID) -> SurveyRound | None:
    """None = never opened."""
    row = await tables.fetchrow(_ROUND, round_id)
    return SurveyRound(**row) if row is not None else None


async def rounds(tables: Connection) -> list[RoundShown]:
    """The latest first."""
    rows = await tables.fetch(_ROUNDS)
    return [RoundShown(**{name: row[name] for name in RoundShown.model_fields}) for row in rows]


async def coverage_of(tables: Connection, keys: KeyRing, asked: SurveyRound, within: Bounds) -> Coverage:
    """Whoever is under care and was enrolled by the last day, unit by unit; of those the caller may see."""
    assert asked.closes_on is not None
    until = datetime.combine(asked.closes_on, time.max, CITY)
    rows = await tables.fetch(_ASKED, *within, asked.round_id, asked.city, asked.county, asked.unit_id, until)
    units: dict[UUID, list[Any]] = {}
    for row in rows:
        units.setdefault(row["unit_id"], []).append(row)
    return Coverage(
        round_id=asked.round_id,
        asked=len(rows),
        answered=sum(row["answered"] for row in rows),
        units=[_unit(unit_id, of_unit, keys) for unit_id, of_unit in units.items()],
    )


def _unit(unit_id: UUID, rows: list[Any], keys: KeyRing) -> UnitCoverage:
    silent = [row for row in rows if not row["answered"]]
    return UnitCoverage(
        unit_id=unit_id,
        unit=rows[0]["unit"],
        asked=len(rows),
        answered=len(rows) - len(silent),
        silent=[
            Silent(person_id=row["person_id"], name=opened(row["name"], "name", row["person_id"], keys))
            for row in silent
        ],
    )
