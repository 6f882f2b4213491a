"""The process behind `up`: holds the lock, brings everything up, keeps it, and ends it when it is told to."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from deploy.local import children, orphans, services, start_up_cache, state
from deploy.local.bring_up import BringUp
from deploy.local.places import REPOSITORY, Places
from deploy.local.ports import Ports
from deploy.local.state import Phase, State
from deploy.local.supervisor import Supervisor
from deploy.local.trouble import Trouble, from_os
from deploy.local.wanted import PARTS, Wanted

FAILED, ALREADY_RUNNING = 1, 3
QUIET_S: Final = 30.0


def main() -> int:
    asked = _arguments()
    places = Places(Path(asked.data))
    wanted = Wanted(
        places,
        Ports(asked.port_base),
        frozenset(asked.parts.split(",")),
        services.load(asked.table),
        apart=asked.apart,
        others_brokers=os.environ.get("KAFKA_BROKERS"),
        others_database=os.environ.get("DATABASE_URL"),
    )
    try:
        places.make()
        with state.only_one(places):
            if asked.launching is not None:
                os.close(asked.launching)
            return asyncio.run(_live(wanted, asked.remember))
    except state.AlreadyRunning:
        return ALREADY_RUNNING


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--port-base", type=int, required=True)
    parser.add_argument("--parts", default=",".join(PARTS))
    parser.add_argument("--table", default=services.DEFAULT)
    parser.add_argument("--launching", type=int, help="the lock of who launched us, to be let go once we hold our own")
    parser.add_argument("--apart", action="store_true")
    parser.add_argument("--remember", action="store_true", help="make the start-up cache of Kafka once it is quiet")
    return parser.parse_args()


async def _live(wanted: Wanted, remember: bool) -> int:
    shown = State(os.getpid(), wanted.ports.base, wanted.brokers, sorted(wanted.parts))
    supervisor = Supervisor(wanted.places, shown)
    supervisor.write()
    told_to_stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told_to_stop.set)
    loop.add_signal_handler(signal.SIGUSR1, supervisor.obey_held)
    publishing = asyncio.create_task(supervisor.publish())
    shown.trouble = await _bring_up(wanted, supervisor, told_to_stop)
    if shown.trouble is None:
        await _until_told(told_to_stop, wanted if remember else None)
    await supervisor.stop()
    publishing.cancel()
    shown.phase = Phase.FAILED if shown.trouble else Phase.STOPPED
    supervisor.write()
    return FAILED if shown.trouble else 0


async def _bring_up(wanted: Wanted, supervisor: Supervisor, told_to_stop: asyncio.Event) -> dict[str, str] | None:
    """None when all is up, or when we were told to stop before that."""
    began = time.monotonic()
    stop, work = asyncio.create_task(told_to_stop.wait()), asyncio.create_task(_work(wanted, supervisor))
    await asyncio.wait({stop, work}, return_when=asyncio.FIRST_COMPLETED)
    stop.cancel()
    if not work.done():
        work.cancel()
        await asyncio.wait({work})
        return None
    if error := work.exception():
        return _trouble(error, wanted.places).as_dict()
    supervisor.shown.ready_s, supervisor.shown.phase = time.monotonic() - began, Phase.READY
    supervisor.changed.set()
    return None


async def _until_told(to_stop: asyncio.Event, wanted: Wanted | None) -> None:
    """Meanwhile, once all has been quiet for a while, the next start is made faster."""
    remembering = asyncio.create_task(_remember_kafka(wanted)) if wanted else None
    await to_stop.wait()
    if remembering:
        remembering.cancel()
        await asyncio.wait({remembering})


async def _remember_kafka(wanted: Wanted) -> None:
    await asyncio.sleep(QUIET_S)
    if wanted.others_brokers or not start_up_cache.is_wanted():
        return
    process = await _start_remembering(wanted.places)
    try:
        await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def _start_remembering(places: Places) -> asyncio.subprocess.Process:
    with places.log("start_up_cache").open("wb") as out:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "deploy.local.start_up_cache"),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            cwd=REPOSITORY,
            preexec_fn=children.dies_with_parent(signal.SIGKILL),
        )


async def _work(wanted: Wanted, supervisor: Supervisor) -> None:
    left = await asyncio.to_thread(orphans.end, wanted.places.data)
    if left:
        supervisor.shown.notes.append(f"上一次运行留下的进程已结束：{'、'.join(left)}")
    state.hold(wanted.places, frozenset())
    await BringUp(wanted, supervisor).run()


def _trouble(error: BaseException, places: Places) -> Trouble:
    """What is ours to say is in the group somewhere; anything else is a defect, and its traceback goes to the log."""
    inside = list(_leaves(error))
    for found in inside:
        if isinstance(found, Trouble):
            return found
    traceback.print_exception(error)
    for found in inside:
        if isinstance(found, OSError) and found.errno:
            return from_os(found, places.data)
    log = places.log("supervisor")
    return Trouble(f"{type(inside[0]).__name__}: {inside[0]}", str(log), "这是程序的缺陷：请带上日志报告", log)


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _leaves(inner)
    else:
        yield error


if __name__ == "__main__":
    code = main()
    sys.stderr.flush()
    os._exit(code)  # else a download that nobody waits for any more would hold us up
