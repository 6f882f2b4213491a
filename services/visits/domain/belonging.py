"""Whom a rule is for: since when one person has been, without a break, of its class, situation and age."""

from collections.abc import Mapping
from datetime import datetime

from services.visits.domain.calendar import new_year
from services.visits.domain.care import Care, Classed
from services.visits.domain.causes import situations
from services.visits.domain.policy import Class
from services.visits.domain.rules import Rule


class Belonging:
    """One person at one instant."""

    __slots__ = ("_held", "_situations", "care", "now")

    def __init__(self, care: Care, now: datetime) -> None:
        self.care, self.now = care, now
        self._situations: Mapping[str, datetime] | None = None
        self._held: frozenset[str] | None = None

    def _class(self) -> Class:
        return self.care.kind, self.care.category, self.care.rank

    def _concerns(self, rule: Rule) -> bool:
        """Whether the rule, as the version of the duty has it, is for this person now."""
        wanted = rule.who.situations
        return rule.who.may_fit(*self._class()) and (not wanted or not self._held_now().isdisjoint(wanted))

    def _holding(self) -> Mapping[str, datetime]:
        if self._situations is None:
            self._situations = situations(self.care)
        return self._situations

    def _held_now(self) -> frozenset[str]:
        if self._held is None:
            self._held = frozenset(name for name, since in self._holding().items() if since <= self.now)
        return self._held

    def _put_into(self, rule: Rule) -> datetime | None:
        """When they were put into the class or county that the rule is for; None = they have always been in one."""
        care, at, reclassed_at = self.care, self.care.classed_at, self.care.reclassed_at
        for was in reversed(care.former):
            if not self._fitted(rule, was):
                return at if reclassed_at == was.reclassed_at else reclassed_at
            at, reclassed_at = was.classed_at, was.reclassed_at
        return reclassed_at if rule.who.kinds or rule.who.categories or rule.who.ranks else None

    def _classed_since(self, rule: Rule) -> datetime | None:
        """Since when we know them to be, without a break, such that the rule is for them."""
        since = self.care.classed_at
        for was in reversed(self.care.former):
            if not self._fitted(rule, was):
                break
            since = was.classed_at
        return since

    def _fitted(self, rule: Rule, was: Classed) -> bool:
        rules_of, here = self.care.policy.rules_of, self.care.county
        in_both = was.county == here or rule.name in rules_of(was.county) or rule.name not in rules_of(here)
        return in_both and rule.who.may_fit(was.kind, was.category, was.rank)

    def _applies_since(self, rule: Rule) -> datetime:
        """Periods that were over before the rule came to concern this person are not asked for."""
        return max(self._concerned_since(rule), self.care.book.in_force_since(self.care.county, rule.name))

    def _concerned_since(self, rule: Rule) -> datetime:
        """Since when they are whom the rule is for: of its class, situation and age. It may have been dropped meanwhile."""
        since, born_on, age = self._classed_since(rule) or self.now, self.care.born_on, rule.who.age_from
        if rule.who.situations:
            since = max(since, min(self._holding()[name] for name in rule.who.situations & self._holding().keys()))
        if age is not None and born_on is not None:
            since = max(since, new_year(self.care.policy, born_on.year + age))
        return since
