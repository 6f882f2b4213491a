"""What is asserted of the database before a service starts: without it the guarantee would be words."""

from bus.database import Database


class Unsafe(Exception):
    """The database cannot keep the guarantee as it is set up. The message names the cure."""


async def assert_durable(database: Database) -> None:
    """fsync and synchronous_commit are on, and no PgBouncer in transaction mode stands between (advisory locks, LISTEN)."""
    async with database.connection() as connection:
        for name in ("fsync", "full_page_writes"):
            if await connection.fetchval("SELECT current_setting($1)", name) != "on":
                raise Unsafe(f"PostgreSQL runs with {name}=off: what it acknowledges can be lost; set {name} = on")
        if await connection.fetchval("SELECT current_setting('synchronous_commit')") in ("off", "local"):
            raise Unsafe("synchronous_commit is off or local: set it to on (or remote_apply)")
        await _assert_own_session(connection)


async def assert_true_time(database: Database) -> None:
    """Nobody has moved this database's clock, as a demo does: a city would live ahead of its time."""
    async with database.connection() as connection:
        if await connection.fetchval("SELECT count(*) FROM clock_offset"):
            raise Unsafe(
                "the clock of this database was moved forward for a demo: production needs a database of its own"
            )


async def _assert_own_session(connection: object) -> None:
    """A session of our own remembers from one statement to the next; a transaction pooler's does not."""
    import asyncpg

    assert isinstance(connection, asyncpg.Connection)
    first = [await connection.fetchval("SELECT pg_backend_pid()") for _ in range(5)]
    reported = connection.get_server_pid()
    if set(first) != {reported}:
        raise Unsafe(
            "a pooler in transaction mode (PgBouncer) stands before PostgreSQL: use session mode, or connect directly"
        )
