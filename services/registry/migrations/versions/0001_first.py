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
        "directories",
        sa.Column("directory_id", sa.Uuid(), nullable=False),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("restated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wake_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("risk", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("wakes_failed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("settled_under", sa.Text(), nullable=True),
        sa.Column("turns", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("directory_id"),
    )
    op.create_index(
        "directories_wake",
        "directories",
        ["risk", "wake_at"],
        unique=False,
        postgresql_where=sa.text("wake_at IS NOT NULL"),
    )
    op.create_index(
        "directories_failing",
        "directories",
        ["directory_id"],
        unique=False,
        postgresql_where=sa.text("wakes_failed > 0"),
    )
    op.create_table(
        "people",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("name_index", sa.Uuid(), nullable=True),
        sa.Column("birth_date", sa.Text(), nullable=True),
        sa.Column("birth_date_index", sa.Uuid(), nullable=True),
        sa.Column("resident_id", sa.Text(), nullable=True),
        sa.Column("resident_id_index", sa.Uuid(), nullable=True),
        sa.Column("phones", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("community_id", sa.Uuid(), nullable=True),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("unit_path", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("restate_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wake_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("risk", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("wakes_failed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("settled_under", sa.Text(), nullable=True),
        sa.Column("turns", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("person_id"),
    )
    op.create_index("people_below_unit", "people", ["unit_path"], unique=False, postgresql_using="gin")
    op.create_index("people_of_unit", "people", ["unit_id", "enrolled_at", "person_id"], unique=False)
    op.create_index("people_resident_id", "people", ["resident_id_index"], unique=True)
    op.create_index(
        "people_wake", "people", ["risk", "wake_at"], unique=False, postgresql_where=sa.text("wake_at IS NOT NULL")
    )
    op.create_index(
        "people_failing", "people", ["person_id"], unique=False, postgresql_where=sa.text("wakes_failed > 0")
    )
    op.create_table(
        "units",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("party", sa.Text(), nullable=True),
        sa.Column("reports_to", sa.Uuid(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column("clock", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wake_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("risk", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("wakes_failed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("settled_under", sa.Text(), nullable=True),
        sa.Column("turns", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("unit_id"),
    )
    op.create_index(
        "units_wake", "units", ["risk", "wake_at"], unique=False, postgresql_where=sa.text("wake_at IS NOT NULL")
    )
    op.create_index("units_failing", "units", ["unit_id"], unique=False, postgresql_where=sa.text("wakes_failed > 0"))
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
