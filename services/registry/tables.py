"""How the registry is kept: units with their appointments, people with their liaisons, deaths and files."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, Integer, MetaData, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from bus.database import Connection
from bus.store import Store
from bus.tables import bus_tables, child_table, root_table, times
from services.registry.domain import Person, Unit

metadata = MetaData()
bus_tables(metadata)


units = root_table(
    "units",
    metadata,
    "unit_id",
    Column("name", Text),
    Column("party", Text),
    Column("reports_to", Uuid),
    Column("city", Text),
    Column("county", Text),
)
appointments = child_table(
    "appointments",
    metadata,
    units,
    "appointment_id",
    Column("holder_id", Uuid),
    Column("name", Text),
    Column("phone", Text),
    *times("appointed_at", "ended_at"),
)
people = root_table(
    "people",
    metadata,
    "person_id",
    Column("city", Text),
    Column("county", Text),
    Column("kind", Text),
    Column("category", Text),
    Column("name", Text),
    Column("name_index", Uuid),
    Column("birth_date", Text),
    Column("birth_date_index", Uuid),
    Column("resident_id", Text),
    Column("resident_id_index", Uuid),
    Column("phones", JSONB),
    Column("unit_id", Uuid),
    Column("community_id", Uuid),
    *times("enrolled_at"),
    Column("version", Integer),
    Column("unit_path", JSONB),
    *times("restate_at"),
)
Index("people_resident_id", people.c.resident_id_index, unique=True)  # one person, one file: races end here
Index("people_of_unit", people.c.unit_id, people.c.enrolled_at, people.c.person_id)
Index("people_below_unit", people.c.unit_path, postgresql_using="gin")
assignments = child_table(
    "assignments",
    metadata,
    people,
    "assignment_id",
    Column("liaison_id", Uuid),
    Column("unit_id", Uuid),
    Column("name", Text),
    Column("phone", Text),
    *times("assigned_at", "ended_at"),
)
deaths = child_table(
    "deaths",
    metadata,
    people,
    "report_id",
    Column("source", Text),
    *times("died_at", "reported_at", "retracted_at"),
    Column("reason", Text),
)
file_lines = child_table(
    "file_lines",
    metadata,
    people,
    "line_id",
    Column("what", Text),
    Column("value", Text),
    Column("source", Text),
    Column("source_id", Text),
    Column("actor", Text),
    *times("fact_at", "recorded_at"),
)
directories = root_table("directories", metadata, "directory_id", Column("city", Text), *times("restated_at"))

unit_store = Store(Unit, units, appointments=appointments)

_NEEDED = """
WITH RECURSIVE asked AS (
  SELECT unit_id, community_id FROM people WHERE person_id = ANY($1)
), needed(unit_id) AS (
  SELECT u.unit_id FROM units u WHERE EXISTS (SELECT FROM asked a WHERE a.unit_id IS NULL)
  UNION SELECT unnest(ARRAY[a.unit_id, a.community_id]) FROM asked a
  UNION SELECT u.reports_to FROM units u JOIN needed n ON n.unit_id = u.unit_id
) SELECT unit_id FROM needed WHERE unit_id IS NOT NULL
"""
_UNITS_NEEDED = unit_store.selecting(f"IN ({_NEEDED})")


class PersonStore(Store[Person]):
    """People are decided about beside the units that their cards show."""

    def __init__(self) -> None:
        super().__init__(Person, people, assignments=assignments, deaths=deaths, lines=file_lines, appended=["lines"])

    async def context(self, tx: Connection, keys: Sequence[UUID]) -> Mapping[UUID, Mapping[str, Any]]:
        """The units of these people and all above them; for somebody who is not enrolled yet all units, as any may be named.

        Nothing is locked, for an appointment must not wait for a ward full of admissions. A unit that changes after this was
        read restates the cards below it: its fan-out finds each person by `unit_path`, and waits for the root that is locked
        here. It cannot find one whose path is not committed yet; therefore a card under a new path `settles`: it is stated
        once more after the commit, and reads the units again.
        """
        found = await unit_store.states(tx, keys, _UNITS_NEEDED)
        return {key: {"units": found} for key in keys}
