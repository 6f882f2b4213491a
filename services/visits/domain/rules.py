"""What one line of a policy says, as plain values: for whom, when, who owes what, and what follows if it is not done."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum


class OnDeath(StrEnum):
    """What a death does to a duty (row 15)."""

    SUPERSEDE = "supersede"
    KEEP = "keep"


class OnEnd(StrEnum):
    """What becomes of an undone duty when its cause is over: a stay that ends, a post that is filled, a situation that passes."""

    KEEP = "keep"
    SUPERSEDE = "supersede"


class Stack(StrEnum):
    """What happens to an older undone duty of the same rule when the next occurrence opens."""

    EACH = "each"
    SUPERSEDE = "supersede"


class CountedFrom(StrEnum):
    """Where a deadline starts: when we knew, unless the policy says when it happened."""

    KNOWN = "known"
    HAPPENED = "happened"


class Every(StrEnum):
    """The periods that the calendar knows."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half-year"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """So many working days after; the deadline is the end of the last."""

    days: int


@dataclass(frozen=True, slots=True)
class Trigger:
    """An event of this name opens the duty `opens` after it and wants it done `due` after it.

    `of` narrows it to those of these codes: hardships that are an illness, changes into the class of the relocated.
    """

    event: str
    opens: timedelta
    due: timedelta | WorkingDays
    counted_from: CountedFrom = CountedFrom.KNOWN
    of: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour of the city's civil time on the nth day of a period, the first day being 1."""

    day: int
    at: time


@dataclass(frozen=True, slots=True)
class Cadence:
    """Every period owes once. `day` is the weekday (1 = Monday) or, with `month`, the date on which the periods begin."""

    every: Every
    opens: Hour
    due: Hour | None
    """None = the end of the period."""
    month: int = 1
    day: int = 1


@dataclass(frozen=True, slots=True)
class Yearly:
    """Once a year at an occasion of the calendar: a festival, a commemoration, a season, or the person's own birthday.

    The duty opens `opens` after the first day begins (before it, when negative), and is due `due` after the last day begins;
    1 d = the end of that day.
    """

    occasion: str
    """The calendar's name of it; `SOLAR_BIRTHDAY` and `LUNAR_BIRTHDAY` are each person's own."""
    opens: timedelta
    due: timedelta


SOLAR_BIRTHDAY, LUNAR_BIRTHDAY = "birthday", "lunar-birthday"


@dataclass(frozen=True, slots=True)
class Without:
    """Nobody of the party has made a contact that would do, for so long: the duty opens, and is due `due` after that."""

    lasting: timedelta
    due: timedelta


When = Trigger | Cadence | Yearly | Without


@dataclass(frozen=True, slots=True)
class Selector:
    """Whom a rule is for. Each empty set means everybody; in a set, any one is enough."""

    kinds: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    situations: frozenset[str] = frozenset()
    ranks: frozenset[str] = frozenset()
    age_from: int | None = None
    """In full years of the calendar: the year less the year of birth."""

    def may_fit(self, kind: str | None, category: str | None, rank: str | None) -> bool:
        return (
            (not self.kinds or kind in self.kinds)
            and (not self.categories or category in self.categories)
            and (not self.ranks or rank in self.ranks)
        )

    def of_age(self, born: date | None, day: date) -> bool:
        """Of whom the birth is not known, no rule for an age asks anything: `coverage` lists them."""
        return self.age_from is None or (born is not None and day.year - born.year >= self.age_from)


@dataclass(frozen=True, slots=True)
class Rung:
    """A level of the ladder (督办): `after` the due time, this role is told, in these words, on this lane."""

    name: str
    after: timedelta
    role: str
    message: str | None
    lane: str


@dataclass(frozen=True, slots=True)
class Means:
    """How a duty is done: the kind of contact, and how strong it must be at least (feature 36)."""

    kind: str
    strength: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the policy: who owes what to whom, when, and what follows if it is not done."""

    name: str
    title: str
    basis: str
    reason: str | None
    rows: tuple[int, ...]
    who: Selector
    when: When
    party: str
    role: str
    means: Means
    stack: Stack
    on_death: OnDeath
    message: str | None
    lane: str
    ladder: tuple[Rung, ...]
    on_end: OnEnd = OnEnd.KEEP
    joint: frozenset[str] = frozenset()
    """Parties whose contacts discharge it, beside the one that owes it: empty unless the rule says so (P1, P2)."""
    remind: timedelta | None = None
    """So long before the due time its holder is reminded; None = not at all."""
