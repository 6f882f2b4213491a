"""What the gateway keeps: each SMS that was requested, and what became of it."""

from sqlalchemy import Column, Index, Integer, MetaData, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from bus.store import Store
from bus.tables import bus_tables, root_table, times
from services.gateway.domain import Outgoing

metadata = MetaData()
bus_tables(metadata)


outgoing = root_table(
    "outgoing",
    metadata,
    "sms_id",
    Column("state", Text),
    Column("city", Text),
    Column("county", Text),
    Column("person_id", Uuid),
    Column("case_id", Uuid),
    Column("holder_id", Uuid),
    Column("lane", Text),
    Column("phone", Text),
    Column("phone_index", Uuid, index=True),
    Column("text", Text),
    Column("parts", Integer),
    *times("requested_at", "not_before", "expires_at", "withdrawn_at"),
    Column("attempt", Integer),
    *times("submitted_at", "lease_until"),
    Column("refs", JSONB),
    Column("arrived", JSONB),
    Column("lost", JSONB),
    Column("why", Text),
    Column("replies", JSONB),
)
Index("outgoing_queue", outgoing.c.lane, outgoing.c.requested_at, postgresql_where=outgoing.c.state == "queued")
Index("outgoing_refs", outgoing.c.refs, postgresql_using="gin")

outgoing_store = Store(Outgoing, outgoing)
