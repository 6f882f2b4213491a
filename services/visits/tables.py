"""What visits keeps: of each person the facts, the duties and the contacts."""

from sqlalchemy import Column, Date, Index, Integer, MetaData, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from bus.tables import bus_tables, child_table, root_table, texts, times

metadata = MetaData()
bus_tables(metadata)


cares = root_table(
    "cares",
    metadata,
    "person_id",
    *texts("city", "county", "kind", "category"),
    *times("classed_at"),
    Column("unit_id", Uuid),
    Column("community_id", Uuid),
    *times("enrolled_at"),
    Column("card_version", Integer),
    Column("roles_held", JSONB),
    *texts("governed_by"),
    *times("governed_since"),
)
stays = child_table(
    "stays",
    metadata,
    cares,
    "stay_id",
    *times(
        "admitted_at", "heard_at", "discharged_at", "discharge_recorded_at", "discharge_cancelled_at", "cancelled_at"
    ),
)
deaths = child_table(
    "deaths", metadata, cares, "report_id", *times("reported_at", "heard_at", "died_at", "retracted_at")
)
family_changes = child_table(
    "family_changes",
    metadata,
    cares,
    "change_id",
    *texts("change"),
    Column("happened_on", Date),
    *times("reported_at", "heard_at"),
)
hardships = child_table(
    "hardships", metadata, cares, "hardship_id", *texts("hardship"), *times("reported_at", "heard_at")
)
duties = child_table(
    "duties",
    metadata,
    cares,
    "duty_id",
    *texts("rule", "policy", "kind", "party", "role", "strength", "cause_kind"),
    Column("cause_id", Uuid),
    *times("cause_at"),
    *texts("occurrence"),
    *times("counts_from", "opened_at", "due_at"),
    *texts("answering"),
    Column("rung", Integer),
    *times("next_rung_at", "escalated_at", "missed_at", "acknowledged_at"),
    Column("acknowledged_by", Uuid),
    Column("acknowledged_rung", Integer),
    Column("followed_by", Uuid),
    *times("closed_at"),
    *texts("closed_as", "closed_by"),
    Column("closed_by_id", Uuid),
    *texts("reason"),
)
Index("duties_open", duties.c.due_at, postgresql_where=duties.c.closed_at.is_(None))
Index("duties_by_id", duties.c.duty_id)
contacts = child_table(
    "contacts",
    metadata,
    cares,
    "contact_id",
    *texts("kind", "party", "role", "strength", "outcome"),
    Column("made_by", Uuid),
    *times("made_at", "recorded_at"),
)
