"""How one carrier is reached, and how much it is trusted with at once."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Access:
    """Where the carrier is and who we are to it."""

    host: str
    port: int
    system_id: str
    password: str = field(repr=False)
    source: str = "10690000"
    """The number that the SMS come from."""
    window: int = 10
    """SMS that may be claimed and unanswered at once; all of them are unknown when the line dies."""
    answer_within: float = 10.0
    enquire_after: float = 30.0
    """After so much silence the line is asked whether it lives."""
    reconnect_after: float = 0.5
    reconnect_at_most: float = 30.0
