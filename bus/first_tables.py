"""The tables of the bus, as the first migration of every service made them.

Changed in place until the first release, and never after it: services will have been brought up by it. What changes in the tables
of the bus then is a later migration of each.
"""

import sqlalchemy as sa
from alembic import op


def make() -> None:
    """In the schema of the service that is brought up."""
    op.create_table(
        "clock_offset",
        sa.Column("one", sa.Boolean(), nullable=False),
        sa.Column("ahead", sa.Interval(), nullable=False),
        sa.Column("standing", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("one"),
    )
    op.create_table(
        "fan_outs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("of", sa.Text(), nullable=False),
        sa.Column("column", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("correlation", sa.Uuid(), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cursor", sa.Uuid(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "fan_outs_open", "fan_outs", ["position"], unique=False, postgresql_where=sa.text("done_at IS NULL")
    )
    op.create_table(
        "journal",
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("correlation", sa.Uuid(), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=True),
        sa.Column("release", sa.Text(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=True),
        sa.Column("clock", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("buried", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("decision", "id"),
        postgresql_partition_by="RANGE (id)",
    )
    op.create_index("journal_of_key", "journal", ["decision", "key"], unique=False)
    op.create_index("journal_buried", "journal", ["id"], unique=False, postgresql_where=sa.text("buried IS NOT NULL"))
    op.create_table(
        "offsets",
        sa.Column("topic_id", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("partition", sa.Integer(), nullable=False),
        sa.Column("next", sa.BigInteger(), nullable=False),
        sa.Column("defects", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("topic_id", "partition"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("headers", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "told",
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("headers", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("told_at", "id"),
        postgresql_partition_by="RANGE (told_at)",
    )
    op.create_table(
        "rebuilding",
        sa.Column("one", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("night", sa.Date(), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("after", sa.Uuid(), server_default="00000000-0000-0000-0000-000000000000", nullable=False),
        sa.Column("states", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_states", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("one"),
    )
    op.create_table(
        "rebuild_differences",
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("decision", "key"),
    )
    op.execute("CREATE TABLE journal_default PARTITION OF journal DEFAULT")
    op.execute("CREATE TABLE told_default PARTITION OF told DEFAULT")
    op.execute("ALTER TABLE outbox SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000)")
