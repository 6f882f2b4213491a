"""The seal itself: what is encrypted, under which key, bound to what; docs/sealing.md says it for other languages."""

import hmac
from collections.abc import Callable
from typing import Final, NamedTuple, Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

BLOCK: Final = 32
"""Names to ten Han characters, phones, dates and resident IDs fill one block: their length tells nothing."""

NONCE: Final = 12
TAG: Final = 16


class CannotOpen(Exception):
    """A sealed value stays closed; the message names purpose and key id, never a value."""


class CannotSeal(Exception):
    """This ring may not seal for the purpose, or the text is no Unicode."""


class Cipher(Protocol):
    """Authenticated encryption: a nonce of 12 bytes, a tag of 16 at the end."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes: ...
    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes: ...


class Algorithm(NamedTuple):
    key_bytes: int
    cipher: Callable[[bytes], Cipher]


ALGORITHMS: Final = {"A256GCM": Algorithm(32, AESGCM)}
"""Another one (SM4GCM) is a line here: each seal names its own, so old and new are read side by side."""

SEALS_WITH: Final = "A256GCM"


class Head(NamedTuple):
    """What a seal says of itself in clear, and what nobody can change without breaking it."""

    version: str
    algorithm: str
    purpose: str
    key_id: str

    def __str__(self) -> str:
        return ".".join(self) + "."


class Key:
    """One secret in one algorithm: the same words, bound to the same thing, always make the same seal."""

    __slots__ = ("_cipher", "_nonce_key")

    def __init__(self, algorithm: str, purpose: str, key_id: str, secret: bytes) -> None:
        use = f"bifang seal v1 {algorithm} {purpose} {key_id}"
        key_bytes, cipher = ALGORITHMS[algorithm]
        self._cipher = cipher(_derived(secret, f"{use} encryption", key_bytes))
        self._nonce_key = _derived(secret, f"{use} nonce", 32)

    def seal(self, plaintext: bytes, head: Head, kind: str, bound_to: UUID) -> bytes:
        aad = _bound(head, kind, bound_to)
        padded = plaintext + b"\x80" + bytes(-(len(plaintext) + 1) % BLOCK)
        nonce = hmac.digest(self._nonce_key, framed(aad) + padded, "sha256")[:NONCE]
        return nonce + self._cipher.encrypt(nonce, padded, aad)

    def open(self, body: bytes, head: Head, kind: str, bound_to: UUID) -> bytes:
        """CannotOpen when it does not fit: bound to something else, another kind or key, or tampered with."""
        if len(body) < NONCE + TAG:
            raise CannotOpen(_misfit(head))
        try:
            padded = self._cipher.decrypt(body[:NONCE], body[NONCE:], _bound(head, kind, bound_to))
        except InvalidTag:
            raise CannotOpen(_misfit(head)) from None
        plaintext = padded.rstrip(b"\0")
        if not plaintext.endswith(b"\x80"):
            raise CannotOpen(f"sealed without its padding: purpose {head.purpose}, key id {head.key_id}")
        return plaintext[:-1]


def framed(*parts: bytes) -> bytes:
    """Each part after its length in four bytes: no two lists of parts give the same bytes."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def _bound(head: Head, kind: str, bound_to: UUID) -> bytes:
    return framed(str(head).encode(), kind.encode(), bound_to.bytes)


def _derived(secret: bytes, info: str, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=info.encode()).derive(secret)


def _misfit(head: Head) -> str:
    return (
        "the seal does not fit (of another person or kind, made with another key, or tampered with): "
        f"purpose {head.purpose}, key id {head.key_id}"
    )
