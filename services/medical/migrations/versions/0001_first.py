"""The first tables of medical."""

import sqlalchemy as sa
from alembic import op

from bus import first_tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    first_tables.make()
    op.create_table(
        "patients",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("county", sa.Text(), nullable=True),
        sa.Column("card_version", sa.Integer(), nullable=True),
        sa.Column("known_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("name_index", sa.Uuid(), nullable=True),
        sa.Column("birth_date_index", sa.Uuid(), nullable=True),
        sa.Column("clock", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wake_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("risk", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("wakes_failed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("settled_under", sa.Text(), nullable=True),
        sa.Column("turns", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("patient_id"),
    )
    op.create_index(op.f("ix_patients_person_id"), "patients", ["person_id"], unique=False)
    op.create_index(
        "patients_wake", "patients", ["risk", "wake_at"], unique=False, postgresql_where=sa.text("wake_at IS NOT NULL")
    )
    op.create_index(
        "patients_failing", "patients", ["patient_id"], unique=False, postgresql_where=sa.text("wakes_failed > 0")
    )
    op.create_table(
        "set_aside",
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("place", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("control_id", sa.Text(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wake_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("risk", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("wakes_failed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("settled_under", sa.Text(), nullable=True),
        sa.Column("turns", sa.BigInteger(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("message_id"),
    )
    op.create_index(
        "set_aside_wake",
        "set_aside",
        ["risk", "wake_at"],
        unique=False,
        postgresql_where=sa.text("wake_at IS NOT NULL"),
    )
    op.create_index(
        "set_aside_failing", "set_aside", ["message_id"], unique=False, postgresql_where=sa.text("wakes_failed > 0")
    )
    op.create_table(
        "stays",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("hospital", sa.Text(), nullable=True),
        sa.Column("name_index", sa.Uuid(), nullable=True),
        sa.Column("name_recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("birth_date_index", sa.Uuid(), nullable=True),
        sa.Column("birth_date_recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("admitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("admission_recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("discharged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("discharge_recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ward", sa.Text(), nullable=True),
        sa.Column("point_of_care_index", sa.Uuid(), nullable=True),
        sa.Column("facility_index", sa.Uuid(), nullable=True),
        sa.Column("ward_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ward_recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("died_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("died_recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("death_reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("death_cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("round", sa.Integer(), nullable=True),
        sa.Column("told_admitted", sa.Boolean(), nullable=True),
        sa.Column("told_discharged", sa.Boolean(), nullable=True),
        sa.Column("told_point_of_care", sa.Uuid(), nullable=True),
        sa.Column("told_facility", sa.Uuid(), nullable=True),
        sa.Column("told_death", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patients.patient_id"],
        ),
        sa.PrimaryKeyConstraint("patient_id", "visit_id"),
    )
