"""What became of the units of each city, and to whom their people were to go."""

from sqlalchemy import Column, Index, Integer, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from bus.tables import child_table, root_table, times
from services.registry.tables.schema import metadata

rosters = root_table("rosters", metadata, "roster_id", Column("city", Text))
lineages = child_table(
    "lineages",
    metadata,
    rosters,
    "lineage_id",
    Column("county", Text),
    Column("because", Text),
    Column("unit_ids", JSONB),
    Column("heirs", JSONB),
    Column("document", Text),
    Column("people_before", Integer),
    *times("begun_at", "look_at"),
    Column("people_after", Integer),
    *times("settled_at"),
)
destinations = child_table(
    "destinations",
    metadata,
    rosters,
    "destination_id",
    Column("lineage_id", Uuid),
    Column("person_id", Uuid),
    Column("unit_id", Uuid),
)
Index("destinations_of_lineage", destinations.c.lineage_id)
Index("destinations_of_person", destinations.c.person_id)
