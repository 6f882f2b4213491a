"""Who has read what of whom."""

from sqlalchemy import Column, Index
from sqlalchemy.dialects.postgresql import JSONB

from bus.tables import root_table, texts, times
from services.registry.tables.schema import metadata

openings = root_table(
    "openings",
    metadata,
    "opening_id",
    Column("people", JSONB),
    *texts("opened_by", "role", "what", "purpose"),
    *times("opened_at"),
)
Index("openings_of_people", openings.c.people, postgresql_using="gin")
Index("openings_by", openings.c.opened_by, openings.c.opened_at)
