"""What was heard of one person as a rule sees it: whether it is for them, since when, and what may raise its duties."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from services.visits.domain.rules import Cadence, CountedFrom, Means, OnDeath, Rule, Trigger, Yearly
from tests.visits.model.days import Periods, new_year, periods
from tests.visits.model.fact import NEVER, Cause, Class, Made, Raised
from tests.visits.model.facts import Facts

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


class Heard(Facts):
    """What a rule asks of the facts is worked out once for each rule, until something else is heard."""

    @cached_property
    def by_rule(self) -> defaultdict[str, dict[int, Any]]:
        return defaultdict(dict)

    @cached_property
    def rules(self) -> list[Rule]:
        """Those in force that are for who they are now, in whatever situation, of whatever age."""
        return [rule for rule in self.policy.rules_of(self.county).values() if self.in_class(rule)]

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
