"""What the doors and the commands ask of the tables of visits, people by people: nothing here writes."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from bus.database import Connection
from bus.decisions import Rejected
from bus.now import NOW
from services.visits.domain import Book, Care
from services.visits.domain.words import REFUSED
from services.visits.store import care_store
from services.visits.tables.whom import LIVING, ROLES_HELD
from services.visits.unheld import Alike

_ALIKE = f"""
SELECT county, kind, category, rank, roles, count(*) AS people FROM (
  SELECT c.*, {ROLES_HELD} AS roles FROM cares c WHERE {LIVING}
) each GROUP BY county, kind, category, rank, roles
"""
_NEXT = "SELECT person_id FROM cares WHERE person_id > $1 AND kind IS NOT NULL ORDER BY person_id LIMIT $2"
_COUNTIES = f"SELECT DISTINCT county FROM cares c WHERE county <> '' AND {LIVING} ORDER BY county"
_LIVING_IN = f"SELECT count(*) FROM cares c WHERE city = $1 AND ($2 = '' OR county = $2) AND {LIVING}"
_OWED_BY = "SELECT EXISTS (SELECT FROM duties WHERE closed_at IS NULL AND rule = $1)"

_BEHIND = """
SELECT d.rule, d.policy AS version, count(*) AS duties, count(DISTINCT d.person_id) AS people
FROM duties d JOIN cares c USING (person_id)
WHERE d.closed_at IS NULL AND d.policy <> $1 AND ($2::text IS NULL OR c.county = $2) AND ($3::text IS NULL OR d.rule = $3)
GROUP BY d.rule, d.policy ORDER BY d.rule, d.policy
"""

_PROPOSALS = "SELECT * FROM proposals ORDER BY proposed_at DESC, proposal_id"
_PROPOSAL = "SELECT * FROM proposals WHERE proposal_id::text = $1"
_REBASES = "SELECT * FROM rebases ORDER BY ordered_at DESC, rebase_id"


@dataclass(frozen=True, slots=True)
class Behind:
    """Running duties of one rule that are under an older version."""

    rule: str
    version: str
    duties: int
    people: int


async def proposals(connection: Connection) -> list[Mapping[str, Any]]:
    """All there ever were, the latest first."""
    return [dict(row) for row in await connection.fetch(_PROPOSALS)]


async def proposal(connection: Connection, label: str) -> Mapping[str, Any] | None:
    """By its id, or by the label of an activation; None for the pack that was installed."""
    row = await connection.fetchrow(_PROPOSAL, label)
    return dict(row) if row is not None else None


async def rebases(connection: Connection) -> list[Mapping[str, Any]]:
    """All that were ever ordered, the latest first."""
    return [dict(row) for row in await connection.fetch(_REBASES)]


async def behind(connection: Connection, version: str, county: str | None, rule: str | None) -> list[Behind]:
    """All running duties of the city, the county or the rule that are not under this version."""
    return [Behind(**row) for row in await connection.fetch(_BEHIND, version, county, rule)]


async def nobody_in(connection: Connection, county: str) -> Rejected | None:
    """What to say of a county in which nobody is under care: which there are, because most often its name is misspelt."""
    counties = [row[0] for row in await connection.fetch(_COUNTIES)]
    if county in counties:
        return None
    return Rejected("county-unknown", f"{REFUSED['county-unknown']}，有的是：{'、'.join(counties) or '无'}", "county")


async def living_in(connection: Connection, city: str, county: str) -> int:
    """How many people are under care in the county; "" = in the whole city."""
    found: int = await connection.fetchval(_LIVING_IN, city, county)
    return found


async def owed_by(connection: Connection, rule: str) -> bool:
    found: bool = await connection.fetchval(_OWED_BY, rule)
    return found


async def alike(connection: Connection) -> list[Alike]:
    return [
        Alike(
            row["county"] or "",
            row["kind"],
            row["category"],
            row["rank"],
            None if row["roles"] is None else frozenset(row["roles"]),
            row["people"],
        )
        for row in await connection.fetch(_ALIKE)
    ]


async def in_force(connection: Connection) -> tuple[Book, datetime]:
    """The policy book, and the hour of the database."""
    return await care_store.books.in_force(connection), await connection.fetchval(f"SELECT {NOW}")


async def everybody(connection: Connection, chunk: int = 500) -> AsyncIterator[Sequence[Care]]:
    """Of each person the facts, a chunk at a time, in the order of their ids."""
    last = UUID(int=0)
    while keys := [row[0] for row in await connection.fetch(_NEXT, last, chunk)]:
        yield list((await care_store.states(connection, keys, care_store.to_decide)).values())
        last = keys[-1]
