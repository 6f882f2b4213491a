"""What visits keeps: of each person the facts, the duties and the contacts."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, Interval, MetaData, Table, Text, Time, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from bus.readings import readings_table
from bus.tables import bus_tables, child_table, root_table, texts, times

metadata = MetaData()
bus_tables(metadata)
readings = readings_table(metadata)


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
    Column("ask_first", JSONB),
    Column("last_made", JSONB),
    Column("handed", JSONB),
    *times("unanswered_at"),
)
Index("cares_of_unit", cares.c.unit_id)
Index("cares_of_community", cares.c.community_id)
Index("cares_held", cares.c.held, postgresql_using="gin", postgresql_ops={"held": "jsonb_path_ops"})
"""On whose card somebody stands."""
ROLES_HELD = "CASE WHEN c.held IS NOT NULL THEN ARRAY(SELECT jsonb_object_keys(c.held)) END"
"""SQL: the roles that somebody holds for a person `c`; null = no card was heard."""
REACH = """($1::text IS NULL OR c.county = $1) AND ($2::uuid IS NULL OR $2 IN (c.unit_id, c.community_id))
  AND ($3::jsonb IS NULL OR c.held @> $3)"""
"""SQL: the people `c` whom $1, $2 and $3 leave: what bounds who reads (`Caller.bounds`); none = the whole city."""
LIVING = """c.kind IS NOT NULL
  AND NOT EXISTS (SELECT FROM deaths d WHERE d.person_id = c.person_id AND d.reported_at IS NOT NULL AND d.retracted_at IS NULL)
  AND NOT EXISTS (SELECT FROM happenings h WHERE h.person_id = c.person_id AND h.event = 'care-ended'
    AND h.known_at IS NOT NULL AND h.retracted_at IS NULL AND h.until IS NULL)"""
"""SQL: a person `c` who is under care now: enrolled, not dead, neither gone nor merged."""
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
    *times("struck_at"),
    Column("struck_by", Uuid),
    *texts("struck_because"),
)
lineages = root_table(
    "lineages",
    metadata,
    "lineage_id",
    *texts("city", "county", "because"),
    Column("unit_ids", JSONB),
    Column("heirs", JSONB),
    *texts("document"),
    *times("begun_at"),
)
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

policies_in_force = Table(
    "policies_in_force",
    metadata,
    Column("label", Text, primary_key=True),
    *texts("version", "zone"),
    Column("outcomes", ARRAY(Text)),
    Column("outcomes_silent", ARRAY(Text)),
    Column("kinds_reaching", ARRAY(Text)),
    Column("strengths_reaching", ARRAY(Text)),
    Column("holds", Interval),
    *times("since"),
)
"""The policy as relations, for SQL that shares no code with the engine; `coverage.in_force` writes them."""
rules_in_force = Table(
    "rules_in_force",
    metadata,
    Column("label", Text, primary_key=True),
    Column("county", Text, primary_key=True),
    Column("rule", Text, primary_key=True),
    *texts("title", "party", "on_death", "on_end", "stack"),
    *(Column(name, ARRAY(Text)) for name in ("kinds", "categories", "situations", "ranks")),
    Column("age_from", Integer),
    *texts("form", "event", "counted_from", "every", "occasion"),
    Column("codes", ARRAY(Text)),
    *(Column(name, Interval) for name in ("opens", "due", "lasting")),
    *(Column(name, Integer) for name in ("anchor_month", "anchor_day", "opens_day", "due_day")),
    *(Column(name, Time) for name in ("opens_hour", "due_hour")),
    *(Column(name, ARRAY(Text)) for name in ("contact_parties", "contact_kinds", "contact_strengths")),
    *times("since"),
)
rules_of_versions = Table(
    "rules_of_versions",
    metadata,
    Column("version", Text, primary_key=True),
    Column("county", Text, primary_key=True),
    Column("rule", Text, primary_key=True),
    *texts("party", "role", "kind", "strength", "form", "counted_from"),
    Column("months", Integer),
    Column("due", Interval),
    Column("lasting", Interval),
)
"""Of every version: who owes it by what means, and how long after its beginning it is due at the latest."""
instead_in_force = Table(
    "instead_in_force",
    metadata,
    Column("label", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("strength", Text, primary_key=True),
    *texts("ground"),
    Column("is_wish", Boolean),
)
"""By which other means an absence or a wish has it done."""
forbidden_in_force = Table(
    "forbidden_in_force",
    metadata,
    Column("label", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("strength", Text, primary_key=True),
)
"""By which means nothing may be owed to whoever has this wish: what it forbids would do."""
rungs = Table(
    "rungs",
    metadata,
    Column("version", Text, primary_key=True),
    Column("county", Text, primary_key=True),
    Column("rule", Text, primary_key=True),
    Column("rung", Integer, primary_key=True),
    *texts("name", "role"),
    Column("after", Interval),
)
"""The ladders of every version: a running duty climbs that of its own. Rung 0 is who owes it."""
situations_in_force = Table(
    "situations_in_force",
    metadata,
    Column("label", Text, primary_key=True),
    Column("situation", Text, primary_key=True),
    *texts("ground"),
    Column("after", Interval),
)
occasion_days = Table(
    "occasion_days",
    metadata,
    Column("label", Text, primary_key=True),
    Column("occasion", Text, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("first_day", Date),
    Column("last_day", Date),
)
lunar_birthdays = Table(
    "lunar_birthdays",
    metadata,
    Column("birth_year", Integer, primary_key=True),
    Column("birthday", Text, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("day", Date),
)
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
