"""Settings: read from the environment once, every mistake reported at once, demo keys refused in production."""

import os
import sys
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bus.sealed import KeyRing

S = TypeVar("S", bound="Settings")


class Settings(BaseSettings):
    """What a process of a service must be told. Names of the environment: BIFANG_ and the field, but for the first two."""

    model_config = SettingsConfigDict(env_prefix="BIFANG_", extra="ignore", frozen=True)

    kafka_brokers: str = Field(validation_alias="KAFKA_BROKERS", pattern=r"^[^\s,:]+:\d+(,[^\s,:]+:\d+)*$")
    database_url: str = Field(validation_alias="DATABASE_URL", pattern=r"^postgresql://\S+$")
    environment: Literal["demo", "test", "production"]
    keys: Path
    """The key ring file of this service."""
    policy: Path
    """The folder of the city's policy pack: what it calls things, and who may do what."""
    host: str = "127.0.0.1"
    port: int = Field(ge=1, le=65535)
    topic_prefix: str = Field(default="", pattern=r"^[a-z0-9.-]*$")
    log: Literal["json", "console"] = "json"
    connections: int = Field(default=8, ge=4, le=100)

    @model_validator(mode="after")
    def _no_demo_keys_in_production(self) -> "Settings":
        if self.environment == "production" and KeyRing.read(self.keys).demo:
            raise ValueError(f"BIFANG_KEYS: {self.keys} holds demo keys; production needs its own")
        return self


class WrongSettings(Exception):
    """Every mistake in the environment, a line each."""


def read_settings(kind: type[S]) -> S:
    """The settings, or WrongSettings with all mistakes at once and the name that each has in the environment.

    BIFANG_SECRETS may name a folder of files, each named as the setting it holds: what is secret need not be in the environment.
    """
    try:
        return kind(_secrets_dir=os.environ.get("BIFANG_SECRETS"))
    except ValidationError as error:
        lines = [_line(kind, tuple(map(str, e["loc"])), e["msg"]) for e in error.errors(include_input=False)]
        raise WrongSettings("\n".join(lines)) from None


def _line(kind: type[Settings], place: tuple[str, ...], message: str) -> str:
    if not place:
        return message.removeprefix("Value error, ")
    field = kind.model_fields.get(place[0])
    alias = field.validation_alias if field is not None else None
    name = alias if isinstance(alias, str) else place[0] if place[0].isupper() else f"BIFANG_{place[0].upper()}"
    missing = "not set" if message == "Field required" else message
    return f"{name}: {missing}"


def settings_or_exit(kind: type[S]) -> S:
    """For a program's start: prints what is wrong and ends with 2."""
    try:
        return read_settings(kind)
    except WrongSettings as wrong:
        print(f"配置有误,未启动 (wrong settings, not started):\n{wrong}", file=sys.stderr)  # noqa: T201
        raise SystemExit(2) from None
