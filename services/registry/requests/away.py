"""Holders who are away, and who acts for them."""

from uuid import UUID

from pydantic import AwareDatetime

from bus.decisions import Request
from contracts.ids import HolderId
from services.registry.domain.officer import Officer


class ReportAway(Request, key="holder_id", id="away_id"):
    """Say that a holder is or will be away, and who acts for them."""

    holder_id: HolderId
    away_id: UUID
    city: str
    county: str
    """Where all their people live; empty = in more than one."""
    from_at: AwareDatetime | None
    """None = from now."""
    until_at: AwareDatetime
    deputy: Officer


class EndAway(Request, key="holder_id", id="back_id"):
    """Say that the holder is back before the time."""

    holder_id: HolderId
    back_id: UUID
    away_id: UUID
