"""A hospital's end of the line, and a store that waits to be told, for the tests of the listener."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypedDict, Unpack

from services.medical.mllp import MllpListener, Peer

ONE, TWO, THREE = b"MSH|1", b"MSH|2", b"MSH|3"
Receive = Callable[[bytes, Peer], Awaitable[bytes | None]]


async def echo(body: bytes, peer: Peer) -> bytes:
    return b"ACK " + body


class Limits(TypedDict, total=False):
    max_frame: int
    half_frame_timeout: float
    return_grace: float
    max_connections: int
    max_in_receive: int
    max_held: int


@asynccontextmanager
async def listening(receive: Receive = echo, **limits: Unpack[Limits]) -> AsyncIterator[MllpListener]:
    listener = MllpListener("127.0.0.1", 0, receive, **limits)
    await listener.start()
    try:
        yield listener
    finally:
        await listener.stop(grace=1)


class Sender:
    """A hospital's end of one connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def to(cls, listener: MllpListener) -> "Sender":
        return cls(*await asyncio.open_connection("127.0.0.1", listener.port))

    def say(self, data: bytes) -> None:
        self._writer.write(data)

    def hang_up(self) -> None:
        self._writer.write_eof()

    async def answer(self) -> bytes:
        """The next answer; empty when the connection was closed instead."""
        try:
            async with asyncio.timeout(5):
                return (await self._reader.readuntil(b"\x1c\r"))[1:-2]
        except (asyncio.IncompleteReadError, ConnectionError):
            return b""

    @property
    def was_let_go(self) -> bool:
        """The connection was closed, as far as is known without waiting; it is reset if something was not read any more."""
        return self._reader.at_eof() or self._reader.exception() is not None

    async def is_closed(self) -> bool:
        try:
            async with asyncio.timeout(5):
                return await self._reader.read(1) == b""
        except ConnectionError:
            return True

    def close(self) -> None:
        self._writer.close()

    def vanish(self) -> None:
        """Be gone without a word, as after a power cut."""
        door: socket.socket = self._writer.get_extra_info("socket")
        door.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()


class Store:
    """A `receive` that stores nothing until it is told to."""

    def __init__(self) -> None:
        self.asked: list[bytes] = []
        self.most_at_once = self._now = 0
        self._gates: dict[bytes, asyncio.Future[bytes | None]] = {}

    async def __call__(self, body: bytes, peer: Peer) -> bytes | None:
        self.asked.append(body)
        self._now += 1
        self.most_at_once = max(self.most_at_once, self._now)
        try:
            return await self._gate(body)
        finally:
            self._now -= 1

    def _gate(self, body: bytes) -> asyncio.Future[bytes | None]:
        return self._gates.setdefault(body, asyncio.get_running_loop().create_future())

    def finish(self, body: bytes, answer: bytes | None) -> None:
        self._gate(body).set_result(answer)

    def fail(self, body: bytes, error: Exception) -> None:
        self._gate(body).set_exception(error)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.005)
