"""When holders are away, and who acts for them."""

from sqlalchemy import Column, Text, Uuid

from bus.tables import child_table, root_table, times
from services.registry.tables.schema import metadata

deputies = root_table("deputies", metadata, "holder_id", Column("city", Text), Column("county", Text))
away = child_table(
    "away",
    metadata,
    deputies,
    "away_id",
    Column("deputy_id", Uuid),
    Column("name", Text),
    Column("phone", Text),
    *times("from_at", "until_at", "reported_at", "ended_at"),
)
