"""A version of the city's whole policy, ready to be applied, and the book of all versions that were ever in force."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from services.visits.domain.almanac import Almanac
from services.visits.domain.anomalies import Limits
from services.visits.domain.notices import Step
from services.visits.domain.rules import Cadence, Means, Rule, Trigger, Without, Yearly

CITY = ""
"""The county of those whose county has no rules of its own."""


@dataclass(frozen=True, slots=True)
class Lasting:
    """A situation that lasts with facts of a kind (stay, hardship), from so long after each began."""

    ground: str
    after: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """A kind of notice warns everybody until an hour, or asks the units to answer, each step within a time."""

    warns: bool
    answer_within: Mapping[Step, timedelta] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Instead:
    """By which other means a duty of each kind is done. `ground`: the facts it lasts with; None = it is reported by itself."""

    means: Mapping[str, Means]
    ground: str | None = None
    is_wish: bool = False
    """A wish has no duty done where somebody is not: what an absence replaces, it does not bring back."""
    raised: Mapping[Means, Means] = field(default_factory=dict)
    """Of a wish that forbids a strength: means by which that would do → the same, strong enough."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The rules that may concern people of one county, kind, category and rank."""

    names: frozenset[str]
    recurring: tuple[tuple[Rule, Cadence | Yearly], ...]
    triggers: Mapping[str, tuple[tuple[Rule, Trigger], ...]]
    """By the event that they wait for."""
    without: tuple[tuple[Rule, Without], ...]
    would_do: Mapping[str, frozenset[str]]
    """By the name of each of `without`: the contacts that would have discharged its duty, as party/kind/strength."""
    situational: bool


Class = tuple[str | None, str | None, str | None]
"""Kind, category and rank of a person."""


@dataclass(frozen=True, eq=False)
class Policy:
    """It never changes, so what can be prepared is prepared once."""

    version: str
    name: str
    city: str
    title: str
    zone: ZoneInfo
    almanac: Almanac
    rules: Mapping[str, Rule]
    words: Mapping[str, Mapping[str, str]]
    """The city's own name of everything the pack names: section → code → zh."""
    role_party: Mapping[str, str]
    strengths: tuple[str, ...]
    """Strongest first."""
    fulfilled_by: Mapping[str, frozenset[str]]
    """Kind of duty → the kinds of contact that can discharge it."""
    outcomes_met: frozenset[str]
    acknowledgement_holds: timedelta
    situations: Mapping[str, Lasting | None] = field(default_factory=dict)
    """None = it is reported by itself, with its beginning and its end."""
    outcomes_silent: frozenset[str] = frozenset()
    """Outcomes of an attempt after which nobody knows whether the person is all right."""
    kinds_reaching: frozenset[str] = frozenset()
    """Kinds of contact that are made with the person themselves."""
    strengths_reaching: frozenset[str] = frozenset()
    """Strengths at which they are seen or heard."""
    wishes: Mapping[str, Instead] = field(default_factory=dict)
    carries: Mapping[str, str] = field(default_factory=dict)
    """Wish → what is said with it: hours, whom."""
    absences: Mapping[str, Instead] = field(default_factory=dict)
    notices: Mapping[str, NoticeKind] = field(default_factory=dict)
    waives: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Role → the parties whose duties it may let go."""
    late_entry: timedelta = timedelta(hours=48)
    """A contact that is recorded later than this after it was made is marked."""
    limits: Limits = field(default_factory=Limits)
    """From where on contacts are odd together."""
    counties: Mapping[str, Mapping[str, Rule]] = field(default_factory=dict)
    """County → all the rules in force there, where they differ from the city's."""
    _selections: dict[tuple[str, Class], Selection] = field(default_factory=dict, init=False, repr=False)

    def rules_of(self, county: str) -> Mapping[str, Rule]:
        return self.counties.get(county, self.rules)

    def selection(self, county: str, of: Class) -> Selection:
        """Also for a kind or category that the pack has never heard of: then the rules that are for everybody."""
        key = (county if county in self.counties else CITY, of)
        found = self._selections.get(key)
        if found is None:
            found = self._selections[key] = self._select(*key)
        return found

    def _select(self, county: str, of: Class) -> Selection:
        chosen = [rule for rule in self.rules_of(county).values() if rule.who.may_fit(*of)]
        triggers: dict[str, list[tuple[Rule, Trigger]]] = {}
        for rule in chosen:
            if isinstance(rule.when, Trigger):
                triggers.setdefault(rule.when.event, []).append((rule, rule.when))
        return Selection(
            names=frozenset(rule.name for rule in chosen),
            recurring=tuple((rule, rule.when) for rule in chosen if isinstance(rule.when, Cadence | Yearly)),
            triggers={event: tuple(waiting) for event, waiting in triggers.items()},
            without=tuple((rule, rule.when) for rule in chosen if isinstance(rule.when, Without)),
            would_do={rule.name: self._would_do(rule) for rule in chosen if isinstance(rule.when, Without)},
            situational=any(rule.who.situations for rule in chosen),
        )

    def _would_do(self, rule: Rule) -> frozenset[str]:
        strong = [strength for strength in self.strengths if self.strong_enough(strength, rule.means.strength)]
        return frozenset(
            f"{party}/{kind}/{strength}"
            for party in {rule.party, *rule.joint}
            for kind in self.fulfilled_by.get(rule.means.kind, ())
            for strength in strong
        )

    @cached_property
    def _strength(self) -> Mapping[str, int]:
        return {name: i for i, name in enumerate(self.strengths)}

    def strong_enough(self, strength: str, minimum: str) -> bool:
        """A strength that this version no longer names is as weak as can be; a minimum, as strong (feature 36)."""
        order = self._strength
        return strength in order and order[strength] <= order.get(minimum, 0)

    def reaches(self, kind: str, strength: str) -> bool:
        """Whoever makes such a contact knows whether they are all right; whoever tries it in vain knows that nobody does."""
        return kind in self.kinds_reaching and strength in self.strengths_reaching

    def zh(self, section: str, code: str) -> str:
        """The Chinese name, or the code itself where the pack has none any more."""
        return self.words.get(section, {}).get(code, code)


@dataclass(frozen=True, slots=True)
class Activation:
    """From this instant this version is in force, until the next one is."""

    label: str
    at: datetime
    policy: Policy


@dataclass(frozen=True, slots=True, eq=False)
class Book:
    """All versions that were ever in force (政策簿), and the one that is. A running duty keeps the version it was opened under."""

    label: str
    """Of the activation in force: what a state was settled under, and what the journal says each decision was taken under."""
    in_force: Policy
    versions: Mapping[str, Policy]
    since: Mapping[str, Mapping[str, datetime]]
    """County → rule → since when a rule of this name has been in force there without a break."""
    in_force_from: datetime

    @classmethod
    def of(cls, activations: Sequence[Activation]) -> "Book":
        """In the order in which they came into force; at least one."""
        counties = {CITY, *(county for each in activations for county in each.policy.counties)}
        since: dict[str, dict[str, datetime]] = {county: {} for county in counties}
        for each in activations:
            for county, known in since.items():
                since[county] = {name: known.get(name, each.at) for name in each.policy.rules_of(county)}
        latest = activations[-1]
        return cls(
            latest.label, latest.policy, {each.policy.version: each.policy for each in activations}, since, latest.at
        )

    def rule(self, version: str, county: str, name: str) -> Rule | None:
        """As it was when the duty was opened; None where that version is not known here, or never had it there."""
        policy = self.versions.get(version, self.in_force)
        return policy.rules_of(county).get(name) or policy.rules.get(name)

    def in_force_since(self, county: str, name: str) -> datetime:
        return self.since.get(county, self.since[CITY])[name]
