"""What visits keeps: of each person the facts, the duties and the contacts."""

from sqlalchemy import Column, Date, DateTime, Index, Integer, MetaData, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from bus.store import child_table, root_table
from bus.tables import bus_tables

metadata = MetaData()
bus_tables(metadata)


def _times(*names: str) -> list[Column[object]]:
    return [Column(name, DateTime(timezone=True)) for name in names]


def _texts(*names: str) -> list[Column[object]]:
    return [Column(name, Text) for name in names]


cares = root_table(
    "cares",
    metadata,
    "person_id",
    *_texts("city", "county", "kind", "category"),
    *_times("classed_at"),
    Column("unit_id", Uuid),
    Column("community_id", Uuid),
    *_times("enrolled_at"),
    Column("card_version", Integer),
    Column("roles_held", JSONB),
    *_texts("governed_by"),
    *_times("governed_since"),
)
stays = child_table(
    "stays",
    metadata,
    cares,
    "stay_id",
    *_times("admitted_at", "heard_at", "discharged_at", "discharge_cancelled_at", "cancelled_at"),
)
deaths = child_table(
    "deaths", metadata, cares, "report_id", *_times("reported_at", "heard_at", "died_at", "retracted_at")
)
family_changes = child_table(
    "family_changes",
    metadata,
    cares,
    "change_id",
    *_texts("change"),
    Column("happened_on", Date),
    *_times("reported_at", "heard_at"),
)
hardships = child_table(
    "hardships", metadata, cares, "hardship_id", *_texts("hardship"), *_times("reported_at", "heard_at")
)
duties = child_table(
    "duties",
    metadata,
    cares,
    "duty_id",
    *_texts("rule", "policy", "kind", "party", "role", "strength", "cause_kind"),
    Column("cause_id", Uuid),
    *_times("cause_at"),
    *_texts("occurrence"),
    *_times("counts_from", "opened_at", "due_at"),
    *_texts("answering"),
    Column("rung", Integer),
    *_times("next_rung_at", "escalated_at", "missed_at", "acknowledged_at"),
    Column("acknowledged_by", Uuid),
    Column("acknowledged_rung", Integer),
    Column("followed_by", Uuid),
    *_times("closed_at"),
    *_texts("closed_as", "closed_by"),
    Column("closed_by_id", Uuid),
    *_texts("reason"),
)
Index("duties_open", duties.c.due_at, postgresql_where=duties.c.closed_at.is_(None))
Index("duties_by_id", duties.c.duty_id)
contacts = child_table(
    "contacts",
    metadata,
    cares,
    "contact_id",
    *_texts("kind", "party", "role", "strength", "outcome"),
    Column("made_by", Uuid),
    *_times("made_at", "recorded_at"),
)
