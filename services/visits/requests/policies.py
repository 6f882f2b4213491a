"""What is asked of the policy book: to propose, approve or withdraw a version, and to put running duties under it."""

from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from bus.decisions import Request


class ProposePolicy(Request, key="book_id", id="proposal_id"):
    """This version should be in force, from this date or as soon as it is approved."""

    book_id: UUID
    city: str
    proposal_id: UUID
    version: str
    title: str
    files: dict[str, str]
    """Path → text; under the empty path stands which folder is the pack's."""
    wanted_from: AwareDatetime | None = None
    note: str = ""


class ApprovePolicy(Request, key="book_id", id="approval_id"):
    """Put a proposed version in force."""

    book_id: UUID
    approval_id: UUID
    proposal_id: UUID
    in_force_from: AwareDatetime | None = None


class WithdrawPolicy(Request, key="book_id", id="withdrawal_id"):
    """A version that was proposed is not to come into force."""

    book_id: UUID
    withdrawal_id: UUID
    proposal_id: UUID
    reason: str


class OrderRebase(Request, key="book_id", id="rebase_id"):
    """Put running duties under this version, which is in force: those of the city, of one county, of one rule."""

    book_id: UUID
    city: str
    rebase_id: UUID
    version: str
    county: str | None = None
    rule: str | None = None
    reason: str


class RebaseDuties(Request, key="rebase_id", id="rebase_id"):
    """Put this person's running duties under this version; asked of many at once, by an order."""

    rebase_id: UUID
    version: str
    rule: str | None = None


class Decreed(BaseModel):
    """Which version, under which proposal, in force from when; None = it waits for approval, or was withdrawn."""

    proposal_id: UUID
    version: str
    in_force_from: AwareDatetime | None


class RebaseOrdered(BaseModel):
    """It goes on from here by itself, some hundred people at a time."""

    rebase_id: UUID
    version: str
    county: str | None
    rule: str | None
