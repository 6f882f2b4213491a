"""What holds of a person for a while."""

from sqlalchemy import Column, Date, Index, Integer, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from bus.tables import child_table, texts, times
from services.registry.tables.people import people
from services.registry.tables.schema import metadata

situations = child_table("situations", metadata, people, "situation_id", *texts("situation"), *times("since", "until"))
wishes = child_table(
    "wishes",
    metadata,
    people,
    "wish_id",
    *texts("wish", "words"),
    *times("stated_at", "withdrawn_at"),
    Column("hours", JSONB),
    Column("ask_first", JSONB),
)
reports = child_table("reports", metadata, people, "report_id", *texts("what"), *times("reported_at", "retracted_at"))
absences = child_table(
    "absences", metadata, people, "absence_id", *texts("absence"), *times("from_at", "until_at", "ended_at")
)
care_ends = child_table(
    "care_ends", metadata, people, "end_id", *texts("why"), Column("into", Uuid), *times("ended_at", "resumed_at")
)
Index("care_ends_into", care_ends.c.into, postgresql_where=care_ends.c.into.isnot(None))
distinctions = child_table(
    "distinctions", metadata, people, "distinction_id", Column("other_id", Uuid), *times("told_apart_at")
)
Index("distinctions_other", distinctions.c.other_id)
plans = child_table(
    "plans",
    metadata,
    people,
    "plan_id",
    Column("version", Integer),
    Column("items", JSONB),
    *texts("adopted_by"),
    Column("next_review", Date),
    *times("adopted_at"),
)
