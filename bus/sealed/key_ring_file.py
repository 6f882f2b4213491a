"""The key ring file is refused whole, with every mistake named, before anything is sealed with a wrong key."""

import base64
import secrets
from collections.abc import Iterable
from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from contracts.personal import SEALED

SECRET: Final = 32


class BadKeyRing(Exception):
    """The key ring cannot be used: all its mistakes at once, each with its field and without its value."""


def _secret(value: object) -> bytes:
    try:
        raw = base64.b64decode(value, validate=True) if isinstance(value, str) else b""
    except ValueError:
        raw = b""
    if len(raw) != SECRET:
        raise PydanticCustomError("secret", "must be base64 of exactly 32 bytes")
    return raw


def _purpose(value: str) -> str:
    if value not in {cls.purpose for cls in SEALED}:
        raise PydanticCustomError("purpose", "no such purpose")
    return value


KeyId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,32}$")]
Purpose = Annotated[str, AfterValidator(_purpose)]
Secret = Annotated[bytes, BeforeValidator(_secret)]


class KeysOfPurpose(BaseModel):
    """`current` seals, all of them open: a key is added, made current, and taken out when nothing is sealed with it."""

    model_config = ConfigDict(strict=True, extra="forbid")

    current: KeyId
    keys: dict[KeyId, Secret] = Field(repr=False)

    @model_validator(mode="after")
    def _seals_with_a_key_it_has(self) -> Self:
        if self.current not in self.keys:
            raise PydanticCustomError("current", "current names none of the keys")
        return self


class KeyRingFile(BaseModel):
    """What one service may use: its own purposes, the token key, the index key if it looks people up."""

    model_config = ConfigDict(strict=True, extra="forbid")

    demo: bool
    token: Secret = Field(repr=False)
    index: Secret | None = Field(default=None, repr=False)
    seal: dict[Purpose, KeysOfPurpose]

    @model_validator(mode="after")
    def _no_secret_serves_twice(self) -> Self:
        every = [self.token, self.index, *(secret for ids in self.seal.values() for secret in ids.keys.values())]
        if len(set(every)) != len(every):
            raise PydanticCustomError("secrets", "one secret stands in two places")
        return self


def checked(content: str | bytes) -> KeyRingFile:
    """The file of a key ring, from its JSON text; BadKeyRing otherwise."""
    try:
        return KeyRingFile.model_validate_json(content)
    except ValidationError as error:
        mistakes = error.errors(include_input=False, include_context=False, include_url=False)
    raise BadKeyRing("; ".join(_field(mistake["loc"]) + mistake["msg"] for mistake in mistakes))


def _field(place: tuple[int | str, ...]) -> str:
    names = [str(name) for name in place if name != "[key]"]
    shown = [name if len(name) <= 32 else "…" for name in names]  # no key id is longer: it may be a secret out of place
    return ".".join(shown) + ": " if shown else ""


def new_demo_ring(purposes: Iterable[str]) -> dict[str, Any]:
    """A ring for trying things out, never for people. A service gets a copy with only the purposes it may open."""
    seal = {purpose: {"current": "k1", "keys": {"k1": _new_secret()}} for purpose in purposes}
    return {"demo": True, "token": _new_secret(), "index": _new_secret(), "seal": seal}


def _new_secret() -> str:
    return base64.b64encode(secrets.token_bytes(SECRET)).decode()
