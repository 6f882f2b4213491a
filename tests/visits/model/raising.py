"""What the hours bring: a duty is raised, takes the place of another, is missed, climbs."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from services.visits.domain.rules import OnDeath, OnEnd, Rule, Stack, Trigger, Without, WorkingDays
from tests.visits.model.days import CITY_TIME, new_year, working_days_after
from tests.visits.model.fact import NEVER
from tests.visits.model.heard import Heard
from tests.visits.model.owed import Owed, means_now


@dataclass
class Raising:
    """One person's life and what it must bring."""

    heard: Heard
    all: list[Owed] = field(default_factory=list)
    undone: list[Owed] = field(default_factory=list)
    """Those of `all` that may be open, now or one day: a contact alone that is struck or recorded late brings back others."""
    open: list[Owed] = field(default_factory=list)
    """Those that were, when it was last looked."""
    of_rule: dict[str, list[Owed]] = field(default_factory=dict)

    def owe(self, one: Owed) -> None:
        self.all.append(one)
        self.undone.append(one)
        self.of_rule.setdefault(one.rule.name, []).append(one)

    def look(self, now: datetime) -> None:
        """All that must have come by now has come."""
        self.raise_(now)
        for one in self.open:
            self._climb(one, now)

    def raise_(self, now: datetime) -> None:
        if not self.heard.classes:
            return
        self.undone = [one for one in self.undone if not one.is_over]
        self._who_left(now)
        if not self.heard.care_is_over:
            for rule in self.heard.rules:
                if self._asks(rule, now):
                    self._raise(rule, now)
        before = set(self.open)
        self.open = [one for one in self.undone if self._is_open(one, now)]
        self._look_at_means(before, now)
        self._take_places(now)

    def _look_at_means(self, before: set[Owed], now: datetime) -> None:
        """By which each is owed; what comes back only to have its place taken in the same instant, as it last was."""
        instead = self.heard.instead(now)
        for one in self.open:
            if one in before or one.raised == now:
                one.means = means_now(one, instead)

    def _is_open(self, one: Owed, now: datetime) -> bool:
        """Its ground stands, nothing has ended it, and nothing newer has taken its place."""
        return not one.ended and one.left_at is None and self._stands(one, now) and not self._is_covered(one)

    def _stands(self, one: Owed, now: datetime) -> bool:
        raised = self.heard.causes.get(one.cause) if one.cause is not None else None
        if one.cause is not None and raised is None:
            return False
        if self.heard.care_is_over or (self.heard.death and one.rule.on_death is OnDeath.SUPERSEDE):
            return False
        over = raised is not None and raised.until is not None and raised.until <= now
        return not (over and one.rule.on_end is OnEnd.SUPERSEDE)

    def _is_covered(self, one: Owed) -> bool:
        """What has taken its place stands, or did until it was ended; unless its own cause never was."""
        heir = one.heir
        if heir is None:
            return False
        if heir.ended or heir.cause is None or heir.cause in self.heard.causes:
            return True
        return self._is_covered(heir)

    def _who_left(self, now: datetime) -> None:
        """What is not yet due ends with the class or situation; who is back in time, or never left, owes it again."""
        for one in self.undone:
            if one.cause is not None or self._is_covered(one):
                continue
            if not self._stands(one, now):
                one.hidden_at = one.hidden_at or now
                continue
            since = one.left_at or one.hidden_at or now
            gone = not self.heard.concerned(one.rule, now)
            back_too_late = since < now and one.due <= now and (gone or self.heard.concerned_since(one.rule) > since)
            one.left_at = since if since < one.due and (gone or back_too_late) else None
            one.hidden_at = None

    def _asks(self, rule: Rule, now: datetime) -> bool:
        """Today, of this person."""
        heard, age = self.heard, rule.who.age_from
        if heard.death and rule.on_death is OnDeath.SUPERSEDE:
            return False
        if age is not None and (heard.born is None or now < new_year(heard.born.year + age)):
            return False
        return heard.in_situation(rule, now)

    def _raise(self, rule: Rule, now: datetime) -> None:
        when = rule.when
        if isinstance(when, Trigger):
            self._raise_by_event(rule, when, now)
        elif isinstance(when, Without):
            self._raise_by_absence(rule, when, now)
        else:
            self._raise_by_calendar(rule, now)

    def _raise_by_event(self, rule: Rule, when: Trigger, now: datetime) -> None:
        """Each cause once, at its hour; one whose hour has come is not looked at again until something else is heard."""
        awaited = self.heard.awaited(rule)
        come = [each for each in awaited if each[0] <= now]
        before = {one.cause for one in self.of_rule.get(rule.name, ())} if come else set()
        for opens, cause, raised in come:
            awaited.remove((opens, cause, raised))
            over = rule.on_end is OnEnd.SUPERSEDE and raised.until is not None and raised.until <= max(now, opens)
            if over or cause in before:
                continue
            base = opens - when.opens
            due = (
                working_days_after(self.heard.policy.almanac, base.astimezone(CITY_TIME).date(), when.due.days)
                if isinstance(when.due, WorkingDays)
                else base + when.due
            )
            known, what = raised.known, f"{when.event}:{cause.id}"
            self.owe(Owed(rule, what, cause, known, min(raised.happened, known), due, due, now, answering=rule.role))

    def _raise_by_calendar(self, rule: Rule, now: datetime) -> None:
        """Each period once, after the last that was owed, that was not over before the rule came to concern them."""
        before = self.of_rule.get(rule.name, [])
        last = before[-1].since if before else NEVER
        for period in self.heard.periods(rule).opened(last, self.heard.asked_since(rule), now):
            if not self.heard.spared(rule, period.opens, period.due) and all(one.what != period.name for one in before):
                begins, due = period.begins, period.due
                self.owe(Owed(rule, period.name, None, begins, begins, due, due, now, answering=rule.role))

    def _raise_by_absence(self, rule: Rule, when: Without, now: datetime) -> None:
        """So long after anything that would have done, or after it was let go, or after the rule came to concern them."""
        before = self.of_rule.get(rule.name, [])
        by_the_rule = since = max(self.heard.asked_since(rule), self.heard.last_done(rule))
        if since + when.lasting > now or any(self._is_open(one, now) for one in before):
            return
        for one in before:
            by_other_means = one.done_at if by_the_rule <= one.counts_from else None
            since = max([since, *(at for at in (by_other_means, one.waived_at, one.left_at) if at)])
        if since + when.lasting <= now:
            at = since + when.lasting
            self.owe(Owed(rule, "without", None, at, since, at + when.due, at + when.due, now, answering=rule.role))

    def _take_places(self, now: datetime) -> None:
        """Where the next takes the place of the last, one is owed: the newest, and it is as old as the oldest."""
        of_rule: dict[str, list[Owed]] = {}
        for one in self.open:
            of_rule.setdefault(one.rule.name, []).append(one)
        for undone in of_rule.values():
            if undone[-1].rule.stack is Stack.SUPERSEDE:
                for older, newer in pairwise(undone):
                    older.taken_at = now
                    self._take_place(older, newer)
        self.open = [one for one in self.open if not self._is_covered(one)]

    def _climb(self, one: Owed, now: datetime) -> None:
        """Each level in its time; a level that nobody holds is passed at once."""
        one.missed = one.missed or one.due <= now
        ladder, held = one.rule.ladder, self.heard.held
        while one.rung < len(ladder):
            at, word = one.due + ladder[one.rung].after, one.said
            if word is not None:
                at = max(at, word[1]) if word[0] == "known" else min(at, word[1])
            if at > now and (held is None or one.answering in held):
                return
            one.rung, one.answering, one.said = one.rung + 1, ladder[one.rung].role, None

    def _take_place(self, older: Owed, newer: Owed) -> None:
        """One overdue greeting, three weeks old, not three: with the levels that know, and who was given time."""
        older.heir = newer
        newer.due, newer.missed = min(older.due, newer.due), newer.missed or older.missed
        if older.rung >= newer.rung and (older.rung or older.said):
            newer.rung = min(older.rung, len(newer.rule.ladder))
            newer.answering, newer.said = older.answering, older.said
