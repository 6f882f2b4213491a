"""What a human must look at because the resident ID alone proves nobody: why it is doubtful, and the list of it all."""

from enum import StrEnum
from typing import Any

from bus.database import Connection
from bus.pages import Page

_STANDS = """s.first_at IS NOT NULL AND s.told_admitted IS NOT TRUE
  AND (s.cancelled_at IS NULL OR s.admission_recorded_at > s.cancelled_at)"""
_HAS_DIED = """s.death_reported_at IS NOT NULL AND s.told_death IS NOT TRUE
  AND (s.death_cleared_at IS NULL OR s.death_reported_at > s.death_cleared_at)"""
_SAME_NAME, _SAME_BIRTH_DATE = "s.name_index = p.name_index", "s.birth_date_index = p.birth_date_index"


class Reason(StrEnum):
    """Why nobody is told: the most dangerous first, and who is no doubt, because nobody knows them, last."""

    DEATH = "name-of-the-dead-differs"
    STAY = "name-and-birth-date-differ"
    STRANGER = "not-on-file"


_WHEN = {
    Reason.DEATH: f"p.person_id IS NOT NULL AND {_HAS_DIED} AND ({_SAME_NAME}) IS NOT TRUE",
    Reason.STAY: f"p.person_id IS NOT NULL AND {_STANDS} AND ({_SAME_NAME} OR {_SAME_BIRTH_DATE}) IS NOT TRUE",
    Reason.STRANGER: f"p.person_id IS NULL AND {_STANDS}",
}
_FROM = "FROM stays s JOIN patients p ON p.patient_id = s.patient_id"
_ROWS = ", ".join(f"({rank}, '{reason}', {_WHEN[reason]})" for rank, reason in enumerate(Reason))
_LISTED = f"""
SELECT s.patient_id, s.visit_id, s.hospital, r.reason, coalesce(s.admitted_at, s.first_at) AS began_at, r.rank,
  coalesce(s.first_at, s.death_reported_at) AS since
{_FROM} CROSS JOIN LATERAL (VALUES {_ROWS}) AS r(rank, reason, holds)
WHERE r.holds AND ($1::text IS NULL OR r.reason = $1)
"""
_DOUBTFUL = f"SELECT count(*) {_FROM} WHERE ({_WHEN[Reason.DEATH]}) OR ({_WHEN[Reason.STAY]})"


async def listed(tables: Connection, reason: Reason | None, page: Page) -> list[Any]:
    """What is doubtful first, then strangers; of each the longest waiting first."""
    return await page.read(tables, _LISTED, reason)


async def doubtful(tables: Connection) -> int:
    """Visits of people on file of which nobody is told until a human decides."""
    count: int = await tables.fetchval(_DOUBTFUL)
    return count
