"""Before the services start: roles, schemas, migrations, topics. `python -m deploy.docker.prepare`; safe to run again.

Reads BIFANG_SECRETS/<service>-database-url for each service, /postgres-password of the administrator, and KAFKA_BROKERS.
"""

import asyncio
import os
import sys
import time
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import asyncpg
from kafka.errors import KafkaError

from bus import migrate, topics
from contracts.all import OWNERS
from deploy.local import databases

ADMIN = "postgres"
PATIENCE_S = 60.0


def main() -> None:
    secrets = Path(os.environ["BIFANG_SECRETS"])
    urls = {service: (secrets / f"{service}-database-url").read_text().strip() for service in OWNERS}
    password = (secrets / "postgres-password").read_text().strip()
    asyncio.run(_databases(urls, password))
    for service, url in urls.items():
        _say(f"{service}: at {migrate.upgrade(service, url)}")
    _say(f"topics made: {', '.join(_topics()) or 'none, all are there'}")


async def _databases(urls: dict[str, str], admin_password: str) -> None:
    """The roles have the passwords that the services were given; all services live in one database."""
    passwords = {service: unquote(urlsplit(url).password or "") for service, url in urls.items()}
    admin = _as_admin(next(iter(urls.values())), admin_password)
    await databases.make_database(admin, urlsplit(admin).path.lstrip("/"))
    connection = await asyncpg.connect(admin)
    try:
        await databases.make_roles(connection, passwords)
        await databases.make_schemas(connection, OWNERS)
    finally:
        await connection.close()
    _say(f"roles and schemas of {', '.join(OWNERS)} are there")


def _as_admin(url: str, password: str) -> str:
    """The same database, entered as its administrator."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{ADMIN}:{quote(password, safe='')}@{parts.netloc.rpartition('@')[2]}"))


def _topics() -> list[str]:
    """A broker that has just opened its door may not yet know that it is in charge."""
    prefix = os.environ.get("BIFANG_TOPIC_PREFIX", "")
    replication = int(os.environ.get("BIFANG_REPLICATION", "1"))
    began = time.monotonic()
    while True:
        try:
            return topics.make(os.environ["KAFKA_BROKERS"], prefix=prefix, replication=replication)
        except KafkaError:
            if time.monotonic() - began > PATIENCE_S:
                raise
            time.sleep(1.0)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
