"""What is asked of two files that may be one person's."""

from datetime import datetime
from uuid import UUID

from bus.decisions import Request
from contracts.ids import PersonId
from contracts.personal import SealedCare


class MergeFile(Request, key="person_id", id="merge_id"):
    """End this file into another: both are one person's."""

    person_id: PersonId
    merge_id: UUID
    into: PersonId
    reason: SealedCare


class UndoMerge(Request, key="person_id", id="undoing_id"):
    """They are two people after all. A merge is undone once, so its id makes the id of this."""

    person_id: PersonId
    undoing_id: UUID
    merge_id: UUID
    reason: SealedCare


class TakeFile(Request, key="take_id", id="take_id"):
    """Read the lines of this file as one's own from now on."""

    take_id: UUID
    merge_id: UUID
    merged_id: PersonId
    dead: bool
    reason: SealedCare


class RefuseFile(Request, key="refusal_id", id="refusal_id"):
    """The other file cannot take this one in: what the door had seen has changed."""

    refusal_id: UUID
    merge_id: UUID
    why: str


class PartFile(Request, key="part_id", id="part_id"):
    """Read the lines of this file as one's own no more."""

    part_id: UUID
    merge_id: UUID
    merged_id: PersonId
    reason: SealedCare | None


class HearOfDeath(Request, key="news_id", id="news_id"):
    """A death was reported, or a report withdrawn, of a file that was merged into this one."""

    news_id: UUID
    of: PersonId
    report_id: UUID
    source: str
    died_at: datetime | None = None
    stands: bool


class TellApart(Request, key="person_id", id="distinction_id"):
    """Say that these two are not the same."""

    person_id: PersonId
    distinction_id: UUID
    other_id: PersonId
    reason: SealedCare
