"""What is kept of each person: the facts, the duties and the contacts."""

from sqlalchemy import Boolean, Column, Index, Integer, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from bus.tables import child_table, root_table, texts, times
from services.visits.tables.schema import metadata

cares = root_table(
    "cares",
    metadata,
    "person_id",
    *texts("city", "county", "kind", "category", "rank"),
    *times("classed_at", "reclassed_at"),
    Column("former", JSONB),
    Column("birth_year", Integer),
    *texts("birthday"),
    Column("unit_id", Uuid),
    *texts("unit_name"),
    Column("moves", JSONB),
    Column("community_id", Uuid),
    *times("enrolled_at"),
    Column("card_version", Integer),
    Column("held", JSONB),
    Column("wishes", JSONB),
    Column("hours", JSONB),
    *times("hours_since"),
    Column("ask_first", JSONB),
    Column("last_made", JSONB),
    Column("handed", JSONB),
    *times("unanswered_at"),
)
Index("cares_of_unit", cares.c.unit_id)
Index("cares_of_community", cares.c.community_id)
Index("cares_held", cares.c.held, postgresql_using="gin", postgresql_ops={"held": "jsonb_path_ops"})
"""On whose card somebody stands."""
stays = child_table(
    "stays",
    metadata,
    cares,
    "stay_id",
    *times("admitted_at", "heard_at"),
    *times("discharged_at", "discharge_recorded_at", "discharge_heard_at"),
    Column("discharges", JSONB),
    *times("discharge_cancelled_at"),
    Column("discharge_id", Uuid),
    *times("cancelled_at", "given_back_at"),
)
deaths = child_table(
    "deaths", metadata, cares, "report_id", *times("reported_at", "heard_at", "died_at", "retracted_at")
)
happenings = child_table(
    "happenings",
    metadata,
    cares,
    "happening_id",
    *texts("event", "what"),
    *times("happened_at", "known_at", "until", "until_known_at"),
    Column("into", Uuid),
    *times("retracted_at"),
)
Index("happenings_into", happenings.c.into, postgresql_where=happenings.c.into.isnot(None))
"""Which files were merged."""
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
    *texts("answering", "county"),
    Column("counted_plainly", Boolean),
    *texts("instead"),
    *times("own_due_at", "remind_at"),
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
Index("duties_open", duties.c.due_at, duties.c.duty_id, postgresql_where=duties.c.closed_at.is_(None))
Index("duties_by_id", duties.c.duty_id)
Index(
    "duties_standing",
    duties.c.person_id,
    duties.c.rule,
    postgresql_where=duties.c.closed_at.is_(None) | duties.c.followed_by.is_(None),
)
contacts = child_table(
    "contacts",
    metadata,
    cares,
    "contact_id",
    *texts("kind", "party", "role", "strength", "outcome"),
    Column("made_by", Uuid),
    *times("made_at", "recorded_at"),
    *texts("note"),
    Column("note_index", Uuid),
    *texts("place"),
    Column("witness", Uuid),
    *texts("photo"),
    Column("new_facts", Integer),
    Column("entered_late", Boolean),
    Column("unwished", Boolean),
    *times("struck_at"),
    Column("struck_by", Uuid),
    *texts("struck_because"),
)
