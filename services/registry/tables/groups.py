"""Groups of the bureau's staff, and the people whom each has."""

from sqlalchemy import Boolean, Column, Index, Integer, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from bus.tables import child_table, root_table, times
from services.registry.tables.schema import metadata

groups = root_table(
    "groups",
    metadata,
    "group_id",
    Column("name", Text),
    Column("unit_id", Uuid),
    Column("city", Text),
    Column("county", Text),
    Column("least", Integer),
    Column("most", Integer),
    Column("staff", JSONB),
)
links = child_table(
    "links",
    metadata,
    groups,
    "link_id",
    Column("person_id", Uuid),
    *times("linked_at", "unlinked_at"),
    Column("gone", Boolean),
    *times("told_at"),
)
Index("links_person_id", links.c.person_id, unique=True, postgresql_where=links.c.unlinked_at.is_(None))
"""A person is in one group: of two groups that take somebody at once, one is refused."""
