"""Halves the start of Kafka: once, in the background, a throw-away broker is run so that Java can remember it.

`python -m deploy.local.start_up_cache` makes the cache of this Java and these jars; without it Kafka merely starts slower.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from typing import Final

from deploy.local import children, jars, kafka
from deploy.local.places import Places
from deploy.local.ports import Ports

PATIENCE_S: Final = 120.0
LEAST_CLAIM: Final = 19
SCRATCH: Final = "part-aot-"


def is_wanted() -> bool:
    """Java learned to do this in version 25."""
    java = kafka.java()
    return kafka.java_version(java) >= kafka.AOT_JAVA and not kafka.start_up_cache(java, jars.folder()).exists()


async def make() -> None:
    java, folder = kafka.java(), jars.folder()
    for left_over in folder.glob(f"{SCRATCH}*"):
        shutil.rmtree(left_over)
    with tempfile.TemporaryDirectory(prefix=SCRATCH, dir=folder) as scratch:
        made = Path(scratch) / "aot"
        places, ports = Places(Path(scratch)), Ports.free()
        places.make()
        kafka.make_format(places, ports, java, folder)
        await _run_once(kafka.child(places, ports, java, folder, (f"-XX:AOTCacheOutput={made}",)), places)
        made.replace(kafka.start_up_cache(java, folder))


async def _run_once(child: children.Child, places: Places) -> None:
    """Java writes the cache when it ends, which takes some seconds."""
    broker = await children.start(child, places.data, places.log(child.name))
    try:
        async with asyncio.timeout(PATIENCE_S):
            await children.until_ready(child)
            broker.send_signal(signal.SIGTERM)
            await broker.wait()
    finally:
        if broker.returncode is None:
            broker.kill()


def main() -> int:
    """One at a time; whoever comes second leaves it to the first."""
    os.nice(LEAST_CLAIM)
    with (jars.folder() / ".aot.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return 0
        if is_wanted():
            asyncio.run(make())
    return 0


if __name__ == "__main__":
    sys.exit(main())
