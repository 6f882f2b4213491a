"""What every service says when it has shown somebody what it knows of people; each says it by an event of its own."""

from uuid import UUID

from pydantic import AwareDatetime

from contracts.event import Event
from contracts.ids import PersonId


class OfAReading(Event):
    """Who was shown what of whom. `county` is that of the reader; empty where they read in the whole city."""

    reading_id: UUID
    people: tuple[PersonId, ...]
    """All of whom something was shown."""
    read_by: str
    """As the token names them."""
    role: str
    what: str
    """contacts · duties · explanation · ledger · flag · messages"""
    purpose: str
    """What for, as the reader says; `unsaid` where they do not."""
    read_at: AwareDatetime
