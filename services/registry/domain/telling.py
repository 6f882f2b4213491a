"""How one event is written down in a file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Telling:
    """How one event is written down."""

    what: str
    names: tuple[str, ...]
    """The fields that make it this line and no other: what it is about, and when, where that can happen again."""
    at: tuple[str, ...]
    """The fields that may tell its time; the first that does."""
    shows: tuple[str, ...]
    actor: str = "{owner}"
    """Of what is heard; of what is asked it is the caller."""
    among: str = ""
    """The field that lists what the event tells of: what stands in it is told, also where its value is none any more."""
