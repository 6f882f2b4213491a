"""What the doors ask of the tables about the contacts of one person, with what was written down at each."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson

from bus.database import Connection
from bus.decisions import Bounds
from bus.pages import Page
from services.visits.tables.whom import REACH

_REACHED = f"SELECT coalesce({REACH}, false) FROM cares c WHERE c.person_id = $4 AND c.kind IS NOT NULL"
_CONTACTS = """
SELECT k.*, coalesce(done.duties, '[]') AS discharged FROM contacts k CROSS JOIN LATERAL (
  SELECT jsonb_agg(jsonb_build_object('duty_id', d.duty_id, 'rule', d.rule, 'due_at', d.due_at) ORDER BY d.due_at, d.duty_id)
    AS duties
  FROM duties d WHERE d.person_id = k.person_id AND d.closed_by = 'contact' AND d.closed_by_id = k.contact_id
) done WHERE k.person_id = $1
"""


async def reached(connection: Connection, reach: Bounds, person_id: UUID) -> bool | None:
    """Whether the person is within reach; None = nobody of this id was enrolled."""
    found: bool | None = await connection.fetchval(_REACHED, *reach, person_id)
    return found


async def contacts(connection: Connection, person_id: UUID, page: Page) -> Sequence[Mapping[str, Any]]:
    """The latest first; also those that were struck."""
    rows = await page.read(connection, _CONTACTS, person_id)
    return [{**row, "discharged": orjson.loads(row["discharged"])} for row in rows]
