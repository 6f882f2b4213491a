"""Notices as the doors read them: which there are, and which units they concern now, by name."""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from bus.database import Connection
from contracts.ids import UnitId
from services.visits.domain.notices import Notice
from services.visits.store import notice_store
from services.visits.tables.whom import LIVING

_UNITS = f"""
SELECT DISTINCT c.unit_id FROM cares c WHERE {LIVING} AND c.unit_id IS NOT NULL AND c.city = $1 AND ($2 = '' OR c.county = $2)
ORDER BY c.unit_id
"""
_NOTICES = """
SELECT notice_id FROM notices n WHERE n.issued_at IS NOT NULL AND ($1::text IS NULL OR n.county IN ('', $1))
ORDER BY n.issued_at DESC, n.notice_id
"""
_UNITS_NOW = f"""
SELECT u.unit_id, max(u.unit) AS unit, count(DISTINCT c.person_id) FILTER (WHERE {LIVING}) AS people
FROM cares c, LATERAL (
  SELECT c.unit_id, c.unit_name AS unit
  UNION SELECT m.from_unit_id, m.unit_name FROM jsonb_to_recordset(c.moves)
    AS m(from_unit_id uuid, unit_name text, moved_at timestamptz)
    JOIN unnest($2::uuid[], $3::timestamptz[]) AS ended(unit_id, at) ON ended.unit_id = m.from_unit_id AND m.moved_at >= ended.at
) u WHERE c.unit_id = ANY ($1) GROUP BY u.unit_id
"""
"""What units $1 are called, and how many of their people are living; so for each that ended ($2, then $3), and whose people

are of one of those now.
"""

_IN_COUNTY = "SELECT DISTINCT unit_id FROM cares WHERE unit_id = ANY ($1) AND county = $2"


class UnitNow(NamedTuple):
    """What a unit is or was called, and how many of its people are living, wherever they went when it ended."""

    name: str | None
    people: int


NAMELESS = UnitNow(None, 0)
"""Nobody is there, nor was when it ended."""


async def units_to_ask(connection: Connection, city: str, county: str) -> list[UnitId]:
    """All that answer for somebody living there; one that has just ended among them is answered for by its heirs."""
    return [row[0] for row in await connection.fetch(_UNITS, city, county)]


async def issued(connection: Connection, county: str | None) -> list[Notice]:
    """The latest first."""
    ids = [row[0] for row in await connection.fetch(_NOTICES, county)]
    found = await notice_store.states(connection, ids)
    return [found[each] for each in ids]


async def notice(connection: Connection, notice_id: UUID) -> Notice | None:
    found = (await notice_store.states(connection, [notice_id])).get(notice_id)
    return found if found is not None and found.issued_at is not None else None


async def units_of(connection: Connection, of: Notice) -> Mapping[UUID, UnitNow]:
    of_it = concerned(of)
    ended = [each for each in of_it if each in of.endings]
    rows = await connection.fetch(_UNITS_NOW, of_it, ended, [of.endings[each].at for each in ended])
    return {row["unit_id"]: UnitNow(row["unit"], row["people"]) for row in rows}


async def units_in(connection: Connection, of: Notice, county: str | None) -> frozenset[UnitId]:
    """Of the units of a notice those that stand in the county, by their people; None = all."""
    if county in (None, of.county):
        return frozenset(concerned(of))
    return frozenset(row[0] for row in await connection.fetch(_IN_COUNTY, concerned(of), county))


def concerned(of: Notice) -> list[UnitId]:
    """Those that were asked, and all that came after them."""
    return list(dict.fromkeys(each for unit_id in of.asked for each in of.line_of(unit_id)))
