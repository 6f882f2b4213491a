"""What is kept of the policy: each version with its files, who proposed and approved it, and the orders to rebase."""

from sqlalchemy import Column, Index, Table, Text

from bus.tables import child_table, root_table, texts, times
from services.visits.tables.schema import metadata

policy_books = root_table("policy_books", metadata, "book_id", *texts("city"))
proposals = child_table(
    "proposals",
    metadata,
    policy_books,
    "proposal_id",
    *texts("version", "title", "note", "proposed_by"),
    *times("proposed_at", "wanted_from"),
    *texts("approved_by"),
    *times("approved_at", "in_force_from"),
    *texts("withdrawn_by"),
    *times("withdrawn_at"),
    *texts("reason"),
)
sources = child_table("sources", metadata, policy_books, "source_id", *texts("version", "files"))
Index("sources_of_version", sources.c.version, unique=True)
installed = Table(
    "installed",
    metadata,
    Column("city", Text, primary_key=True),
    *texts("version", "files"),
    *times("installed_at"),
)
"""One row: the pack with which the city began."""
rebases = child_table(
    "rebases",
    metadata,
    policy_books,
    "rebase_id",
    *texts("version", "county", "rule", "reason", "ordered_by"),
    *times("ordered_at"),
)
