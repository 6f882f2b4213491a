"""A workbook is a stranger's program: it is read in a process of its own, with so much memory and time and no more."""

import asyncio
import json
import os
import resource
import sys

from services.registry.roster import words
from services.registry.roster.book import Cell, Kind, Sheet, Unreadable, is_workbook, read_book

MEMORY = 1 << 30
SECONDS = 30
_REFUSED = 3
_ONE_AT_A_TIME = asyncio.Semaphore(1)


async def read_apart(data: bytes) -> list[Sheet]:
    """Raises Unreadable, also where the reader was ended because it took too much."""
    if not is_workbook(data):
        return await asyncio.to_thread(read_book, data)
    async with _ONE_AT_A_TIME:
        code, told = await _reader(data)
    if code == 0:
        return await asyncio.to_thread(_loaded, told)
    raise Unreadable(told.decode() if code == _REFUSED else words.TOO_LONG)


async def _reader(data: bytes) -> tuple[int | None, bytes]:
    """How it ended, and what it said. Nothing of our environment is handed to it: addresses and keys stand there."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, env={"PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        async with asyncio.timeout(2 * SECONDS):
            told, _ = await process.communicate(data)
    except TimeoutError:
        return None, b""
    finally:
        if process.returncode is None:
            process.kill()
    return process.returncode, told


def _loaded(told: bytes) -> list[Sheet]:
    return [
        Sheet(name, tuple((n, tuple(Cell(Kind(c[0]), c[1]) if c else None for c in row)) for n, row in rows))
        for name, rows in json.loads(told)
    ]


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        sheets = read_book(sys.stdin.buffer.read())
    except Unreadable as why:
        sys.stdout.buffer.write(str(why).encode())
        return _REFUSED
    rows = [(sheet.name, [(n, [c and (c.kind, c.text) for c in row]) for n, row in sheet.rows]) for sheet in sheets]
    sys.stdout.write(json.dumps(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
