"""The listener bounds what strangers can cost, so that a good sender is always heard."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from services.medical.mllp.connection import Connection, Peer

_BACKLOG = 1024


@dataclass(slots=True)
class MllpCounters:
    """What happened at the door since it opened; only `open_connections` goes down."""

    open_connections: int = 0
    connections: int = 0
    refused: int = 0
    evicted: int = 0
    frames: int = 0
    answers: int = 0
    garbage_bytes: int = 0
    torn: int = 0
    oversize: int = 0
    half_frame_timeouts: int = 0
    unread_answers: int = 0
    not_stored: int = 0
    failures: int = 0


class MllpListener:
    """Gives every frame to `receive` and sends back what it returns; None sends nothing.

    `receive` raises NotStored when the message is not safe: then the connection closes without an answer.
    Up to `max_in_receive` frames of one connection are in `receive` at once, so its calls must not rely on their order.
    Idle connections are kept for ever. Half a frame is held for `half_frame_timeout` seconds of silence, ten times that in
    all; all half frames together take at most `max_held` bytes, the greatest is let go first. Above `max_connections` the
    oldest that never completed a frame gives way.
    """

    def __init__(
        self,
        host: str,
        port: int,
        receive: Callable[[bytes, Peer], Awaitable[bytes | None]],
        *,
        max_frame: int = 16 * 2**20,
        half_frame_timeout: float = 30.0,
        return_grace: float = 1.0,
        max_connections: int = 500,
        max_in_receive: int = 64,
        max_held: int = 128 * 2**20,
    ) -> None:
        self.counters = MllpCounters()
        self.max_frame, self.max_in_receive, self.return_grace = max_frame, max_in_receive, return_grace
        self._address, self._receive = (host, port), receive
        self._patience, self._max_connections, self._max_held = half_frame_timeout, max_connections, max_held
        self._connections: dict[Connection, None] = {}  # oldest first
        self._silent: dict[Connection, None] = {}  # those that never completed a frame, oldest first
        self._receiving: set[asyncio.Task[bytes | None]] = set()
        self._held = 0
        self._quiet = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._watch: asyncio.TimerHandle | None = None

    async def start(self) -> None:
        """Listen; OSError when the port is taken."""
        family = socket.AF_INET6 if ":" in self._address[0] else socket.AF_INET
        door = socket.create_server(self._address, family=family, backlog=_BACKLOG)
        door.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)  # inherited: a dead peer is noticed in the end
        self._server = await asyncio.get_running_loop().create_server(lambda: Connection(self), sock=door)
        self._look_around()

    @property
    def port(self) -> int:
        """The port in use, also when 0 was asked for."""
        if not self._server:
            raise RuntimeError("the listener is not started")
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self, grace: float = 10.0) -> None:
        """Accept no more, answer what came, close; after `grace` seconds let go of what is left."""
        if not self._server or not self._watch:
            return
        self._server.close()
        self._watch.cancel()
        for connection in list(self._connections):
            connection.finish()
        try:
            async with asyncio.timeout(grace):
                await self._all_quiet()
        except TimeoutError:
            for connection in list(self._connections):
                connection.abort()
            for task in self._receiving:
                task.cancel()
            await self._all_quiet()
        self._server = None

    # what a connection tells

    def admit(self, connection: Connection) -> None:
        self.counters.connections += 1
        if len(self._connections) >= self._max_connections and not self._make_room():
            self.counters.refused += 1
            connection.abort()
            return
        self.counters.open_connections += 1
        self._connections[connection] = self._silent[connection] = None

    def has_spoken(self, connection: Connection) -> None:
        self._silent.pop(connection, None)

    def hold(self, more: int) -> None:
        """Half frames take so many bytes more."""
        self._held += more
        while more > 0 and self._held > self._max_held:
            self._evict(max(self._connections, key=lambda connection: connection.frames.held))

    def receiving(self, body: bytes, peer: Peer) -> asyncio.Task[bytes | None]:
        task = asyncio.get_running_loop().create_task(self._received(body, peer))
        self._receiving.add(task)
        task.add_done_callback(self._received_one)
        return task

    def forget(self, connection: Connection) -> None:
        self._silent.pop(connection, None)
        if connection in self._connections:
            del self._connections[connection]
            self.counters.open_connections -= 1
        self._tell_quiet()

    # what follows

    async def _received(self, body: bytes, peer: Peer) -> bytes | None:
        return await self._receive(body, peer)

    def _received_one(self, task: asyncio.Task[bytes | None]) -> None:
        self._receiving.discard(task)
        self._tell_quiet()

    def _make_room(self) -> bool:
        oldest = next(iter(self._silent), None)
        if oldest:
            self._evict(oldest)
        return oldest is not None

    def _evict(self, connection: Connection) -> None:
        self.counters.evicted += 1
        self.forget(connection)
        connection.abort()

    def _look_around(self) -> None:
        """Half frames and unread answers are looked for a few times in their patience; idle connections are left alone."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        for connection in list(self._connections):
            if connection.stalls(now, self._patience):
                self.counters.half_frame_timeouts += 1
                connection.finish()
            elif connection.leaves_unread(now, self._patience):
                self.counters.unread_answers += 1
                connection.abort()
        self._watch = loop.call_later(min(1.0, self._patience / 4), self._look_around)

    def _tell_quiet(self) -> None:
        if self._connections or self._receiving:
            self._quiet.clear()
        else:
            self._quiet.set()

    async def _all_quiet(self) -> None:
        self._tell_quiet()
        await self._quiet.wait()
