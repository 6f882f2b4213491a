"""The plain way of writing the same hop: a Faust agent an event, an ORM session an event, a send an event."""

import asyncio
import json
import os
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import faust
from aiohttp import web
from sqlalchemy import DateTime, LargeBinary, MetaData, Text, select
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

metadata = MetaData()


class Base(DeclarativeBase):
    metadata = metadata


class Seen(Base):
    """The inbox."""

    __tablename__ = "seen"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    words: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Tally(Base):
    """The state."""

    __tablename__ = "tallies"
    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    city: Mapped[str] = mapped_column(Text)
    admissions: Mapped[int]


app = faust.App(
    "plain",
    broker="kafka://" + os.environ.get("KAFKA_BROKERS", "127.0.0.1:1"),
    topic_allow_declare=False,
    topic_disable_leader=True,
    web_enabled=False,
    consumer_auto_offset_reset="earliest",
)
stays = app.topic("medical.stays", value_serializer="raw", value_type=bytes)
duties = app.topic("visits.duties", value_serializer="raw", value_type=bytes)
engine = create_async_engine(
    os.environ.get("DATABASE_URL", "postgresql://127.0.0.1:1/x").replace("postgresql://", "postgresql+asyncpg://", 1),
    connect_args={"server_settings": {"search_path": "plain"}},
)
sessions = async_sessionmaker(engine)


@app.agent(stays)  # type: ignore[untyped-decorator]
async def listen(stream: faust.StreamT[bytes]) -> None:
    """Event by event."""
    async for event in stream.events():
        id_ = UUID(event.headers["ce_id"].decode())
        admitted = json.loads(event.value)
        now = datetime.now(UTC)
        async with sessions.begin() as session:
            if await session.get(Seen, id_):
                continue
            session.add(Seen(id=id_, words=event.value, at=now))
            person = UUID(admitted["person_id"])
            tally = (await session.execute(select(Tally).where(Tally.person_id == person).with_for_update())).scalar()
            if tally is None:
                session.add(Tally(person_id=person, city=admitted["city"], admissions=1))
            else:
                tally.admissions += 1
        opened = {"duty_id": str(uuid5(id_, "duty")), "due_at": (now + timedelta(days=1)).isoformat(), **admitted}
        await duties.send(
            key=event.key, value=json.dumps(opened).encode(), headers={"ce_causationid": str(id_).encode()}
        )


@app.task  # type: ignore[untyped-decorator]
async def health() -> None:
    """So that the measurement knows when it is ready, as with ours."""

    async def ready(_: web.Request) -> web.Response:
        return web.Response(status=200 if app.started and not app.rebalancing and not app.unassigned else 503)

    site = web.Application()
    site.router.add_get("/readyz", ready)
    runner = web.AppRunner(site)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(os.environ["BIFANG_PORT"])).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    app.conf.loghandlers = []
    faust.Worker(app, loglevel="ERROR").execute_from_commandline()
