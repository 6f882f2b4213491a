"""The tables of a service: those of its states, and those that every service has beside them (journal, offsets, outbox …)."""

from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Interval,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    Uuid,
)


def root_table(name: str, metadata: MetaData, key: str, *columns: Column[Any]) -> Table:
    """The root of a state: its lock, its clock, its alarm clock. Every kind of state has exactly one."""
    return Table(
        name,
        metadata,
        Column(key, Uuid, primary_key=True),
        *columns,
        Column("clock", DateTime(timezone=True)),
        Column("wake_at", DateTime(timezone=True)),
        Column("risk", SmallInteger, nullable=False, server_default="0"),
        Column("wakes_failed", Integer, nullable=False, server_default="0"),
        Column("settled_under", Text),
        Column("turns", BigInteger, nullable=False, server_default="0"),
        Index(f"{name}_wake", "risk", "wake_at", postgresql_where=Column("wake_at").isnot(None)),
        Index(f"{name}_failing", key, postgresql_where=Column("wakes_failed") > 0),
    )


def child_table(name: str, metadata: MetaData, root: Table, key: str, *columns: Column[Any]) -> Table:
    """Many of one thing that belong to one root. Rows are never deleted: what ended says so."""
    (root_key,) = root.primary_key.columns
    return Table(
        name,
        metadata,
        Column(root_key.name, Uuid, ForeignKey(root_key), primary_key=True),
        Column(key, Uuid, primary_key=True),
        *columns,
    )


def times(*names: str) -> list[Column[object]]:
    """Columns of instants."""
    return [Column(name, DateTime(timezone=True)) for name in names]


def texts(*names: str) -> list[Column[object]]:
    """Columns of text, and of what is sealed."""
    return [Column(name, Text) for name in names]


def bus_tables(metadata: MetaData) -> None:
    """Declares them in the metadata of a service; their meaning stands in the module that uses each."""
    _journal(metadata)
    Table(
        "offsets",
        metadata,
        Column("topic_id", Text, nullable=False),
        Column("topic", Text, nullable=False),
        Column("partition", Integer, nullable=False),
        Column("next", BigInteger, nullable=False),
        Column("defects", Integer, nullable=False, server_default="0"),
        PrimaryKeyConstraint("topic_id", "partition"),
    )
    Table(
        "outbox",
        metadata,
        Column("id", BigInteger, Identity(always=True), primary_key=True),
        *_said(),
    )
    Table(
        "told",
        metadata,
        Column("told_at", DateTime(timezone=True), nullable=False),
        Column("id", BigInteger, nullable=False),
        *_said(),
        PrimaryKeyConstraint("told_at", "id"),
        postgresql_partition_by="RANGE (told_at)",
    )
    Table(
        "fan_outs",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("position", BigInteger, Identity(always=True), nullable=False),
        Column("of", Text, nullable=False),
        Column("column", Text, nullable=False),
        Column("value", Text),
        Column("request", Text, nullable=False),
        Column("words", LargeBinary, nullable=False),
        Column("correlation", Uuid, nullable=False),
        Column("time", DateTime(timezone=True), nullable=False),
        Column("cursor", Uuid),
        Column("done_at", DateTime(timezone=True)),
        Index("fan_outs_open", "position", postgresql_where=Column("done_at").is_(None)),
    )
    Table(
        "clock_offset",
        metadata,
        Column("one", Boolean, primary_key=True),
        Column("ahead", Interval, nullable=False),
        Column("standing", DateTime(timezone=True)),
    )
    _rebuilding(metadata)


def _rebuilding(metadata: MetaData) -> None:
    Table(
        "rebuilding",
        metadata,
        Column("one", Boolean, primary_key=True),
        Column("since", DateTime(timezone=True), nullable=False),
        Column("night", Date),
        Column("began_at", DateTime(timezone=True)),
        Column("decision", Text),
        Column("after", Uuid, nullable=False, server_default=str(UUID(int=0))),
        Column("states", BigInteger, nullable=False, server_default="0"),
        Column("ended_at", DateTime(timezone=True)),
        Column("ended_states", BigInteger),
    )
    Table(
        "rebuild_differences",
        metadata,
        Column("decision", Text, nullable=False),
        Column("key", Uuid, nullable=False),
        Column("fields", Text, nullable=False),
        Column("found_at", DateTime(timezone=True), nullable=False),
        PrimaryKeyConstraint("decision", "key"),
    )


def _said() -> tuple[Column[object], ...]:
    return (
        Column("event_id", Uuid, nullable=False),
        Column("topic", Text, nullable=False),
        Column("key", Uuid, nullable=False),
        Column("headers", LargeBinary, nullable=False),
        Column("body", LargeBinary, nullable=False),
    )


def _journal(metadata: MetaData) -> None:
    Table(
        "journal",
        metadata,
        Column("decision", Text, nullable=False),
        Column("id", Uuid, nullable=False),
        Column("kind", Text, nullable=False),
        Column("key", Uuid, nullable=False),
        Column("type", Text, nullable=False),
        Column("words", LargeBinary, nullable=False),
        Column("correlation", Uuid, nullable=False),
        Column("time", DateTime(timezone=True)),
        Column("release", Text, nullable=False),
        Column("policy", Text),
        Column("clock", DateTime(timezone=True)),
        Column("answer", LargeBinary),
        Column("buried", Text),
        PrimaryKeyConstraint("decision", "id"),
        Index("journal_of_key", "decision", "key"),
        Index("journal_buried", "id", postgresql_where=Column("buried").isnot(None)),
        postgresql_partition_by="RANGE (id)",
        postgresql_with={},
    )
