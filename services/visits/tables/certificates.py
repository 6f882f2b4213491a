"""What is kept of the coverage certificates: the chain, and whom each of them names."""

from sqlalchemy import Column, Date, Index, Integer, Table, Text, Uuid

from bus.tables import child_table, root_table, texts, times
from services.visits.tables.schema import metadata

certificate_books = root_table(
    "certificate_books",
    metadata,
    "book_id",
    *texts("city"),
    Column("number", Integer),
    Column("day", Date),
    *texts("hash"),
    *times("counted_as_of"),
    *texts("counted"),
)
certificates = child_table(
    "certificates",
    metadata,
    certificate_books,
    "certificate_id",
    Column("number", Integer),
    Column("day", Date),
    *texts("label"),
    *times("taken_at"),
    *(Column(name, Integer) for name in ("living", "dead", "ended", "rules", "exceptions", "stuck", "unreachable")),
    *texts("counts", "named_hash", "against"),
    Column("differing", Integer),
    *texts("previous", "hash"),
)
Index("certificates_by_number", certificates.c.number)
exceptions = Table(
    "exceptions",
    metadata,
    Column("certificate_id", Uuid, primary_key=True),
    Column("person_id", Uuid, primary_key=True),
    Column("rule", Text, primary_key=True),
    Column("why", Text, primary_key=True),
)
"""Whom and which rule each certificate names; written before it is issued."""
unreachable = Table(
    "unreachable",
    metadata,
    Column("certificate_id", Uuid, primary_key=True),
    Column("unit_id", Uuid, primary_key=True),
    Column("rung", Text, primary_key=True),
    Column("role", Text, primary_key=True),
    Column("people", Integer),
)
"""The rungs that nobody holds, and nobody above them, by the cards of so many people of a unit."""
