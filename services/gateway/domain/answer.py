"""What becomes of one submission: four things, of which only three are certain."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Accepted:
    """The carrier took every part; its own number for each, in the order of the parts."""

    refs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """The carrier will not take this SMS, now or later."""

    kind: str
    """invalid-number · rejected · blocked"""
    code: int


@dataclass(frozen=True, slots=True)
class NotTaken:
    """It certainly did not go, and may be tried later: the carrier said wait, or not a byte was written."""

    reason: str
    """throttled · link-down · lease-ended"""


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """It may have gone. Everything that is not definite is this."""

    reason: str
    refs: tuple[str, ...] = ()
    """Of the parts that were taken, when not all were."""


Answer = Accepted | Refused | NotTaken | NoAnswer
