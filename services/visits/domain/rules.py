"""What a policy says, ready to be applied: rules as plain values, selected for a person in one look-up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class OnDeath(StrEnum):
    """What a death does to a duty (row 15)."""

    SUPERSEDE = "supersede"
    KEEP = "keep"


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
class Trigger:
    """An event of this name opens the duty `opens` after it and wants it done `due` after it."""

    event: str
    opens: timedelta
    due: timedelta
    counted_from: CountedFrom = CountedFrom.KNOWN


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
class Selector:
    """Whom a rule is for. Each empty set means everybody; in a set, any one is enough."""

    kinds: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    situations: frozenset[str] = frozenset()

    def may_fit(self, kind: str | None, category: str | None) -> bool:
        return (not self.kinds or kind in self.kinds) and (not self.categories or category in self.categories)


@dataclass(frozen=True, slots=True)
class Rung:
    """A level of the ladder (督办): `after` the due time, this role is told, in these words, on this lane."""

    name: str
    after: timedelta
    role: str
    message: str | None
    lane: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the policy: who owes what to whom, when, and what follows if it is not done."""

    name: str
    title: str
    basis: str
    reason: str | None
    rows: tuple[int, ...]
    who: Selector
    when: Trigger | Cadence
    party: str
    role: str
    kind: str
    strength: str
    stack: Stack
    on_death: OnDeath
    message: str | None
    lane: str
    ladder: tuple[Rung, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """The rules that may concern people of one kind and category."""

    cadences: tuple[tuple[Rule, Cadence], ...]
    triggers: tuple[tuple[Rule, Trigger], ...]
    situational: bool


@dataclass(frozen=True, slots=True, eq=False)
class Policy:
    """A version of the city's whole policy. It never changes, so what can be prepared is prepared here, once."""

    version: str
    name: str
    city: str
    title: str
    zone: ZoneInfo
    rules: Mapping[str, Rule]
    words: Mapping[str, Mapping[str, str]]
    """The city's own name of everything the pack names: section → code → zh."""
    role_party: Mapping[str, str]
    strengths: tuple[str, ...]
    """Strongest first."""
    fulfilled_by: Mapping[str, frozenset[str]]
    """Kind of duty → the kinds of contact that can discharge it."""
    outcomes_met: frozenset[str]
    situations: Mapping[str, str]
    """Situation → the fact that it lasts with."""
    acknowledgement_holds: timedelta
    _selections: dict[tuple[str | None, str | None], Selection] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        for kind in self.words.get("person_kinds", {}):
            for category in self.words.get("categories", {}):
                self._selections[kind, category] = self._select(kind, category)

    def selection(self, kind: str | None, category: str | None) -> Selection:
        """Also for a kind or category that the pack has never heard of: then the rules that are for everybody."""
        return self._selections.get((kind, category)) or self._select(kind, category)

    def _select(self, kind: str | None, category: str | None) -> Selection:
        chosen = [rule for rule in self.rules.values() if rule.who.may_fit(kind, category)]
        return Selection(
            cadences=tuple((rule, rule.when) for rule in chosen if isinstance(rule.when, Cadence)),
            triggers=tuple((rule, rule.when) for rule in chosen if isinstance(rule.when, Trigger)),
            situational=any(rule.who.situations for rule in chosen),
        )

    def strong_enough(self, strength: str, minimum: str) -> bool:
        """A strength that this version no longer names is as weak as can be; a minimum, as strong (feature 36)."""
        order = self.strengths
        return strength in order and order.index(strength) <= (order.index(minimum) if minimum in order else 0)

    def zh(self, section: str, code: str) -> str:
        """The Chinese name, or the code itself where the pack has none any more."""
        return self.words.get(section, {}).get(code, code)
