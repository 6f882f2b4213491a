"""The policy as relations, for SQL that shares no code with the engine; `coverage.in_force` writes them."""

from sqlalchemy import Boolean, Column, Date, Integer, Interval, Table, Text, Time
from sqlalchemy.dialects.postgresql import ARRAY

from bus.tables import texts, times
from services.visits.tables.schema import metadata

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
