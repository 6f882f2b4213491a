"""Cards that are stated again: one, or those of a whole city."""

from datetime import UTC, date, datetime, time
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime

from bus.decisions import Request


class RestateCard(Request, key="restate_id", id="restate_id"):
    """State the card again; asked of many at once, by what happened to something that their cards show."""

    restate_id: UUID
    because: Literal["unit-changed", "holder-away", "asked"]


class TellCount(Request, key="directory_id", id="count_id"):
    """Everybody was counted, as of this instant: tell it."""

    directory_id: UUID
    count_id: UUID
    city: str
    day: date
    as_of: AwareDatetime
    living: int
    dead: int
    ended: int
    fingerprint: str

    @property
    def time(self) -> datetime:
        """Of the day, so that whoever counts it asks the same."""
        return datetime.combine(self.day, time(), UTC)


class RestateAll(Request, key="directory_id", id="restate_id"):
    """State the cards of the whole city again, under the versions they have."""

    directory_id: UUID
    restate_id: UUID
    city: str
