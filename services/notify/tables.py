"""What notify keeps: of each person the card, the cases, what must be told at each stage, the SMS and the replies."""

from sqlalchemy import Boolean, Column, Integer, MetaData, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from bus.store import Store
from bus.tables import bus_tables, child_table, root_table, texts, times
from services.notify.domain import Notice

metadata = MetaData()
bus_tables(metadata)


notices = root_table(
    "notices",
    metadata,
    "person_id",
    *texts("city", "county"),
    Column("card_version", Integer),
    *texts("name", "unit_name"),
    Column("holders", JSONB),
    Column("card_deaths", JSONB),
)
deaths = child_table("deaths", metadata, notices, "report_id", *times("reported_at", "retracted_at"))
cases = child_table(
    "cases",
    metadata,
    notices,
    "case_id",
    Column("duty_id", Uuid),
    *texts("rule", "cause"),
    *times("due_at", "opened_at", "escalated_at", "closed_at"),
    *texts("why"),
    *times("acknowledged_at"),
    Column("announced", Boolean),
    *times("parked_since"),
)
tellings = child_table(
    "tellings",
    metadata,
    notices,
    "telling_id",
    Column("case_id", Uuid),
    *texts("stage", "role", "template", "lane"),
    *times("asked_at"),
)
sms = child_table(
    "sms",
    metadata,
    notices,
    "sms_id",
    *texts("status"),
    Column("case_id", Uuid),
    *texts("stage", "role"),
    Column("holder_id", Uuid),
    *texts("phone", "lane"),
    *times("turn", "requested_at", "withdrawn_at", "acknowledged_at"),
    Column("handed_over", Boolean),
)
replies = child_table(
    "replies",
    metadata,
    notices,
    "reply_id",
    Column("sms_id", Uuid),
    *texts("answer"),
    *times("replied_at"),
    Column("heeded", Boolean),
)

notice_store = Store(Notice, notices, deaths=deaths, cases=cases, tellings=tellings, sms=sms, replies=replies)
"""Each state is lent a voice while it is decided about; the service gives it at its start."""
