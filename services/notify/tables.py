"""What notify keeps: of each person the card, the cases, what must be told at each stage, the SMS and the replies."""

from sqlalchemy import Boolean, Column, DateTime, Integer, MetaData, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from bus.store import Store, child_table, root_table
from bus.tables import bus_tables
from services.notify.domain import Notice

metadata = MetaData()
bus_tables(metadata)


def _times(*names: str) -> list[Column[object]]:
    return [Column(name, DateTime(timezone=True)) for name in names]


def _texts(*names: str) -> list[Column[object]]:
    return [Column(name, Text) for name in names]


notices = root_table(
    "notices",
    metadata,
    "person_id",
    *_texts("city", "county"),
    Column("card_version", Integer),
    *_texts("name", "unit_name"),
    Column("holders", JSONB),
    Column("card_deaths", JSONB),
)
deaths = child_table("deaths", metadata, notices, "report_id", *_times("reported_at", "retracted_at"))
cases = child_table(
    "cases",
    metadata,
    notices,
    "case_id",
    Column("duty_id", Uuid),
    *_texts("rule", "cause"),
    *_times("due_at", "opened_at", "escalated_at", "closed_at"),
    *_texts("why"),
    *_times("acknowledged_at"),
    Column("announced", Boolean),
    *_times("parked_since"),
)
tellings = child_table(
    "tellings",
    metadata,
    notices,
    "telling_id",
    Column("case_id", Uuid),
    *_texts("stage", "role", "template", "lane"),
    *_times("asked_at"),
)
sms = child_table(
    "sms",
    metadata,
    notices,
    "sms_id",
    *_texts("status"),
    Column("case_id", Uuid),
    *_texts("stage", "role"),
    Column("holder_id", Uuid),
    *_texts("phone", "lane"),
    *_times("turn", "requested_at", "withdrawn_at"),
    Column("handed_over", Boolean),
)
replies = child_table(
    "replies",
    metadata,
    notices,
    "reply_id",
    Column("sms_id", Uuid),
    *_texts("answer"),
    *_times("replied_at"),
    Column("heeded", Boolean),
)

notice_store = Store(Notice, notices, deaths=deaths, cases=cases, tellings=tellings, sms=sms, replies=replies)
"""Each state is lent a voice while it is decided about; the service gives it at its start."""
