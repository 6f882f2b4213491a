"""What is kept of each holder: the traces of their contacts, and what was odd in them."""

from sqlalchemy import Boolean, Column, Index, Integer, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from bus.tables import child_table, root_table, texts, times
from services.visits.tables.schema import metadata

rounds = root_table("rounds", metadata, "holder_id")
traces = child_table(
    "traces",
    metadata,
    rounds,
    "contact_id",
    Column("person_id", Uuid),
    *texts("city", "county", "kind"),
    *times("made_at", "recorded_at"),
    Column("counts", Boolean),
    Column("in_person", Boolean),
    *texts("place"),
    Column("community_id", Uuid),
    Column("note_index", Uuid),
    Column("new_facts", Integer),
    Column("struck", Boolean),
)
Index("traces_recorded", traces.c.holder_id, traces.c.recorded_at)
flags = child_table(
    "flags",
    metadata,
    rounds,
    "flag_id",
    *texts("kind"),
    Column("contact_ids", JSONB),
    *texts("city", "county"),
    *times("raised_at"),
    Column("times", Integer),
    *times("lifted_at"),
    *texts("review"),
    Column("reviewed_by", Uuid),
    *times("reviewed_at"),
    *texts("reason"),
)
Index(
    "flags_open",
    flags.c.raised_at,
    flags.c.flag_id,
    postgresql_where=flags.c.lifted_at.is_(None) & flags.c.review.is_(None),
)
Index("flags_by_id", flags.c.flag_id)
