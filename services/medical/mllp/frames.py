"""Frames are found in a stream of bytes, however it was cut on its way and whatever stands between them.

0B opens, 1C 0D closes. On bytes this is safe: no GB 18030 or UTF-8 character holds a byte below 0x30 that is not its own.

- A 1C that is followed by anything else is content; but by a 0B, or by the end of the stream, and the CR was forgotten.
- NUL, CR, LF and blanks between frames are padding; other bytes there are garbage: skipped, counted, never held.
- A 0B inside a frame is content (Word's line break pasted into a note), but one before MSH opens a new message: what stood
  before it is half a message, dropped and counted. Nobody acknowledged it, so its sender says it again.
- A frame above the limit is let go as soon as it crosses it; nothing more is read from that stream.
"""

import re

_PADDING = b"\x00\r\n\t "
_CLOSE = re.compile(rb"\x1c(?:\r|(?=\x0b))")


def framed(body: bytes) -> bytes:
    """The body as it goes on the wire."""
    return b"\x0b%b\x1c\r" % body


class Frames:
    """The reader of one stream; what it makes of the bytes does not depend on where they were cut."""

    def __init__(self, limit: int) -> None:
        self.garbage_bytes = 0
        self.torn = 0
        self.oversize = False
        self._limit = limit
        self._inside = False
        self._body = bytearray()

    @property
    def held(self) -> int:
        """Bytes of a frame whose end has not come."""
        return len(self._body)

    @property
    def is_half(self) -> bool:
        """A frame was opened and has not ended."""
        return self._inside

    @property
    def lacks_return(self) -> bool:
        """All came but the CR behind the 1C; some senders never send it, and wait for their answer."""
        return self._body.endswith(b"\x1c")  # a 1C that is content never stands last: what follows it came with it

    def feed(self, data: bytes) -> list[bytes]:
        """The bodies of the frames that are complete now."""
        done: list[bytes] = []
        at = 0
        while at < len(data) and not self.oversize:
            at = self._collect(data, at, done) if self._inside else self._skip(data, at)
        return done

    def end(self) -> list[bytes]:
        """No more will come for now: a frame that lacks only its CR is whole, another half is dropped."""
        if self.lacks_return:
            self._body.pop()
            return [self._closed()]
        self.torn += self._inside
        self._leave()
        return []

    def _skip(self, data: bytes, at: int) -> int:
        opened = data.find(b"\x0b", at)
        self._inside = opened >= 0
        end = opened if self._inside else len(data)
        self.garbage_bytes += len(data[at:end].translate(None, _PADDING))
        return end + self._inside

    def _collect(self, data: bytes, at: int, done: list[bytes]) -> int:
        if self.lacks_return and data[at] in b"\r\x0b":
            self._body.pop()
            done.append(self._closed())
            return at + (data[at] == 0x0D)
        close = _CLOSE.search(data, at)
        end = close.start() if close else len(data)
        maybe_closed = not close and data.endswith(b"\x1c")
        if len(self._body) + end - at - maybe_closed > self._limit:
            self.oversize = True
            self._leave()
            return len(data)
        self._body += data[at:end]
        if close:
            done.append(self._closed())
        return close.end() if close else end

    def _closed(self) -> bytes:
        body = bytes(self._body)
        self._leave()
        again = max(body.rfind(b"\x0bMSH"), body.rfind(b"\x0b\xef\xbb\xbfMSH"))
        self.torn += bool(body[: again + 1].strip(_PADDING + b"\x0b"))
        return body[again + 1 :]

    def _leave(self) -> None:
        self._inside = False
        self._body = bytearray()
