"""What the carrier took, on disk before it says so: the proof, from outside our system, that no SMS was sent twice."""

import asyncio
import os
from collections import Counter
from pathlib import Path
from typing import BinaryIO

from pydantic import BaseModel, ConfigDict, TypeAdapter

from services.gateway.pdu import Status


class Submitted(BaseModel):
    """One submit_sm: taken under `message_id`, or refused. Numbers are in clear: there are only invented ones here."""

    model_config = ConfigDict(frozen=True)

    message_id: str
    at: str
    phone: str
    source: str
    text: str
    sms_id: str | None
    part: int
    parts: int
    status: int

    @property
    def taken(self) -> bool:
        return self.status == Status.OK


class Receipted(BaseModel):
    """A receipt that was acknowledged."""

    model_config = ConfigDict(frozen=True)

    receipted: str


_LINE: TypeAdapter[Submitted | Receipted] = TypeAdapter(Submitted | Receipted)


class Ledger:
    """Append-only lines of JSON. One fsync serves all lines that waited for it."""

    def __init__(self, path: Path) -> None:
        self.submits: list[Submitted] = []
        self.receipted: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()
        self._file = _opened(path)
        for line in _whole_lines(self._file):
            self._remember(_LINE.validate_json(line))
        self._waiting: list[tuple[bytes, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None

    def refused_before(self, phone: str) -> int:
        return self._refused[phone]

    def taken_twice(self) -> list[str]:
        """Every SMS of which a part was taken more than once. It must be empty."""
        parts = Counter((s.sms_id, s.part) for s in self.submits if s.taken and s.sms_id is not None)
        return sorted({sms_id for (sms_id, _), times in parts.items() if times > 1 and sms_id is not None})

    async def write(self, line: Submitted | Receipted) -> None:
        """Returns when the line is on disk."""
        self._remember(line)
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((line.model_dump_json().encode() + b"\n", done))
        if self._writing is None:
            self._writing = asyncio.create_task(self._flush())
        await done

    def _remember(self, line: Submitted | Receipted) -> None:
        if isinstance(line, Receipted):
            self.receipted[line.receipted] += 1
        else:
            self.submits.append(line)
            self._refused[line.phone] += not line.taken

    async def _flush(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            await asyncio.to_thread(self._synced, b"".join(line for line, _ in batch))
            for _, done in batch:
                done.set_result(None)
        self._writing = None

    def _synced(self, lines: bytes) -> None:
        self._file.write(lines)
        self._file.flush()
        os.fsync(self._file.fileno())


def _opened(path: Path) -> BinaryIO:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("a+b")


def _whole_lines(file: BinaryIO) -> list[bytes]:
    """What a kill left half written was never acknowledged: it is cut off, so that the next line starts clean."""
    file.seek(0)
    content = file.read()
    whole = content.rfind(b"\n") + 1
    file.truncate(whole)
    return content[:whole].splitlines()
