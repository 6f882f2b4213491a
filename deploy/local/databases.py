"""The database of each service: one role, one schema, and nothing of its neighbours'. Safe to do again and again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg

from deploy.local.trouble import Trouble

DATABASE: Final = "bifang"
STAMP: Final = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
TABLES: Final = """
    SELECT coalesce(md5(string_agg(format('%s.%s', nspname, relname), ',' ORDER BY nspname, relname)), '')
    FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname = ANY($1) AND relkind IN ('r', 'p') AND NOT relispartition
"""


def role(service: str) -> str:
    return f"bifang_{service}"


def dsn(user: str, password: str, port: int, database: str = DATABASE) -> str:
    return f"postgresql://{user}:{password}@127.0.0.1:{port}/{database}"


def as_user(admin_dsn: str, user: str, password: str) -> str:
    """The same database, entered as another user."""
    parts = urlsplit(admin_dsn)
    where = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(user)}:{quote(password)}@{where}"))


async def make_database(admin_dsn: str, name: str = DATABASE) -> None:
    """The database exists, and only those who are named may connect, here and to the server's own databases."""
    connection = await asyncpg.connect(admin_dsn)
    try:
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
            await connection.execute(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
        for database in (name, "postgres", "template1"):
            await connection.execute(f"REVOKE ALL ON DATABASE {database} FROM PUBLIC")
    finally:
        await connection.close()


async def make_roles(connection: asyncpg.Connection, passwords: Mapping[str, str]) -> None:
    """One role a service, which may log in and nothing else. One that exists keeps its password."""
    for service, password in passwords.items():
        name = role(service)
        if not await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", name):
            await connection.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{password}'")
            await connection.execute(f"ALTER ROLE {name} SET search_path = {service}")


async def make_schemas(connection: asyncpg.Connection, services: Iterable[str]) -> None:
    """In the connected database: each service owns the schema of its name and can see no other."""
    database = await connection.fetchval("SELECT current_database()")
    await connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    for service in services:
        await connection.execute(f"GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {role(service)}")
        await connection.execute(f"CREATE SCHEMA IF NOT EXISTS {service} AUTHORIZATION {role(service)}")


async def prepare(admin_dsn: str, passwords: Mapping[str, str], source: str) -> bool:
    """Roles and schemas are there. True when the stamp says that `source` was migrated here and no table went since.

    The stamp lies in the database itself: one set back to an earlier copy has the stamp of then.
    """
    try:
        connection = await asyncpg.connect(admin_dsn)
    except (OSError, asyncpg.PostgresError) as error:
        raise Trouble(f"连不上数据库：{error}", _place(admin_dsn), "检查 DATABASE_URL 与该服务器是否在运行") from error
    try:
        if await connection.fetchval(STAMP) == await _stamp(connection, passwords, source):
            return True
        await make_roles(connection, passwords)
        await make_schemas(connection, passwords)
        await _may_enter(admin_dsn, passwords)
    except asyncpg.InsufficientPrivilegeError as error:
        raise Trouble(
            f"数据库权限不足：{error}",
            _place(admin_dsn),
            "DATABASE_URL 的用户须能建角色（CREATEROLE）并拥有该库；或由管理员建好，"
            "再为每个服务设 BIFANG_DATABASE_URL_<SERVICE>",
        ) from error
    finally:
        await connection.close()
    return False


async def _may_enter(admin_dsn: str, passwords: Mapping[str, str]) -> None:
    """A role of the same name that another instance has made, on a server of others, is not ours to take over."""
    for service, password in passwords.items():
        try:
            connection = await asyncpg.connect(as_user(admin_dsn, role(service), password))
        except asyncpg.InvalidPasswordError as error:
            raise Trouble(
                f"角色 {role(service)} 已存在，密码不是本实例的",
                _place(admin_dsn),
                f"由管理员给出密码，设 BIFANG_DATABASE_URL_{service.upper()}；或换一个服务器",
            ) from error
        await connection.close()


async def put_stamp(admin_dsn: str, services: Iterable[str], source: str) -> None:
    connection = await asyncpg.connect(admin_dsn)
    try:
        stamp = await _stamp(connection, services, source)
        database = await connection.fetchval("SELECT current_database()")
        await connection.execute(f"COMMENT ON DATABASE {database} IS '{stamp}'")
    finally:
        await connection.close()


async def _stamp(connection: asyncpg.Connection, services: Iterable[str], source: str) -> str:
    return f"bifang {source} {await connection.fetchval(TABLES, list(services))}"


def _place(admin_dsn: str) -> str:
    """Without the password."""
    parts = urlsplit(admin_dsn)
    return f"{parts.hostname}:{parts.port or 5432}{parts.path}"
