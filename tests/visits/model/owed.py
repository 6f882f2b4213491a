"""One thing owed to one person, as the model remembers it, and by which means it is owed now."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.visits.domain.policy import Instead
from services.visits.domain.rules import Means, Rule
from tests.visits.model.fact import Cause


@dataclass(eq=False)
class Owed:
    """One thing owed, from when it was raised, for ever."""

    rule: Rule
    what: str
    cause: Cause | None
    since: datetime
    counts_from: datetime
    due: datetime
    own_due: datetime
    raised: datetime
    done_by: UUID | None = None
    done_at: datetime | None = None
    waived_at: datetime | None = None
    left_at: datetime | None = None
    """When its rule ceased to be for the person, before it was due."""
    hidden_at: datetime | None = None
    """Since when it has not been asked for: they are dead, or under care no more."""
    heir: "Owed | None" = None
    taken_at: datetime | None = None
    """When something took its place."""
    anew_at: datetime | None = None
    """When it was last owed once more, without the age that it had."""
    missed: bool = False
    rung: int = 0
    answering: str = ""
    means: Means = field(init=False)
    """By which it is owed, or was when it last was."""
    said: tuple[str, datetime] | None = None
    """Of who must act now: `known`, and until when that holds; or `cannot`, and since when."""

    def __post_init__(self) -> None:
        self.means = self.rule.means

    @property
    def ended(self) -> bool:
        return self.done_by is not None or self.waived_at is not None

    @property
    def is_over(self) -> bool:
        """It has ended, or what took its place will always have been owed."""
        return self.ended or (self.heir is not None and self.heir.cause is None)


def means_now(one: Owed, instead: list[Instead]) -> Means:
    """Who is deaf is not rung up; who is away is not called on, also when they are deaf."""
    means, away = one.rule.means, [kind for each in instead if not each.is_wish for kind in each.means]
    for each in instead:
        other = each.means.get(means.kind, means)
        means = means if each.is_wish and other.kind in away else other
        means = each.raised.get(means, means)
    return means
