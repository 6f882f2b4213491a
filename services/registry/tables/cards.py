"""The directories of cards."""

from sqlalchemy import Column, Date, Text

from bus.tables import root_table, times
from services.registry.tables.schema import metadata

directories = root_table(
    "directories", metadata, "directory_id", Column("city", Text), *times("restated_at"), Column("counted_on", Date)
)
