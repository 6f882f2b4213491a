"""What is heard of one person, each by itself: a fact, a contact, a class, and the cause that they are."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

NEVER = datetime.min.replace(tzinfo=UTC)


class Class(NamedTuple):
    county: str
    kind: str
    category: str
    rank: str | None


class Discharge(NamedTuple):
    recorded: datetime
    happened: datetime
    known: datetime


@dataclass(eq=False)
class Fact:
    """Anything that happened: when, when we knew, until when. Taken back it never was."""

    kind: str
    id: UUID
    what: str = ""
    known: datetime | None = None
    happened: datetime | None = None
    until: datetime | None = None
    until_known: datetime | None = None
    taken_back: datetime | None = None
    reported: datetime | None = None
    discharges: list[Discharge] = field(default_factory=list)
    discharges_taken_back: list[datetime] = field(default_factory=list)

    @property
    def stands(self) -> bool:
        return self.known is not None and self.taken_back is None

    @property
    def out(self) -> Discharge | None:
        """The discharge that was recorded last, unless it was taken back since."""
        last = max(self.discharges, default=None)
        return None if last is None or any(back >= last.recorded for back in self.discharges_taken_back) else last


@dataclass(frozen=True)
class Made:
    """A contact."""

    id: UUID
    party: str
    kind: str
    strength: str
    outcome: str
    made: datetime
    recorded: datetime


class Cause(NamedTuple):
    """What can raise a duty: who has been sent home a second time has been sent home anew (`again`)."""

    kind: str
    id: UUID
    again: datetime | None = None


class Raised(NamedTuple):
    known: datetime
    happened: datetime
    until: datetime | None = None
    what: str = ""


def known(fact: Fact) -> datetime:
    assert fact.known is not None
    return fact.known


def happened(fact: Fact) -> datetime:
    return fact.happened or known(fact)


def in_order(fact: Fact) -> tuple[datetime, str]:
    return known(fact), str(fact.id)
