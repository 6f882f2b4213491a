"""What is kept of a unit that ended: its heirs."""

from sqlalchemy import Column
from sqlalchemy.dialects.postgresql import JSONB

from bus.tables import root_table, texts, times
from services.visits.tables.schema import metadata

lineages = root_table(
    "lineages",
    metadata,
    "lineage_id",
    *texts("city", "county", "because"),
    Column("unit_ids", JSONB),
    Column("heirs", JSONB),
    *texts("document"),
    *times("begun_at"),
)
