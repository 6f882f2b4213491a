"""What holds for every service: guarded routes, one schema of its own, tables as its history makes them."""

from importlib import import_module

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from fastapi import APIRouter
from sqlalchemy import Connection, MetaData
from sqlalchemy.ext.asyncio import create_async_engine

from bus import migrate
from bus.application import Unguarded, application, check_guards
from bus.service import Service
from contracts.all import OWNERS
from deploy.local import databases


def service(name: str) -> Service:
    found: Service = import_module(f"services.{name}.service").service
    return found


@pytest.fixture(scope="module")
async def migrated(postgres: str) -> str:
    """A database with every service's role and schema, brought up by its history; the address as administrator."""
    administrator = await asyncpg.connect(postgres)
    await administrator.execute("CREATE DATABASE migrated")
    await administrator.close()
    dsn = postgres.rsplit("/", 1)[0] + "/migrated"
    connection = await asyncpg.connect(dsn)
    await databases.make_roles(connection, dict.fromkeys(OWNERS, "pw"))
    for name in OWNERS:  # the platform has made them already, each with a password of its own
        await connection.execute(f"ALTER ROLE {databases.role(name)} PASSWORD 'pw'")
    await databases.make_schemas(connection, OWNERS)
    await connection.close()
    for name in OWNERS:
        await migrate.bring_up(name, as_service(dsn, name))
    return dsn


def as_service(dsn: str, name: str) -> str:
    return databases.as_user(dsn, databases.role(name), "pw")


@pytest.mark.parametrize("name", OWNERS)
def test_every_route_declares_its_guard(name: str) -> None:
    check_guards(application(name, list(service(name).routes), ready=list, state={}))


def test_a_route_without_a_guard_fails_the_build() -> None:
    bare = APIRouter()
    bare.get("/people")(lambda: None)

    with pytest.raises(Unguarded, match="/people"):
        application("bare", [bare], ready=list, state={})


@pytest.mark.parametrize("name", OWNERS)
async def test_the_history_makes_the_tables_that_the_code_declares(migrated: str, name: str) -> None:
    engine = create_async_engine(
        as_service(migrated, name).replace("postgresql://", "postgresql+asyncpg://", 1),
        connect_args={"server_settings": {"search_path": name}},
    )

    def differences(connection: Connection, declared: MetaData) -> list[object]:
        options = {"compare_type": True, "include_object": _ours}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), declared))

    async with engine.connect() as connection:
        found = await connection.run_sync(differences, service(name).metadata)
    await engine.dispose()
    assert found == []


def _ours(_: object, name: str | None, kind: str, __: bool, ___: object) -> bool:
    """Partitions and alembic's own table are not declared."""
    return not (kind == "table" and name and (name.startswith(("journal_", "told_")) or name == "alembic_version"))


@pytest.mark.parametrize("name", OWNERS)
async def test_no_service_can_read_anothers_schema(migrated: str, name: str) -> None:
    connection = await asyncpg.connect(as_service(migrated, name))
    try:
        assert await connection.fetchval(f"SELECT count(*) FROM {name}.journal") == 0
        for other in set(OWNERS) - {name}:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.fetchval(f"SELECT count(*) FROM {other}.journal")
    finally:
        await connection.close()


@pytest.mark.parametrize("name", OWNERS)
def test_each_kind_of_state_is_called_something_in_chinese(name: str) -> None:
    """What is found by night is read by people."""
    assert [table.name for table in service(name).decisions if not table.zh or table.zh.isascii()] == []


def test_a_service_says_only_what_it_owns() -> None:
    for name in OWNERS:
        assert {event.type.partition(".")[0] for event in service(name).says} == {name}
