"""The one program that runs a service: `python -m services.<name>`."""

import argparse
import asyncio
import gc
import os
import sys
from collections.abc import Sequence

import uvloop

from bus import logs
from bus.running import Running
from bus.service import Service
from bus.settings import settings_or_exit


def spare_the_collector() -> None:
    """What was imported stays and is not looked at again; a batch makes tens of thousands of objects that live for milliseconds."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def main(service: Service, argv: Sequence[str] | None = None) -> None:
    """`python -m services.<name> [--roles api,worker,…]`; ends with 2 on wrong settings."""
    parser = argparse.ArgumentParser(prog=f"python -m services.{service.name}", description=service.__doc__)
    parser.add_argument(
        "--roles", default=os.environ.get("BIFANG_ROLES", ""), help=f"of {', '.join(service.roles)}; default all"
    )
    wanted = tuple(role for role in parser.parse_args(argv).roles.split(",") if role) or service.roles
    if strange := set(wanted) - set(service.roles):
        parser.error(f"{service.name} has no role {', '.join(sorted(strange))}; it has {', '.join(service.roles)}")
    settings = settings_or_exit(service.settings)
    logs.set_up(service.name, settings.log)

    async def run() -> int:
        return await Running(service, settings, wanted).run()

    spare_the_collector()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        sys.exit(runner.run(run()))
