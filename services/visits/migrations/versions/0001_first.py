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
        sa.Column("classed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("community_id", sa.Uuid(), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("card_version", sa.Integer(), nullable=True),
        sa.Column("roles_held", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("governed_by", sa.Text(), nullable=True),
        sa.Column("governed_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wake_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("risk", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("wakes_failed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("settled_under", sa.Text(), nullable=True),
        sa.Column("turns", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("person_id"),
    )
    op.create_index(
        "cares_wake", "cares", ["risk", "wake_at"], unique=False, postgresql_where=sa.text("wake_at IS NOT NULL")
    )
    op.create_index("cares_failing", "cares", ["person_id"], unique=False, postgresql_where=sa.text("wakes_failed > 0"))
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
    op.create_index("duties_open", "duties", ["due_at"], unique=False, postgresql_where=sa.text("closed_at IS NULL"))
    op.create_table(
        "family_changes",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("change", sa.Text(), nullable=True),
        sa.Column("happened_on", sa.Date(), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["cares.person_id"],
        ),
        sa.PrimaryKeyConstraint("person_id", "change_id"),
    )
    op.create_table(
        "hardships",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("hardship_id", sa.Uuid(), nullable=False),
        sa.Column("hardship", sa.Text(), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["cares.person_id"],
        ),
        sa.PrimaryKeyConstraint("person_id", "hardship_id"),
    )
    op.create_table(
        "stays",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("stay_id", sa.Uuid(), nullable=False),
        sa.Column("admitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("discharged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("discharge_recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("discharge_cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["cares.person_id"],
        ),
        sa.PrimaryKeyConstraint("person_id", "stay_id"),
    )
