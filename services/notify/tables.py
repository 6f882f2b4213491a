"""What notify keeps: of each person the cases, what must be told and the SMS; of each holder the digests, and proofs."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, MetaData, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from bus.now import NOW
from bus.readings import Reading, readings_table
from bus.store import Store
from bus.tables import bus_tables, child_table, root_table, texts, times
from services.notify.domain import Notice, Reach, Tray

metadata = MetaData()
bus_tables(metadata)
readings = readings_table(metadata)


notices = root_table(
    "notices",
    metadata,
    "person_id",
    *texts("city", "county"),
    Column("card_version", Integer),
    *texts("name", "unit_name"),
    Column("holders", JSONB),
    Column("card_deaths", JSONB),
    Column("wishes", JSONB),
    Column("hours", JSONB),
    Column("ask_first", JSONB),
    *times("asked_since"),
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
Index("cases_by_id", cases.c.case_id)
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
    Column("asked", Uuid),
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
due_soon = child_table(
    "due_soon",
    metadata,
    notices,
    "duty_id",
    *texts("role"),
    *times("due_at", "reminded_at"),
    Column("holder_id", Uuid),
    *texts("phone"),
    *times("laid_for"),
)

trays = root_table("trays", metadata, "holder_id")
reminders = child_table(
    "reminders",
    metadata,
    trays,
    "duty_id",
    *texts("role", "city", "county"),
    *times("due_at", "reminded_at"),
    *texts("phone"),
    Column("stands", Boolean),
    *times("said_at", "tell_at", "told_for"),
    Column("sms_id", Uuid),
)
digests = child_table(
    "digests",
    metadata,
    trays,
    "sms_id",
    *texts("status"),
    Column("day", Date),
    *times("requested_at", "withdrawn_at", "replied_at"),
)

reaches = root_table(
    "reaches",
    metadata,
    "holder_id",
    *texts("phone"),
    *times("phone_said_at"),
    Column("number", Uuid),
    *times("due_from"),
    Column("proved_number", Uuid),
    *times("proved_at"),
    *texts("proved_by"),
    Column("wrong_number", Uuid),
    *times("wrong_at", "test_at"),
    Column("put_off", Boolean),
    *times("tested_at"),
    Column("tested_number", Uuid),
    *times("unreachable_since"),
    *texts("why"),
    *times("tell_at"),
)
Index("reaches_unreachable", reaches.c.unreachable_since, postgresql_where=reaches.c.unreachable_since.isnot(None))
posts = child_table(
    "posts",
    metadata,
    reaches,
    "post_id",
    *texts("role", "city", "county"),
    Column("unit_id", Uuid),
    Column("people", Integer),
    Column("above", Uuid),
    *times("said_at"),
)
reports = child_table(
    "reports",
    metadata,
    reaches,
    "below_id",
    *texts("role", "city", "county"),
    *times("since"),
    Column("stands", Boolean),
    *times("said_at", "told_for"),
    Column("passed_to", Uuid),
)

notice_store = Store(
    Notice, notices, deaths=deaths, cases=cases, tellings=tellings, sms=sms, replies=replies, due_soon=due_soon
)
reading_store = Store(Reading, readings)
tray_store = Store(Tray, trays, reminders=reminders, digests=digests, live={"reminders": f"c.due_at > {NOW}"})
reach_store = Store(Reach, reaches, posts=posts, reports=reports)
"""Each state is lent a voice while it is decided about; the service gives it at its start."""
