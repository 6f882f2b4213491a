"""A service's own code over its own database, in this process: for what must go down its road or fold its journal by hand."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

import asyncpg
import typer

from deploy.local import here, screen
from deploy.local.commands.status import NOT_RUNNING
from deploy.local.places import Places
from deploy.local.platform import Platform
from deploy.local.trouble import Trouble

if TYPE_CHECKING:  # the services' code is heavy, and most commands need none of it
    from bus.beside import Beside
    from bus.service import Service

T = TypeVar("T")


@asynccontextmanager
async def within(platform: Platform, name: str) -> AsyncIterator[Beside]:
    from bus.beside import Beside
    from bus.settings import read_settings

    os.environ.update(platform.env_for(name))
    service: Service = import_module(f"services.{name}.service").service
    beside = Beside.of(service, read_settings(service.settings))
    try:
        await beside.recall()
        yield beside
    finally:
        await beside.database.close()


def platform_of(context: typer.Context) -> Platform:
    """The running platform; else it is said how to start it, and the command ends."""
    platform = here.of(context).platform()
    if not platform.is_running:
        screen.say(f"没有在运行（{platform.places.data}）。启动：./bifang up")
        raise typer.Exit(NOT_RUNNING)
    return platform


def named(names: list[str] | None) -> list[str]:
    """These services, all when none is named; a name that is none is a wrong usage."""
    from contracts.all import OWNERS

    if strange := set(names or ()) - set(OWNERS):
        raise typer.BadParameter(f"没有服务 {'、'.join(sorted(strange))}；有 {'、'.join(OWNERS)}")
    return list(names or OWNERS)


def run(work: Coroutine[Any, Any, T], places: Places) -> T:
    """To its end; a server that is away is a Trouble with its cure."""
    try:
        return asyncio.run(work)
    except (OSError, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError, asyncpg.InterfaceError) as error:
        log = places.log("postgres")
        raise Trouble(
            f"数据库或服务连不上：{type(error).__name__}", str(places.data), "./bifang status 看各进程", log
        ) from error
