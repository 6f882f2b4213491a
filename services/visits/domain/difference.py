"""What lies between the duties that exist and those that must."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from contracts.ids import DutyId, derived
from services.visits.domain.care import By, Care, Duty
from services.visits.domain.rules import Means, Rule


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Something that must be owed and is not yet."""

    rule: Rule
    text: str
    cause_kind: str
    cause_id: UUID | None
    cause_at: datetime
    counts_from: datetime
    due_at: datetime
    means: Means
    instead: str | None
    counted_plainly: bool = False


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """An open duty whose ground is gone, and what took it away."""

    duty: Duty
    by: By
    by_id: UUID | None


@dataclass(frozen=True, slots=True)
class Change:
    """An open duty that is now owed by other means."""

    duty: Duty
    means: Means
    instead: str | None


@dataclass(slots=True)
class Difference:
    """What lies between the duties that exist and those that must, and when the next opening comes by itself."""

    opens: list[Occurrence] = field(default_factory=list)
    withdrawn: list[Withdrawal] = field(default_factory=list)
    returns: list[Duty] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    next_at: datetime | None = None

    def __bool__(self) -> bool:
        return bool(self.opens or self.withdrawn or self.returns or self.changes)

    def later(self, at: datetime) -> None:
        if self.next_at is None or at < self.next_at:
            self.next_at = at


def duty_id(care: Care, rule: Rule, text: str) -> DutyId:
    """The same occurrence of the same rule for the same person is one duty for ever."""
    return DutyId(derived("duty", care.person_id, rule.name, rule.party, text))
