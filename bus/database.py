"""The one door to PostgreSQL: an engine, transactions on its bare asyncpg connection, and which errors pass by waiting."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Protocol

import asyncpg
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from bus.now import ClocksApart


class Connection(Protocol):
    """What the road needs of asyncpg: set-based statements, one round trip each."""

    async def fetch(self, query: str, *args: Any) -> list[Any]: ...
    async def fetchrow(self, query: str, *args: Any) -> Any: ...
    async def fetchval(self, query: str, *args: Any, timeout: float | None = None) -> Any: ...
    async def execute(self, query: str, *args: Any) -> str: ...


class LostRace(Exception):
    """Somebody else has done the same, and committed while we waited."""


LOST_RACES = (LostRace, asyncpg.SerializationError, asyncpg.DeadlockDetectedError)
"""Somebody else was faster: try again at once."""

AWAY = (
    OSError,
    PoolTimeoutError,  # every connection is taken
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # its own state after the server was killed in the middle of an answer
    asyncpg.OperatorInterventionError,  # starts, stops, crashes, cancels
    asyncpg.InsufficientResourcesError,  # connections, memory, disk
    asyncpg.PostgresSystemError,
    asyncpg.IdleInTransactionSessionTimeoutError,  # we were stopped in one, and go on
    asyncpg.LockNotAvailableError,
    asyncpg.ReadOnlySQLTransactionError,
    ClocksApart,  # until somebody has mended one
)
"""The database is not there, or not able: wait and try again."""


PLANS = {"jit": "off", "plan_cache_mode": "force_generic_plan", "enable_seqscan": "off"}
"""A service looks things up by their keys. A plan that was made while a table was small must not read all of it for ever, and
none is made anew for each statement. What must see a whole table walks an index of it.
"""


def passes_by_waiting(error: BaseException) -> bool:
    """Whether the same work can succeed later. Anything else is about the data, and would fail again."""
    told_by = getattr(error, "orig", None)  # SQLAlchemy wraps what asyncpg says
    inner = getattr(told_by, "__cause__", None)
    return any(isinstance(e, (*AWAY, *LOST_RACES, TimeoutError)) for e in (error, told_by, inner))


class Database:
    """A service's own database. SQLAlchemy keeps the pool and the tables; the road speaks to asyncpg itself."""

    def __init__(self, url: str, *, schema: str, size: int = 8) -> None:
        self.schema = schema
        self.engine: AsyncEngine = create_async_engine(
            url.replace("postgresql://", "postgresql+asyncpg://", 1),
            poolclass=AsyncAdaptedQueuePool,
            pool_size=size,
            max_overflow=0,
            pool_timeout=10,
            json_deserializer=lambda text: text,  # the store reads JSON by the type of its field
            isolation_level="AUTOCOMMIT",  # transactions are asyncpg's own, see below
            connect_args={
                "timeout": 5,
                "command_timeout": 60,
                "server_settings": {
                    "search_path": schema,
                    "application_name": f"bifang-{schema}",
                    "timezone": "UTC",
                    "idle_in_transaction_session_timeout": "60s",
                    **PLANS,
                },
            },
        )

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A bare connection. One that broke is thrown away, so that the next caller gets a fresh one."""
        async with self.engine.connect() as pooled:
            bare = (await pooled.get_raw_connection()).driver_connection
            assert bare is not None
            if bare.is_closed():
                await pooled.invalidate()
                raise asyncpg.InterfaceError("the pooled connection was closed by the server")
            try:
                yield bare
            except BaseException:
                if bare.is_closed():
                    await pooled.invalidate()
                raise

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """One transaction: it commits when the block ends well, and rolls back when it does not.

        Whatever is raised while the connection breaks is about the connection: nobody's words may be buried for it.
        """
        async with self.connection() as connection:
            try:
                async with connection.transaction():  # type: ignore[attr-defined]
                    yield connection
            except Exception as error:
                if connection.is_closed() and not passes_by_waiting(error):  # type: ignore[attr-defined]
                    raise asyncpg.InterfaceError("the connection broke in a transaction") from error
                raise

    async def close(self) -> None:
        await self.engine.dispose()
