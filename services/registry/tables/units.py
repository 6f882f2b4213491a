"""Units, and who held the role of each."""

from sqlalchemy import Column, Index, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from bus.tables import child_table, root_table, texts, times
from services.registry.tables.schema import metadata

units = root_table(
    "units",
    metadata,
    "unit_id",
    Column("name", Text),
    Column("party", Text),
    Column("reports_to", Uuid),
    Column("nature", Text),
    Column("city", Text),
    Column("county", Text),
    Column("lineage_id", Uuid),
    Column("because", Text),
    Column("document", Text),
    Column("heirs", JSONB),
    Column("became", JSONB),
    *times("ended_at"),
)
Index("units_ended", units.c.unit_id, postgresql_where=units.c.ended_at.isnot(None))
Index("units_became", units.c.became, postgresql_using="gin")
unit_entries = child_table(
    "unit_entries", metadata, units, "entry_id", *texts("name"), Column("reports_to", Uuid), *times("since")
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
