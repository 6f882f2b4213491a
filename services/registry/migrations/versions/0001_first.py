"""The first tables of the registry."""

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
        "deputies",
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column("clock", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wake_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("risk", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("wakes_failed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("settled_under", sa.Text(), nullable=True),
        sa.Column("turns", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("holder_id"),
    )
    op.create_index(
        "deputies_failing", "deputies", ["holder_id"], unique=False, postgresql_where=sa.text("wakes_failed > 0")
    )
    op.create_index(
        "deputies_wake", "deputies", ["risk", "wake_at"], unique=False, postgresql_where=sa.text("wake_at IS NOT NULL")
    )
    op.create_table(
        "directories",
        sa.Column("directory_id", sa.Uuid(), nullable=False),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("restated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counted_on", sa.Date(), nullable=True),
        sa.Column("clock", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wake_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("risk", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("wakes_failed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("settled_under", sa.Text(), nullable=True),
        sa.Column("turns", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("directory_id"),
    )
    op.create_index(
        "directories_failing",
        "directories",
        ["directory_id"],
        unique=False,
        postgresql_where=sa.text("wakes_failed > 0"),
    )
    op.create_index(
        "directories_wake",
        "directories",
        ["risk", "wake_at"],
        unique=False,
        postgresql_where=sa.text("wake_at IS NOT NULL"),
    )
    op.create_table(
        "groups",
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column("least", sa.Integer(), nullable=True),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.Column("staff", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("clock", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wake_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("risk", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("wakes_failed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("settled_under", sa.Text(), nullable=True),
        sa.Column("turns", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("group_id"),
    )
    op.create_index(
        "groups_failing", "groups", ["group_id"], unique=False, postgresql_where=sa.text("wakes_failed > 0")
    )
    op.create_index(
        "groups_wake", "groups", ["risk", "wake_at"], unique=False, postgresql_where=sa.text("wake_at IS NOT NULL")
    )
    op.create_table(
        "openings",
        sa.Column("opening_id", sa.Uuid(), nullable=False),
        sa.Column("people", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("opened_by", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("what", sa.Text(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wake_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("risk", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("wakes_failed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("settled_under", sa.Text(), nullable=True),
        sa.Column("turns", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("opening_id"),
    )
    op.create_index("openings_by", "openings", ["opened_by", "opened_at"], unique=False)
    op.create_index(
        "openings_failing", "openings", ["opening_id"], unique=False, postgresql_where=sa.text("wakes_failed > 0")
    )
    op.create_index("openings_of_people", "openings", ["people"], unique=False, postgresql_using="gin")
    op.create_index(
        "openings_wake", "openings", ["risk", "wake_at"], unique=False, postgresql_where=sa.text("wake_at IS NOT NULL")
    )
    op.create_table(
        "people",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("rank", sa.Text(), nullable=True),
        sa.Column("political_status", sa.Text(), nullable=True),
        sa.Column("classed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("classed_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("name_index", sa.Uuid(), nullable=True),
        sa.Column("birth_date", sa.Text(), nullable=True),
        sa.Column("birth_date_index", sa.Uuid(), nullable=True),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("birthday", sa.Text(), nullable=True),
        sa.Column("resident_id", sa.Text(), nullable=True),
        sa.Column("resident_id_index", sa.Uuid(), nullable=True),
        sa.Column("phones", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("community_id", sa.Uuid(), nullable=True),
        sa.Column("survivor_of", sa.Uuid(), nullable=True),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("followed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("survivors", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("since", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("keyed", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("unit_path", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("on_card", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("held", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("restate_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settles", sa.Boolean(), nullable=True),
        sa.Column("communities_left", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("taken", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("clock", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wake_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("risk", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("wakes_failed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("settled_under", sa.Text(), nullable=True),
        sa.Column("turns", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("person_id"),
    )
    op.create_index("people_below_unit", "people", ["unit_path"], unique=False, postgresql_using="gin")
    op.create_index("people_by_name_of_id", "people", [sa.text("CAST(person_id AS TEXT)")], unique=False)
    op.create_index(
        "people_failing", "people", ["person_id"], unique=False, postgresql_where=sa.text("wakes_failed > 0")
    )
    op.create_index(
        "people_held",
        "people",
        ["held"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"held": "jsonb_path_ops"},
    )
    op.create_index("people_of_group", "people", ["group_id", "person_id"], unique=False)
    op.create_index("people_of_holder", "people", ["on_card"], unique=False, postgresql_using="gin")
    op.create_index("people_of_unit", "people", ["unit_id", "enrolled_at", "person_id"], unique=False)
    op.create_index("people_resident_id", "people", ["resident_id_index"], unique=True)
    op.create_index("people_same", "people", ["name_index", "birth_date_index"], unique=False)
    op.create_index("people_survivors", "people", [sa.text("CAST(survivor_of AS TEXT)")], unique=False)
    op.create_index(
        "people_wake", "people", ["risk", "wake_at"], unique=False, postgresql_where=sa.text("wake_at IS NOT NULL")
    )
    op.create_table(
        "rosters",
        sa.Column("roster_id", sa.Uuid(), nullable=False),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("clock", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wake_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("risk", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("wakes_failed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("settled_under", sa.Text(), nullable=True),
        sa.Column("turns", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("roster_id"),
    )
    op.create_index(
        "rosters_failing", "rosters", ["roster_id"], unique=False, postgresql_where=sa.text("wakes_failed > 0")
    )
    op.create_index(
        "rosters_wake", "rosters", ["risk", "wake_at"], unique=False, postgresql_where=sa.text("wake_at IS NOT NULL")
    )
    op.create_table(
        "survey_rounds",
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("form", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("closes_on", sa.Date(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wake_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("risk", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("wakes_failed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("settled_under", sa.Text(), nullable=True),
        sa.Column("turns", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("round_id"),
    )
    op.create_index(
        "survey_rounds_failing",
        "survey_rounds",
        ["round_id"],
        unique=False,
        postgresql_where=sa.text("wakes_failed > 0"),
    )
    op.create_index(
        "survey_rounds_wake",
        "survey_rounds",
        ["risk", "wake_at"],
        unique=False,
        postgresql_where=sa.text("wake_at IS NOT NULL"),
    )
    op.create_table(
        "units",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("party", sa.Text(), nullable=True),
        sa.Column("reports_to", sa.Uuid(), nullable=True),
        sa.Column("nature", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column("lineage_id", sa.Uuid(), nullable=True),
        sa.Column("because", sa.Text(), nullable=True),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("heirs", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("became", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wake_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("risk", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("wakes_failed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("settled_under", sa.Text(), nullable=True),
        sa.Column("turns", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("unit_id"),
    )
    op.create_index("units_became", "units", ["became"], unique=False, postgresql_using="gin")
    op.create_index("units_ended", "units", ["unit_id"], unique=False, postgresql_where=sa.text("ended_at IS NOT NULL"))
    op.create_index("units_failing", "units", ["unit_id"], unique=False, postgresql_where=sa.text("wakes_failed > 0"))
    op.create_index(
        "units_wake", "units", ["risk", "wake_at"], unique=False, postgresql_where=sa.text("wake_at IS NOT NULL")
    )
    op.create_table(
        "absences",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("absence_id", sa.Uuid(), nullable=False),
        sa.Column("absence", sa.Text(), nullable=True),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.person_id"],
        ),
        sa.PrimaryKeyConstraint("person_id", "absence_id"),
    )
    op.create_table(
        "agreements",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("area", sa.Text(), nullable=True),
        sa.Column("hospitals", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.person_id"],
        ),
        sa.PrimaryKeyConstraint("person_id", "agreement_id"),
    )
    op.create_table(
        "appointments",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("appointed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["units.unit_id"],
        ),
        sa.PrimaryKeyConstraint("unit_id", "appointment_id"),
    )
    op.create_table(
        "assignments",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("liaison_id", sa.Uuid(), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.person_id"],
        ),
        sa.PrimaryKeyConstraint("person_id", "assignment_id"),
    )
    op.create_table(
        "away",
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("away_id", sa.Uuid(), nullable=False),
        sa.Column("deputy_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["holder_id"],
            ["deputies.holder_id"],
        ),
        sa.PrimaryKeyConstraint("holder_id", "away_id"),
    )
    op.create_table(
        "care_ends",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("end_id", sa.Uuid(), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("into", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resumed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.person_id"],
        ),
        sa.PrimaryKeyConstraint("person_id", "end_id"),
    )
    op.create_index(
        "care_ends_into", "care_ends", ["into"], unique=False, postgresql_where=sa.text('"into" IS NOT NULL')
    )
    op.create_table(
        "deaths",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("died_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retracted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.person_id"],
        ),
        sa.PrimaryKeyConstraint("person_id", "report_id"),
    )
    op.create_table(
        "destinations",
        sa.Column("roster_id", sa.Uuid(), nullable=False),
        sa.Column("destination_id", sa.Uuid(), nullable=False),
        sa.Column("lineage_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["roster_id"],
            ["rosters.roster_id"],
        ),
        sa.PrimaryKeyConstraint("roster_id", "destination_id"),
    )
    op.create_index("destinations_of_lineage", "destinations", ["lineage_id"], unique=False)
    op.create_index("destinations_of_person", "destinations", ["person_id"], unique=False)
    op.create_table(
        "distinctions",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("distinction_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=True),
        sa.Column("told_apart_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.person_id"],
        ),
        sa.PrimaryKeyConstraint("person_id", "distinction_id"),
    )
    op.create_index("distinctions_other", "distinctions", ["other_id"], unique=False)
    op.create_table(
        "file_lines",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.Text(), nullable=True),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_id", sa.Text(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=True),
        sa.Column("fact_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.person_id"],
        ),
        sa.PrimaryKeyConstraint("person_id", "line_id"),
    )
    op.create_index(
        "contacts_made", "file_lines", ["fact_at"], unique=False, postgresql_where=sa.text("what = 'contact.made'")
    )
    op.create_table(
        "lineages",
        sa.Column("roster_id", sa.Uuid(), nullable=False),
        sa.Column("lineage_id", sa.Uuid(), nullable=False),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column("because", sa.Text(), nullable=True),
        sa.Column("unit_ids", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("heirs", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("people_before", sa.Integer(), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("look_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("people_after", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["roster_id"],
            ["rosters.roster_id"],
        ),
        sa.PrimaryKeyConstraint("roster_id", "lineage_id"),
    )
    op.create_table(
        "links",
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unlinked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gone", sa.Boolean(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["groups.group_id"],
        ),
        sa.PrimaryKeyConstraint("group_id", "link_id"),
    )
    op.create_index(
        "links_person_id", "links", ["person_id"], unique=True, postgresql_where=sa.text("unlinked_at IS NULL")
    )
    op.create_table(
        "members",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("party", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("relation", sa.Text(), nullable=True),
        sa.Column("first", sa.Boolean(), nullable=True),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("still_needed", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.person_id"],
        ),
        sa.PrimaryKeyConstraint("person_id", "member_id"),
    )
    op.create_table(
        "plans",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("items", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("adopted_by", sa.Text(), nullable=True),
        sa.Column("next_review", sa.Date(), nullable=True),
        sa.Column("adopted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.person_id"],
        ),
        sa.PrimaryKeyConstraint("person_id", "plan_id"),
    )
    op.create_table(
        "reports",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.Text(), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retracted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.person_id"],
        ),
        sa.PrimaryKeyConstraint("person_id", "report_id"),
    )
    op.create_table(
        "search_keys",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column("form", sa.Text(), nullable=True),
        sa.Column("index", sa.Uuid(), nullable=True),
        sa.Column("generation", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.person_id"],
        ),
        sa.PrimaryKeyConstraint("person_id", "key_id"),
    )
    op.create_index("search_keys_index", "search_keys", ["index"], unique=False)
    op.create_table(
        "situations",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("situation_id", sa.Uuid(), nullable=False),
        sa.Column("situation", sa.Text(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.person_id"],
        ),
        sa.PrimaryKeyConstraint("person_id", "situation_id"),
    )
    op.create_table(
        "survey_answers",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("answer_id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=True),
        sa.Column("form", sa.Text(), nullable=True),
        sa.Column("answers", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.person_id"],
        ),
        sa.PrimaryKeyConstraint("person_id", "answer_id"),
    )
    op.create_index("survey_answers_of_round", "survey_answers", ["round_id", "person_id"], unique=False)
    op.create_table(
        "ties",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("linked", sa.Boolean(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.person_id"],
        ),
        sa.PrimaryKeyConstraint("person_id", "group_id"),
    )
    op.create_table(
        "transfers",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("transfer_id", sa.Uuid(), nullable=False),
        sa.Column("from_unit_id", sa.Uuid(), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("because", sa.Text(), nullable=True),
        sa.Column("lineage_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("document", sa.Text(), nullable=True),
        sa.Column("transferred_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.person_id"],
        ),
        sa.PrimaryKeyConstraint("person_id", "transfer_id"),
    )
    op.create_table(
        "unit_entries",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("reports_to", sa.Uuid(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["units.unit_id"],
        ),
        sa.PrimaryKeyConstraint("unit_id", "entry_id"),
    )
    op.create_table(
        "vacancies",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("vacancy_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("filled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.person_id"],
        ),
        sa.PrimaryKeyConstraint("person_id", "vacancy_id"),
    )
    op.create_index(
        "vacancies_open", "vacancies", ["role"], unique=False, postgresql_where=sa.text("filled_at IS NULL")
    )
    op.create_table(
        "wishes",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("wish_id", sa.Uuid(), nullable=False),
        sa.Column("wish", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hours", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("ask_first", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.person_id"],
        ),
        sa.PrimaryKeyConstraint("person_id", "wish_id"),
    )
