"""A key ring is what one service may seal and open; whatever else it holds, it can only carry."""

import base64
import binascii
import re
from pathlib import Path
from typing import Final, Self, TypeVar
from uuid import UUID

from bus.sealed.blind_index import BlindIndex
from bus.sealed.key_ring_file import BadKeyRing, checked
from bus.sealed.seal import ALGORITHMS, SEALS_WITH, CannotOpen, CannotSeal, Head, Key
from contracts.personal import Personal

TEXT: Final = "v1"
RAW: Final = "v1b"

P = TypeVar("P", bound=Personal)


class KeyRing:
    """Seals for a purpose with its current key; opens with any key of it."""

    def __init__(self, content: str | bytes) -> None:
        """From the JSON text of a key ring; BadKeyRing lists everything that is wrong with it."""
        file = checked(content)
        self.demo = file.demo
        """Anyone may know this ring: production refuses it."""
        self.token_key = file.token
        """Signs the tokens of people and services."""
        self._index = file.index
        self._current = {purpose: keys.current for purpose, keys in file.seal.items()}
        self._keys = {
            (algorithm, purpose, key_id): Key(algorithm, purpose, key_id, secret)
            for algorithm in ALGORITHMS
            for purpose, keys in file.seal.items()
            for key_id, secret in keys.keys.items()
        }

    @classmethod
    def read(cls, path: Path) -> Self:
        """BadKeyRing also when there is no such file."""
        try:
            return cls(path.read_bytes())
        except OSError as error:
            raise BadKeyRing(f"{path}: {error.strerror}") from None

    @property
    def index(self) -> BlindIndex:
        """BadKeyRing when this service was given no index key: ask for it when the service starts."""
        if self._index is None:
            raise BadKeyRing("index: missing")
        return BlindIndex(self._index)

    def seal(self, cls: type[P], plaintext: str, *, kind: str, person: UUID) -> P:
        """A value of one kind, bound to its person (or to the SMS, the reply, whatever it is a part of)."""
        utf8 = _utf8(plaintext)
        if utf8 is None:
            raise CannotSeal(f"not Unicode text (half a character): purpose {cls.purpose}")
        head, key = self._sealing(TEXT, cls.purpose)
        return cls(f"{head}{_base64url(key.seal(utf8, head, kind, person))}")

    def open(self, value: Personal, *, kind: str, person: UUID) -> str:
        """What was sealed for this kind and person; CannotOpen otherwise."""
        version, algorithm, purpose, key_id, body = value.token.split(".")
        head = Head(version, algorithm, purpose, key_id)
        text = _text(self._opening(TEXT, head).open(_unbase64url(body), head, kind, person))
        if text is None:
            raise CannotOpen(f"what was sealed is not UTF-8: purpose {purpose}, key id {key_id}")
        return text

    def seal_bytes(self, cls: type[Personal], plaintext: bytes, *, kind: str, message: UUID) -> bytes:
        """A raw message, whose person is not known yet, bound to its own id: the head in ASCII, then plain bytes."""
        head, key = self._sealing(RAW, cls.purpose)
        return str(head).encode() + key.seal(plaintext, head, kind, message)

    def open_bytes(self, sealed: bytes, *, kind: str, message: UUID) -> bytes:
        """The raw message that was sealed under this id; CannotOpen otherwise."""
        found = RAW_HEAD.match(sealed)
        if found is None:
            raise CannotOpen("these bytes are not sealed")
        head = Head(*(part.decode() for part in found.groups()))
        return self._opening(RAW, head).open(sealed[found.end() :], head, kind, message)

    def _sealing(self, version: str, purpose: str) -> tuple[Head, Key]:
        if purpose not in self._current:
            raise CannotSeal(f"no key for purpose {purpose}")
        head = Head(version, SEALS_WITH, purpose, self._current[purpose])
        return head, self._keys[head[1:]]

    def _opening(self, version: str, head: Head) -> Key:
        if head.version != version or head.algorithm not in ALGORITHMS:
            raise CannotOpen(f"sealed in a way unknown here: purpose {head.purpose}, key id {head.key_id}")
        if head[1:] not in self._keys:
            raise CannotOpen(f"no key for purpose {head.purpose}, key id {head.key_id}")
        return self._keys[head[1:]]


RAW_HEAD: Final = re.compile(rb"(v\d{1,3}b)\.([A-Z0-9]{1,16})\.([a-z]{1,16})\.([A-Za-z0-9_-]{1,32})\.")


def _utf8(text: str) -> bytes | None:
    try:
        return text.encode()
    except UnicodeEncodeError:  # it holds the whole text, so it goes no further
        return None


def _text(utf8: bytes) -> str | None:
    try:
        return utf8.decode()
    except UnicodeDecodeError:  # as above
        return None


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _unbase64url(body: str) -> bytes:
    """Empty unless written as we write it: else two tokens could be one value."""
    try:
        raw = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    except binascii.Error:
        return b""
    return raw if _base64url(raw) == body else b""
