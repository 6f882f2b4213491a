"""The first tables of visits."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from bus import first_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    first_tables.make()
    op.create_table(
        "cares",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("rank", sa.Text(), nullable=True),
        sa.Column("classed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reclassed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("former", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("birthday", sa.Text(), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("unit_name", sa.Text(), nullable=True),
        sa.Column("moves", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("community_id", sa.Uuid(), nullable=True),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("card_version", sa.Integer(), nullable=True),
        sa.Column("held", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("wishes", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("hours", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("hours_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ask_first", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("last_made", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("handed", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("unanswered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wake_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("risk", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("wakes_failed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("settled_under", sa.Text(), nullable=True),
        sa.Column("turns", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("person_id"),
    )
    op.create_index("cares_failing", "cares", ["person_id"], unique=False, postgresql_where=sa.text("wakes_failed > 0"))
    op.create_index(
        "cares_held", "cares", ["held"], unique=False, postgresql_using="gin", postgresql_ops={"held": "jsonb_path_ops"}
    )
    op.create_index("cares_of_community", "cares", ["community_id"], unique=False)
    op.create_index("cares_of_unit", "cares", ["unit_id"], unique=False)
    op.create_index(
        "cares_wake", "cares", ["risk", "wake_at"], unique=False, postgresql_where=sa.text("wake_at IS NOT NULL")
    )
    op.create_table(
        "certificate_books",
        sa.Column("book_id", sa.Uuid(), nullable=False),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("hash", sa.Text(), nullable=True),
        sa.Column("counted_as_of", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counted", sa.Text(), nullable=True),
        sa.Column("clock", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wake_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("risk", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("wakes_failed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("settled_under", sa.Text(), nullable=True),
        sa.Column("turns", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("book_id"),
    )
    op.create_index(
        "certificate_books_failing",
        "certificate_books",
        ["book_id"],
        unique=False,
        postgresql_where=sa.text("wakes_failed > 0"),
    )
    op.create_index(
        "certificate_books_wake",
        "certificate_books",
        ["risk", "wake_at"],
        unique=False,
        postgresql_where=sa.text("wake_at IS NOT NULL"),
    )
    op.create_table(
        "exceptions",
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("certificate_id", "person_id", "rule", "why"),
    )
    op.create_table(
        "forbidden_in_force",
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("strength", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("label", "name", "kind", "strength"),
    )
    op.create_table(
        "installed",
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=True),
        sa.Column("files", sa.Text(), nullable=True),
        sa.Column("installed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("city"),
    )
    op.create_table(
        "instead_in_force",
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("strength", sa.Text(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=True),
        sa.Column("is_wish", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("label", "name", "kind", "strength"),
    )
    op.create_table(
        "lineages",
        sa.Column("lineage_id", sa.Uuid(), nullable=False),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column("because", sa.Text(), nullable=True),
        sa.Column("unit_ids", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("heirs", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wake_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("risk", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("wakes_failed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("settled_under", sa.Text(), nullable=True),
        sa.Column("turns", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("lineage_id"),
    )
    op.create_index(
        "lineages_failing", "lineages", ["lineage_id"], unique=False, postgresql_where=sa.text("wakes_failed > 0")
    )
    op.create_index(
        "lineages_wake", "lineages", ["risk", "wake_at"], unique=False, postgresql_where=sa.text("wake_at IS NOT NULL")
    )
    op.create_table(
        "lunar_birthdays",
        sa.Column("birth_year", sa.Integer(), nullable=False),
        sa.Column("birthday", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("birth_year", "birthday", "year"),
    )
    op.create_table(
        "notices",
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column("what", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("issued_by", sa.Text(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("warns", sa.Boolean(), nullable=True),
        sa.Column("open_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("open_in", sa.Text(), nullable=True),
        sa.Column("wanted", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("asked", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("silence_told", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("told_of", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.Column("withdrawn_for", sa.Text(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wake_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("risk", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("wakes_failed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("settled_under", sa.Text(), nullable=True),
        sa.Column("turns", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("notice_id"),
    )
    op.create_index(
        "notices_failing", "notices", ["notice_id"], unique=False, postgresql_where=sa.text("wakes_failed > 0")
    )
    op.create_index(
        "notices_wake", "notices", ["risk", "wake_at"], unique=False, postgresql_where=sa.text("wake_at IS NOT NULL")
    )
    op.create_table(
        "occasion_days",
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("label", "occasion", "year"),
    )
    op.create_table(
        "policies_in_force",
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=True),
        sa.Column("zone", sa.Text(), nullable=True),
        sa.Column("outcomes", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("outcomes_silent", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("kinds_reaching", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("strengths_reaching", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("holds", sa.Interval(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("label"),
    )
    op.create_table(
        "policy_books",
        sa.Column("book_id", sa.Uuid(), nullable=False),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("clock", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wake_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("risk", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("wakes_failed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("settled_under", sa.Text(), nullable=True),
        sa.Column("turns", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("book_id"),
    )
    op.create_index(
        "policy_books_failing", "policy_books", ["book_id"], unique=False, postgresql_where=sa.text("wakes_failed > 0")
    )
    op.create_index(
        "policy_books_wake",
        "policy_books",
        ["risk", "wake_at"],
        unique=False,
        postgresql_where=sa.text("wake_at IS NOT NULL"),
    )
    op.create_table(
        "readings",
        sa.Column("reading_id", sa.Uuid(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wake_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("risk", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("wakes_failed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("settled_under", sa.Text(), nullable=True),
        sa.Column("turns", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("reading_id"),
    )
    op.create_index(
        "readings_failing", "readings", ["reading_id"], unique=False, postgresql_where=sa.text("wakes_failed > 0")
    )
    op.create_index(
        "readings_wake", "readings", ["risk", "wake_at"], unique=False, postgresql_where=sa.text("wake_at IS NOT NULL")
    )
    op.create_table(
        "rounds",
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("clock", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wake_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("risk", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("wakes_failed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("settled_under", sa.Text(), nullable=True),
        sa.Column("turns", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("holder_id"),
    )
    op.create_index(
        "rounds_failing", "rounds", ["holder_id"], unique=False, postgresql_where=sa.text("wakes_failed > 0")
    )
    op.create_index(
        "rounds_wake", "rounds", ["risk", "wake_at"], unique=False, postgresql_where=sa.text("wake_at IS NOT NULL")
    )
    op.create_table(
        "rules_in_force",
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("county", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("party", sa.Text(), nullable=True),
        sa.Column("on_death", sa.Text(), nullable=True),
        sa.Column("on_end", sa.Text(), nullable=True),
        sa.Column("stack", sa.Text(), nullable=True),
        sa.Column("kinds", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("categories", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("situations", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("ranks", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("age_from", sa.Integer(), nullable=True),
        sa.Column("form", sa.Text(), nullable=True),
        sa.Column("event", sa.Text(), nullable=True),
        sa.Column("counted_from", sa.Text(), nullable=True),
        sa.Column("every", sa.Text(), nullable=True),
        sa.Column("occasion", sa.Text(), nullable=True),
        sa.Column("codes", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("opens", sa.Interval(), nullable=True),
        sa.Column("due", sa.Interval(), nullable=True),
        sa.Column("lasting", sa.Interval(), nullable=True),
        sa.Column("anchor_month", sa.Integer(), nullable=True),
        sa.Column("anchor_day", sa.Integer(), nullable=True),
        sa.Column("opens_day", sa.Integer(), nullable=True),
        sa.Column("due_day", sa.Integer(), nullable=True),
        sa.Column("opens_hour", sa.Time(), nullable=True),
        sa.Column("due_hour", sa.Time(), nullable=True),
        sa.Column("contact_parties", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("contact_kinds", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("contact_strengths", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("label", "county", "rule"),
    )
    op.create_table(
        "rules_of_versions",
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("county", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("strength", sa.Text(), nullable=True),
        sa.Column("form", sa.Text(), nullable=True),
        sa.Column("counted_from", sa.Text(), nullable=True),
        sa.Column("months", sa.Integer(), nullable=True),
        sa.Column("due", sa.Interval(), nullable=True),
        sa.Column("lasting", sa.Interval(), nullable=True),
        sa.PrimaryKeyConstraint("version", "county", "rule"),
    )
    op.create_table(
        "rungs",
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("county", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("after", sa.Interval(), nullable=True),
        sa.PrimaryKeyConstraint("version", "county", "rule", "rung"),
    )
    op.create_table(
        "situations_in_force",
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("situation", sa.Text(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=True),
        sa.Column("after", sa.Interval(), nullable=True),
        sa.PrimaryKeyConstraint("label", "situation"),
    )
    op.create_table(
        "unreachable",
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("rung", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("certificate_id", "unit_id", "rung", "role"),
    )
    op.create_table(
        "answers",
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("answer_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("step", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["notices.notice_id"],
        ),
        sa.PrimaryKeyConstraint("notice_id", "answer_id"),
    )
    op.create_table(
        "certificates",
        sa.Column("book_id", sa.Uuid(), nullable=False),
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("living", sa.Integer(), nullable=True),
        sa.Column("dead", sa.Integer(), nullable=True),
        sa.Column("ended", sa.Integer(), nullable=True),
        sa.Column("rules", sa.Integer(), nullable=True),
        sa.Column("exceptions", sa.Integer(), nullable=True),
        sa.Column("stuck", sa.Integer(), nullable=True),
        sa.Column("unreachable", sa.Integer(), nullable=True),
        sa.Column("counts", sa.Text(), nullable=True),
        sa.Column("named_hash", sa.Text(), nullable=True),
        sa.Column("against", sa.Text(), nullable=True),
        sa.Column("differing", sa.Integer(), nullable=True),
        sa.Column("previous", sa.Text(), nullable=True),
        sa.Column("hash", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["book_id"],
            ["certificate_books.book_id"],
        ),
        sa.PrimaryKeyConstraint("book_id", "certificate_id"),
    )
    op.create_index("certificates_by_number", "certificates", ["number"], unique=False)
    op.create_table(
        "contacts",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("party", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("strength", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("note_index", sa.Uuid(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("witness", sa.Uuid(), nullable=True),
        sa.Column("photo", sa.Text(), nullable=True),
        sa.Column("new_facts", sa.Integer(), nullable=True),
        sa.Column("entered_late", sa.Boolean(), nullable=True),
        sa.Column("unwished", sa.Boolean(), nullable=True),
        sa.Column("struck_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("struck_by", sa.Uuid(), nullable=True),
        sa.Column("struck_because", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["cares.person_id"],
        ),
        sa.PrimaryKeyConstraint("person_id", "contact_id"),
    )
    op.create_table(
        "deaths",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("died_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retracted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["cares.person_id"],
        ),
        sa.PrimaryKeyConstraint("person_id", "report_id"),
    )
    op.create_table(
        "duties",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("duty_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=True),
        sa.Column("policy", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("party", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("strength", sa.Text(), nullable=True),
        sa.Column("cause_kind", sa.Text(), nullable=True),
        sa.Column("cause_id", sa.Uuid(), nullable=True),
        sa.Column("cause_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("occurrence", sa.Text(), nullable=True),
        sa.Column("counts_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answering", sa.Text(), nullable=True),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column("counted_plainly", sa.Boolean(), nullable=True),
        sa.Column("instead", sa.Text(), nullable=True),
        sa.Column("own_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rung", sa.Integer(), nullable=True),
        sa.Column("next_rung_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("missed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.Uuid(), nullable=True),
        sa.Column("acknowledged_rung", sa.Integer(), nullable=True),
        sa.Column("followed_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_as", sa.Text(), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("closed_by_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["cares.person_id"],
        ),
        sa.PrimaryKeyConstraint("person_id", "duty_id"),
    )
    op.create_index("duties_by_id", "duties", ["duty_id"], unique=False)
    op.create_index(
        "duties_open", "duties", ["due_at", "duty_id"], unique=False, postgresql_where=sa.text("closed_at IS NULL")
    )
    op.create_index(
        "duties_standing",
        "duties",
        ["person_id", "rule"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL OR followed_by IS NULL"),
    )
    op.create_table(
        "flags",
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("flag_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("contact_ids", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("times", sa.Integer(), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("review", sa.Text(), nullable=True),
        sa.Column("reviewed_by", sa.Uuid(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["holder_id"],
            ["rounds.holder_id"],
        ),
        sa.PrimaryKeyConstraint("holder_id", "flag_id"),
    )
    op.create_index("flags_by_id", "flags", ["flag_id"], unique=False)
    op.create_index(
        "flags_open",
        "flags",
        ["raised_at", "flag_id"],
        unique=False,
        postgresql_where=sa.text("lifted_at IS NULL AND review IS NULL"),
    )
    op.create_table(
        "happenings",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("happening_id", sa.Uuid(), nullable=False),
        sa.Column("event", sa.Text(), nullable=True),
        sa.Column("what", sa.Text(), nullable=True),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until_known_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("into", sa.Uuid(), nullable=True),
        sa.Column("retracted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["cares.person_id"],
        ),
        sa.PrimaryKeyConstraint("person_id", "happening_id"),
    )
    op.create_index(
        "happenings_into", "happenings", ["into"], unique=False, postgresql_where=sa.text('"into" IS NOT NULL')
    )
    op.create_table(
        "proposals",
        sa.Column("book_id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("proposed_by", sa.Text(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wanted_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("in_force_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["book_id"],
            ["policy_books.book_id"],
        ),
        sa.PrimaryKeyConstraint("book_id", "proposal_id"),
    )
    op.create_table(
        "rebases",
        sa.Column("book_id", sa.Uuid(), nullable=False),
        sa.Column("rebase_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Text(), nullable=True),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column("rule", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("ordered_by", sa.Text(), nullable=True),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["book_id"],
            ["policy_books.book_id"],
        ),
        sa.PrimaryKeyConstraint("book_id", "rebase_id"),
    )
    op.create_table(
        "sources",
        sa.Column("book_id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Text(), nullable=True),
        sa.Column("files", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["book_id"],
            ["policy_books.book_id"],
        ),
        sa.PrimaryKeyConstraint("book_id", "source_id"),
    )
    op.create_index("sources_of_version", "sources", ["version"], unique=True)
    op.create_table(
        "stays",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("stay_id", sa.Uuid(), nullable=False),
        sa.Column("admitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("discharged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("discharge_recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("discharge_heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("discharges", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("discharge_cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("discharge_id", sa.Uuid(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["cares.person_id"],
        ),
        sa.PrimaryKeyConstraint("person_id", "stay_id"),
    )
    op.create_table(
        "traces",
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counts", sa.Boolean(), nullable=True),
        sa.Column("in_person", sa.Boolean(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("community_id", sa.Uuid(), nullable=True),
        sa.Column("note_index", sa.Uuid(), nullable=True),
        sa.Column("new_facts", sa.Integer(), nullable=True),
        sa.Column("struck", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["holder_id"],
            ["rounds.holder_id"],
        ),
        sa.PrimaryKeyConstraint("holder_id", "contact_id"),
    )
    op.create_index("traces_recorded", "traces", ["holder_id", "recorded_at"], unique=False)
