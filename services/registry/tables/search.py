"""The blind indexes that people are found by."""

from sqlalchemy import Column, Index, Integer, Uuid

from bus.tables import child_table, texts
from services.registry.tables.people import people
from services.registry.tables.schema import metadata

search_keys = child_table(
    "search_keys",
    metadata,
    people,
    "key_id",
    *texts("field", "form"),
    Column("index", Uuid),
    Column("generation", Integer),
)
Index("search_keys_index", search_keys.c.index)
