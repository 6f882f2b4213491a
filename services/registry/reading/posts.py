"""Posts that nobody holds, and whether somebody holds one."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from bus.database import Connection
from bus.decisions import Bounds
from bus.sealed import KeyRing
from services.registry.reading import LIVING, WITHIN
from services.registry.reading.opening import opened


class VacancyShown(BaseModel):
    vacancy_id: UUID
    person_id: UUID
    name: str
    unit_id: UUID
    role: str
    since: datetime


class Vacancies(BaseModel):
    vacancies: list[VacancyShown]


_VACANCIES = f"""
SELECT v.vacancy_id, v.person_id, p.name, p.unit_id, v.role, v.since
FROM vacancies v JOIN people p ON p.person_id = v.person_id
WHERE v.filled_at IS NULL AND {LIVING} AND {WITHIN}
ORDER BY v.since, v.vacancy_id
"""
_LIAISON = """
SELECT EXISTS (SELECT FROM people p JOIN assignments a ON a.person_id = p.person_id AND a.ended_at IS NULL
  WHERE p.unit_id = $1 AND a.liaison_id = $2)
"""


async def vacancies_of(tables: Connection, keys: KeyRing, within: Bounds) -> Vacancies:
    """Without a limit: whoever is not shown is forgotten."""
    rows = await tables.fetch(_VACANCIES, *within)
    shown = [VacancyShown(**{**row, "name": opened(row["name"], "name", row["person_id"], keys)}) for row in rows]
    return Vacancies(vacancies=shown)


async def is_a_liaison_of(tables: Connection, unit_id: UUID, holder_id: UUID) -> bool:
    """Whether this officer answers for anybody of the unit."""
    found: bool = await tables.fetchval(_LIAISON, unit_id, holder_id)
    return found
