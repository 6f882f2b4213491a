"""Brings the schema of a service to its newest version: `python -m bus.migrate visits`, or `all`. One history per service."""

import asyncio
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import pool, text
from sqlalchemy.ext.asyncio import create_async_engine

from bus import journal
from contracts.all import OWNERS

SERVICES = Path(__file__).resolve().parent.parent / "services"


def config(service: str, url: str) -> Config:
    """Alembic's configuration of one service; the history lies in the service's own `migrations/`."""
    found = Config()
    found.set_main_option("script_location", str(SERVICES / service / "migrations"))
    found.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    found.attributes["service"] = service
    return found


def upgrade(service: str, url: str) -> str:
    """To the head, in one transaction (a failed migration leaves nothing). Then the partitions of these weeks."""
    asyncio.run(bring_up(service, url))
    return ScriptDirectory.from_config(config(service, url)).get_current_head() or ""


async def bring_up(service: str, url: str) -> None:
    """In one transaction, under a lock; then the partitions of these weeks."""
    engine = create_async_engine(
        url.replace("postgresql://", "postgresql+asyncpg://", 1),
        poolclass=pool.NullPool,
        connect_args={"server_settings": {"search_path": service}},
    )
    cfg = config(service, url)

    def run(connection: object) -> None:
        cfg.attributes["connection"] = connection
        command.upgrade(cfg, "head")

    try:
        async with engine.begin() as connection:
            await connection.execute(
                text("SELECT pg_advisory_xact_lock(hashtext('migrate'), hashtext(current_schema()))")
            )
            await connection.run_sync(run)
    finally:
        await engine.dispose()
    bare = await asyncpg.connect(url, server_settings={"search_path": service})
    try:
        await journal.ensure_partitions(bare, datetime.now(UTC))
    finally:
        await bare.close()


def main(services: list[str]) -> None:
    """DATABASE_URL, or BIFANG_DATABASE_URL_<SERVICE>, says where."""
    for service in OWNERS if services == ["all"] else services:
        url = os.environ.get(f"BIFANG_DATABASE_URL_{service.upper()}") or os.environ["DATABASE_URL"]
        sys.stdout.write(f"{service}: at {upgrade(service, url)}\n")


if __name__ == "__main__":
    main(sys.argv[1:] or ["all"])
