"""What is asked before anything of people is shown."""

from uuid import UUID

from bus.decisions import Request
from contracts.ids import PersonId


class OpenFiles(Request, key="opening_id", id="opening_id"):
    """Write down who reads this of these people, and what for."""

    opening_id: UUID
    people: tuple[PersonId, ...]
    what: str
    purpose: str
