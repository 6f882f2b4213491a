"""What was heard of one person, kept as it was heard, and what of it holds."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from services.visits.domain.policy import Instead, Policy
from services.visits.domain.rules import Cadence, CountedFrom, Means, OnDeath, Rule, Trigger, Yearly
from tests.visits.model.days import Periods, new_year, periods

KIND_OF = {
    "stay-admitted": "stay",
    "stay-discharged": "discharge",
    "death-reported": "death",
    "family-changed": "family-change",
    "hardship-reported": "hardship",
    "situation-began": "situation",
    "absence-ended": "absence",
    "no-answer": "silence",
    "contact-outcome": "outcome",
}
"""Of the events that a rule may wait for."""
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


T = TypeVar("T")


def once(work_out: Callable[["Heard", Rule], T]) -> Callable[["Heard", Rule], T]:
    """Of each rule: a `cached_property` per rule. All of them hold until something else is heard (`changed`)."""

    name = work_out.__name__

    def kept(heard: "Heard", rule: Rule) -> T:
        known = heard.by_rule[name]
        if id(rule) not in known:
            known[id(rule)] = work_out(heard, rule)
        return known[id(rule)]  # type: ignore[no-any-return]

    return kept


@dataclass
class Heard:
    """Every fact of one person."""

    activations: list[tuple[datetime, Policy]]
    classes: list[tuple[datetime, Class]] = field(default_factory=list)
    born: date | None = None
    facts: dict[UUID, Fact] = field(default_factory=dict)
    wishes: tuple[str, ...] = ()
    held: frozenset[str] | None = None
    contacts: dict[UUID, Made] = field(default_factory=dict)
    let_go: dict[UUID, datetime] = field(default_factory=dict)
    """Silences of which all that was owed was waived, and when the last of it was."""

    def changed(self) -> None:
        """What was worked out is worked out anew."""
        for name in vars(self).keys() - self.__dataclass_fields__.keys():
            delattr(self, name)

    @cached_property
    def by_rule(self) -> defaultdict[str, dict[int, Any]]:
        return defaultdict(dict)

    @cached_property
    def policy(self) -> Policy:
        return self.activations[-1][1]

    @cached_property
    def county(self) -> str:
        return self.classes[-1][1].county

    @cached_property
    def rules(self) -> list[Rule]:
        """Those in force that are for who they are now, in whatever situation, of whatever age."""
        return [rule for rule in self.policy.rules_of(self.county).values() if self.in_class(rule)]

    @cached_property
    def standing(self) -> dict[str, list[Fact]]:
        """The facts that stand, by their kind, in the order in which they became known."""
        found: dict[str, list[Fact]] = {}
        for fact in sorted((fact for fact in self.facts.values() if fact.stands), key=in_order):
            found.setdefault(fact.kind, []).append(fact)
        return found

    def of(self, kind: str) -> list[Fact]:
        return self.standing.get(kind, [])

    @cached_property
    def in_ward(self) -> list[Fact]:
        return [stay for stay in self.of("stay") if stay.out is None]

    @cached_property
    def death(self) -> UUID | None:
        """The report with which the present death began: back from the first that stands to each that still stood then."""
        reports = [fact for fact in self.facts.values() if fact.kind == "death" and fact.reported is not None]
        reports.sort(key=lambda report: (report.reported, str(report.id)))
        standing = [report for report in reports if report.taken_back is None]
        if not standing:
            return None
        first = standing[0]
        for report in reversed(reports[: reports.index(first)]):
            assert report.taken_back is not None and first.reported is not None
            if report.taken_back >= first.reported:
                first = report
        return first.id

    def spared(self, rule: Rule, start: datetime, end: datetime) -> bool:
        """For the whole of this time they were believed dead in error, or were not under care; one may follow the other."""
        spans = [
            (fact.known, fact.taken_back or fact.until) for fact in self.facts.values() if fact.kind == "care-ended"
        ]
        if rule.on_death is OnDeath.SUPERSEDE:
            spans += [(fact.reported, fact.taken_back) for fact in self.facts.values() if fact.kind == "death"]
        hours = [(since, until) for since, until in spans if since is not None and until is not None]
        for since, until in sorted(hours):
            if since <= start:
                start = max(start, until)
        return start >= end

    @cached_property
    def care_is_over(self) -> bool:
        return any(fact.until is None for fact in self.of("care-ended"))

    @cached_property
    def situations(self) -> dict[str, datetime]:
        """Each that holds or will hold by itself, and from when."""
        found: dict[str, datetime] = {}
        for name, lasting in self.policy.situations.items():
            if lasting is not None:
                facts = self.in_ward if lasting.ground == "stay" else self.of(lasting.ground)
                for fact in facts:
                    if fact.until is None:
                        found[name] = min(known(fact) + lasting.after, found.get(name, known(fact) + lasting.after))
        for fact in self.of("situation"):
            if fact.until is None:
                found[fact.what] = min(known(fact), found.get(fact.what, known(fact)))
        return found

    @cached_property
    def causes(self) -> dict[Cause, Raised]:
        """Every cause that stands, in the order in which they became known."""
        found: dict[Cause, Raised] = {}
        for stay in self.of("stay"):
            found[Cause("stay", stay.id)] = Raised(known(stay), happened(stay), stay.out and stay.out.happened)
            if stay.out is not None:
                again = max((back for back in stay.discharges_taken_back if back < stay.out.recorded), default=None)
                first = min(one.known for one in stay.discharges if again is None or again < one.recorded)
                found[Cause("discharge", stay.id, again)] = Raised(first, stay.out.happened)
        for silence in self.silences():
            found[Cause("silence", silence.id)] = Raised(known(silence), happened(silence), silence.until, silence.what)
        for made in self.contacts.values():
            if made.outcome not in self.policy.outcomes_met | self.policy.outcomes_silent:
                found[Cause("outcome", made.id)] = Raised(made.recorded, made.made, None, made.outcome)
        for kind in ("family-change", "hardship", "situation"):
            for fact in self.of(kind):
                found[Cause(kind, fact.id)] = Raised(known(fact), happened(fact), fact.until, fact.what)
        for away in self.of("absence"):
            if away.until is not None:
                found[Cause("absence", away.id)] = Raised(
                    max(away.until, away.until_known or known(away)), away.until, None, away.what
                )
        if (death := self.death) is not None:
            found[Cause("death", death)] = Raised(known(self.facts[death]), happened(self.facts[death]))
        return dict(sorted(found.items(), key=lambda cause: (cause[1].known, cause[0].id)))

    @once
    def awaited(self, rule: Rule) -> list[tuple[datetime, Cause, Raised]]:
        """What may raise a duty of the rule, and from when; nothing that was known before it asked for it."""
        when = rule.when
        assert isinstance(when, Trigger)
        in_class, always = self.in_class_since(rule)
        since = self.in_force_since(rule) if always else max(self.in_force_since(rule), in_class)
        return [
            (
                (raised.happened if when.counted_from is CountedFrom.HAPPENED else raised.known) + when.opens,
                cause,
                raised,
            )
            for cause, raised in self.causes.items()
            if cause.kind == KIND_OF[when.event] and (not when.of or raised.what in when.of) and raised.known >= since
        ]

    @once
    def periods(self, rule: Rule) -> Periods:
        assert isinstance(rule.when, Cadence | Yearly)
        return periods(rule.when, self.policy.almanac, self.born)

    @once
    def last_done(self, rule: Rule) -> datetime:
        """When the latest contact was made that reached them and would have done what the rule asks."""
        reached = [made for made in self.contacts.values() if self.reached(made)]
        return max((made.made for made in reached if self.would_do(rule, rule.means, made)), default=NEVER)

    def would_do(self, rule: Rule, means: Means, made: Made) -> bool:
        policy = self.policy
        return (
            (made.party == rule.party or made.party in rule.joint)
            and made.kind in policy.fulfilled_by[means.kind]
            and policy.strengths.index(made.strength) <= policy.strengths.index(means.strength)
            and made.outcome in policy.outcomes_met
        )

    def silences(self) -> list[Fact]:
        """From an attempt that nobody answered, unless one goes on or they were met since, until they are met after the last."""
        found: list[Fact] = []
        met = tried = NEVER
        for contact in sorted(filter(self.reached, self.contacts.values()), key=lambda contact: contact.recorded):
            going_on = [one for one in found if one.until is None]
            if contact.outcome in self.policy.outcomes_silent:
                minded = [one for one in going_on if self.let_go.get(one.id, contact.made) >= contact.made]
                if not minded and contact.made > met:
                    found.append(Fact("silence", contact.id, contact.kind, contact.recorded, contact.made))
                tried = max(tried, contact.made)
            elif contact.outcome in self.policy.outcomes_met:
                if contact.made >= tried:
                    for one in going_on:
                        one.until = contact.made
                met = max(met, contact.made)
        return found

    @cached_property
    def tried(self) -> datetime:
        """When somebody last tried to reach them and nobody answered."""
        in_vain = [one for one in self.contacts.values() if one.outcome in self.policy.outcomes_silent]
        return max((one.made for one in in_vain if self.reached(one)), default=NEVER)

    def reached(self, made: Made) -> bool:
        """The person themselves, seen or heard; or it would have, had they answered."""
        return made.kind in self.policy.kinds_reaching and made.strength in self.policy.strengths_reaching

    def instead(self, now: datetime) -> list[Instead]:
        """By which other means it is owed now: absences first; wishes have the last word. The dead are nowhere."""
        if self.death:
            return []
        absences = self.policy.absences
        found = [each for each in absences.values() if each.ground == "stay" and self.in_ward]
        found += [
            absences[away.what]
            for away in self.of("absence")
            if away.what in absences and happened(away) <= now and (away.until is None or now < away.until)
        ]
        return found + [self.policy.wishes[wish] for wish in self.wishes if wish in self.policy.wishes]

    def fits(self, rule: Rule, of: Class) -> bool:
        return rule.who.may_fit(of.kind, of.category, of.rank)

    def concerned(self, rule: Rule, now: datetime) -> bool:
        """The rule is for who they are now."""
        return self.in_class(rule) and self.in_situation(rule, now)

    @once
    def in_class(self, rule: Rule) -> bool:
        return self.fits(rule, self.classes[-1][1])

    def in_situation(self, rule: Rule, now: datetime) -> bool:
        held, wanted = self.situations, rule.who.situations
        return not wanted or any(name in held and held[name] <= now for name in wanted)

    @once
    def in_force_since(self, rule: Rule) -> datetime:
        """Without a break."""
        since = self.activations[-1][0]
        for at, policy in reversed(self.activations):
            if rule.name not in policy.rules_of(self.county):
                break
            since = at
        return since

    @once
    def in_class_since(self, rule: Rule) -> tuple[datetime, bool]:
        """Without a break; and whether they were so when we first knew them."""
        since, fit = self.classes[-1][0], True
        for since_, of in reversed(self.classes):
            here, there = self.policy.rules_of(self.county), self.policy.rules_of(of.county)
            if not (fit := self.fits(rule, of) and (rule.name in there or rule.name not in here)):
                break
            since = since_
        return since, fit

    @once
    def asked_since(self, rule: Rule) -> datetime:
        """Since when the rule has been asking something of this person."""
        return max(self.in_force_since(rule), self.concerned_since(rule))

    @once
    def concerned_since(self, rule: Rule) -> datetime:
        """Since when they have been whom the rule is for: of its class, situation and age."""
        since, held = self.in_class_since(rule)[0], self.situations
        if rule.who.situations:
            since = max(since, min(held[name] for name in rule.who.situations if name in held))
        if rule.who.age_from is not None and self.born is not None:
            since = max(since, new_year(self.born.year + rule.who.age_from))
        return since


def known(fact: Fact) -> datetime:
    assert fact.known is not None
    return fact.known


def happened(fact: Fact) -> datetime:
    return fact.happened or known(fact)


def in_order(fact: Fact) -> tuple[datetime, str]:
    return known(fact), str(fact.id)
