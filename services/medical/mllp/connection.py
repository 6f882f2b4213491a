"""One sender's connection: frames go in side by side, answers come out in the order of arrival."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from services.medical.mllp.frames import Frames, framed

if TYPE_CHECKING:
    from services.medical.mllp.listener import MllpListener

log = logging.getLogger(__name__)


class NotStored(Exception):
    """The message is not safe with us: it gets no answer and the connection closes, so that the sender sends it again.

    AE or AR would be wrong: most engines take both for the last word on a message.
    """


@dataclass(frozen=True, slots=True)
class Peer:
    """Who is at the other end."""

    host: str
    port: int


class Connection(asyncio.Protocol):
    """Reads no faster than `receive` stores and than its sender reads our answers."""

    def __init__(self, listener: "MllpListener") -> None:
        self.frames = Frames(listener.max_frame)
        self.peer = Peer("", 0)
        self._has_spoken = False
        self._heard_at = self._half_since = 0.0
        self._unread_since: float | None = None
        self._listener = listener
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[bytes] = deque()  # read, not yet in `receive`
        self._answers: deque[tuple[asyncio.Task[bytes | None], int]] = deque()  # in `receive`, in order of arrival
        self._pending_bytes = 0
        self._reading = True
        self._ending = False  # takes nothing more in, closes when all is answered
        self._silenced = False  # says nothing more
        self._settling: asyncio.TimerHandle | None = None

    # what the event loop tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        name = self._transport.get_extra_info("peername")
        self.peer = Peer(*name[:2]) if name else self.peer
        self._heard_at = self._loop.time()
        self._listener.admit(self)

    def data_received(self, data: bytes) -> None:
        if self._ending:
            return
        was_half, now = self.frames.is_half, self._loop.time()
        bodies = self._counted(lambda: self.frames.feed(data))
        self._heard_at = now
        if bodies or not was_half:
            self._half_since = now
        self._take(bodies)
        if self.frames.oversize:
            self._listener.counters.oversize += 1
            self.finish()
        if self.frames.lacks_return:
            self._settling = self._loop.call_later(self._listener.return_grace, self._settle)

    def eof_received(self) -> bool:
        self._settle()
        self.finish()
        return True  # half closed: what is in `receive` is still answered

    def connection_lost(self, exc: Exception | None) -> None:
        self._counted(self.frames.end)
        self._silence()
        self._listener.forget(self)

    def pause_writing(self) -> None:
        self._unread_since = self._loop.time()
        self._pace()

    def resume_writing(self) -> None:
        self._unread_since = None
        self._pace()

    # what the listener tells

    def stalls(self, now: float, patience: float) -> bool:
        """Half a frame came and then nothing, or a drop at a time; never true while we ourselves do not read."""
        is_waited_for = self._reading and self.frames.is_half
        return is_waited_for and (now - self._heard_at > patience or now - self._half_since > 10 * patience)

    def leaves_unread(self, now: float, patience: float) -> bool:
        """The sender does not read our answers."""
        return self._unread_since is not None and now - self._unread_since > patience

    def finish(self) -> None:
        """Take nothing more, answer what came, close."""
        self._ending = True
        self._pace()
        self._close_when_answered()

    def abort(self) -> None:
        """Let go at once, also of what is held."""
        self._counted(self.frames.end)
        self._silence()
        self._ending = True
        self._transport.abort()

    # what follows

    def _counted(self, step: Callable[[], list[bytes]]) -> list[bytes]:
        frames, counters = self.frames, self._listener.counters
        garbage, torn, held = frames.garbage_bytes, frames.torn, frames.held
        bodies = step()
        counters.garbage_bytes += frames.garbage_bytes - garbage
        counters.torn += frames.torn - torn
        self._listener.hold(frames.held - held)
        return bodies

    def _take(self, bodies: list[bytes]) -> None:
        if self._settling:
            self._settling.cancel()
            self._settling = None
        if self._silenced:
            return
        if bodies and not self._has_spoken:
            self._has_spoken = True
            self._listener.has_spoken(self)
        self._waiting.extend(bodies)
        self._pending_bytes += sum(map(len, bodies))
        self._listener.counters.frames += len(bodies)
        self._start()

    def _settle(self) -> None:
        self._take(self._counted(self.frames.end))

    def _start(self) -> None:
        while self._waiting and len(self._answers) < self._listener.max_in_receive and not self._silenced:
            body = self._waiting.popleft()
            task = self._listener.receiving(body, self.peer)
            self._answers.append((task, len(body)))
            task.add_done_callback(self._answer)
        self._pace()

    def _answer(self, _: asyncio.Task[bytes | None]) -> None:
        out = []
        while self._answers and self._answers[0][0].done():
            task, size = self._answers.popleft()
            self._pending_bytes -= size
            if answer := self._outcome(task):
                out.append(framed(answer))
        if out and not self._transport.is_closing():
            self._listener.counters.answers += len(out)
            self._transport.write(b"".join(out))
        self._start()
        self._close_when_answered()

    def _outcome(self, task: asyncio.Task[bytes | None]) -> bytes | None:
        """The answer, or None; after a message that was not stored nothing more is answered on this connection."""
        error = NotStored("stopped") if task.cancelled() else task.exception()
        if error is None:
            return None if self._silenced else task.result()
        if isinstance(error, NotStored):
            self._listener.counters.not_stored += 1
        else:
            self._listener.counters.failures += 1
            log.error("a message could not be received", exc_info=error)
        self._silence()
        self._ending = True
        return None

    def _silence(self) -> None:
        """Those not yet in `receive` are let go: unanswered, their sender has them still."""
        self._silenced = True
        self._waiting.clear()

    def _close_when_answered(self) -> None:
        if self._ending and (self._silenced or not (self._answers or self._waiting)):
            self._transport.close()

    def _pace(self) -> None:
        wanted = not (
            self._ending
            or self._waiting
            or len(self._answers) >= self._listener.max_in_receive
            or self._pending_bytes >= self._listener.max_frame
            or self._unread_since is not None
        )
        if wanted == self._reading or self._transport.is_closing():
            return
        self._reading = wanted
        if wanted:
            self._heard_at = self._half_since = self._loop.time()
            self._transport.resume_reading()
        else:
            self._transport.pause_reading()
