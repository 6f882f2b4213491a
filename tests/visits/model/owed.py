"""What must be owed to one person, said as simply as it can be: nothing is remembered but what was heard and was owed.

It shares nothing with the engine but the words of a policy. It is told each fact at its hour; what the hours between have
brought it works out when it is asked. Where the specification is silent it takes the engine's choices:
- a contact discharges what is owed when it is recorded, never what is only heard of later (the safe side: asked twice);
- what takes the place of something older has its age for good, also when the older one's cause proves false.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

from services.visits.domain.policy import Instead
from services.visits.domain.rules import (
    Means,
    OnDeath,
    OnEnd,
    Rule,
    Stack,
    Trigger,
    Without,
    WorkingDays,
)
from tests.visits.model.days import CITY_TIME, new_year, working_days_after
from tests.visits.model.facts import NEVER, Cause, Heard, Made

FIVE_WEEKS = timedelta(weeks=5)


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


@dataclass
class Model:
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

    # --- what people do

    def nobody_can_be_met(self, kind: str, made: datetime, now: datetime) -> bool:
        """They are registered as dead, and nothing that is owed asks for such a contact."""
        death = self.heard.death
        if death is None or made < (self.heard.facts[death].reported or made):
            return False
        kinds = [means_now(one, self.heard.instead(now)).kind for one in self.open]
        return not any(kind in self.heard.policy.fulfilled_by[each] for each in kinds)

    def record(self, made: Made) -> None:
        """What opened until now opens first; what is overdue is missed last."""
        self.raise_(made.recorded)
        instead = self.heard.instead(made.recorded)
        for one in self.open:
            if self._does(one, means := means_now(one, instead), made):
                one.done_by, one.done_at, one.means = made.id, made.recorded, means
            elif made.made < one.counts_from:
                self._record_late(one, made)
        self.heard.contacts[made.id] = made
        self.heard.changed()
        self.look(made.recorded)

    def _record_late(self, heir: Owed, made: Made) -> None:
        """It did what this one has taken the place of: what is left is as old as what came after that, and nobody knows of it."""
        taken = [one for one in self.of_rule[heir.rule.name] if not one.ended and _leads_to(one, heir)]
        taken = [one for one in taken if not _is_long_ago(one, heir)]
        causes = self.heard.causes
        was_open = [
            one
            for one in taken
            if one.counts_from <= made.made
            and not self._slept_through(one)
            and (one.cause is None or one.cause in causes)
        ]
        if not was_open or not self._does(was_open[-1], was_open[-1].means, made):
            return
        did = was_open[-1]
        did.done_by, did.done_at = made.id, made.recorded
        did.heir = None
        did.missed, did.rung, did.answering, did.said = heir.missed, heir.rung, heir.answering, heir.said
        after = [*taken[taken.index(did) + 1 :], heir]
        due = after[0].own_due
        for one in after:
            due = min(due, one.own_due)
            one.due, one.missed, one.rung, one.answering, one.said = due, False, 0, one.rule.role, None
        heir.anew_at = made.recorded
        self.undone = list(self.all)

    def _slept_through(self, one: Owed) -> bool:
        """It and what came after it were raised in one instant: the engine has never owed it by itself."""
        return one.cause is None and one.heir is not None and one.heir.raised == one.raised

    def strike(self, id_: UUID, now: datetime) -> None:
        """It never was: another that would have done it does it, or it is owed again, with what took its place meanwhile."""
        del self.heard.contacts[id_]
        self.heard.changed()
        for one in [one for one in self.all if one.done_by == id_]:
            one.done_by = one.done_at = None
            newer = self._next(one)
            until = newer.raised if newer is not None else now
            at_last = min(
                (at for each in self._after(one) for at in [each.done_at or each.waived_at] if at), default=now
            )
            others = [
                made
                for made in self.heard.contacts.values()
                if one.raised <= made.recorded < until
                or (newer is not None and until <= made.recorded < at_last and made.made < newer.counts_from)
            ]
            if other := next((made for made in others if self._does(one, one.means, made)), None):
                one.done_by, one.done_at = other.id, now
            elif newer is not None:
                one.taken_at = now
                self._hand_down(one, newer)
        self.undone = list(self.all)
        self.look(now)

    def _next(self, one: Owed) -> Owed | None:
        """What would have taken its place, had it not been done."""
        return next(iter(self._after(one)), None)

    def _after(self, one: Owed) -> list[Owed]:
        """What would have come after it, one in the place of the other; of what was raised in error, nothing."""
        of_rule, causes = self.of_rule[one.rule.name], self.heard.causes
        if one.cause is not None and one.cause not in causes:
            return []
        after = of_rule[of_rule.index(one) + 1 :]
        return [
            each
            for each in after
            if each.rule.stack is Stack.SUPERSEDE and (each.cause is None or each.cause in causes)
        ]

    def _hand_down(self, older: Owed, newer: Owed) -> None:
        self._take_place(older, newer)
        heir = newer.heir
        if newer.left_at is not None and newer.due <= newer.left_at:
            newer.left_at = (
                None  # it was overdue when they left, as it turns out: it was owed until the next of its rule
            )
            heir = heir or self._next(newer)
        if heir is not None:
            self._hand_down(newer, heir)

    def waive(self, one: Owed, now: datetime) -> None:
        one.waived_at = now
        of_cause = [each for each in self.all if one.cause is not None and each.cause == one.cause]
        if one.cause is not None and one.cause.kind == "silence" and all(each.waived_at for each in of_cause):
            self.heard.let_go[one.cause.id] = now
            self.heard.changed()
        self.look(now)

    def knows(self, one: Owed, role: str, at: datetime, now: datetime) -> None:
        if role == one.answering and one.said is None:
            one.said = "known", at + self.heard.policy.acknowledgement_holds
        self.look(now)

    def cannot(self, one: Owed, role: str, now: datetime) -> None:
        if role == one.answering:
            one.said = "cannot", now
        self.look(now)

    def _does(self, one: Owed, means: Means, made: Made) -> bool:
        tried = self.heard.tried if one.cause is not None and one.cause.kind == "silence" else NEVER
        return made.made >= max(one.counts_from, tried) and self.heard.would_do(one.rule, means, made)

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


def means_now(one: Owed, instead: list[Instead]) -> Means:
    """Who is deaf is not rung up; who is away is not called on, also when they are deaf."""
    means, away = one.rule.means, [kind for each in instead if not each.is_wish for kind in each.means]
    for each in instead:
        other = each.means.get(means.kind, means)
        means = means if each.is_wish and other.kind in away else other
        means = each.raised.get(means, means)
    return means


def _is_long_ago(one: Owed, heir: Owed) -> bool:
    """Its place was taken so long before the present one was opened that nobody writes down any more what was done for it."""
    return one.taken_at is not None and (heir.anew_at or heir.raised) - one.taken_at > FIVE_WEEKS


def _leads_to(one: Owed, heir: Owed) -> bool:
    while one.heir is not None:
        one = one.heir
        if one is heir:
            return True
    return False
