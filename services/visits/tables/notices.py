"""What is kept of each notice: whom it asked, and what they answered."""

from sqlalchemy import Boolean, Column, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from bus.tables import child_table, root_table, texts, times
from services.visits.tables.schema import metadata

notices = root_table(
    "notices",
    metadata,
    "notice_id",
    *texts("city", "county", "what", "title", "document", "issued_by"),
    *times("issued_at", "until"),
    Column("warns", Boolean),
    *times("open_until"),
    *texts("open_in"),
    Column("wanted", JSONB),
    Column("asked", JSONB),
    Column("silence_told", JSONB),
    Column("told_of", JSONB),
    *texts("withdrawn_by", "withdrawn_for"),
    *times("withdrawn_at"),
)
answers = child_table(
    "answers",
    metadata,
    notices,
    "answer_id",
    Column("unit_id", Uuid),
    *texts("step", "words"),
    Column("answered_by", Uuid),
    *times("answered_at"),
)
