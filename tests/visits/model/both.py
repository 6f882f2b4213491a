"""One life lived twice: by the engine, as the store lends it a care, and by the model. After each step they must agree."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import zip_longest
from random import Random
from typing import Any
from uuid import UUID

from pytest import raises

from contracts.event import Event
from contracts.ids import ContactId, DutyId, StayId
from contracts.medical import AdmissionCancelled, DischargeCancelled, PatientAdmitted, PatientDischarged
from contracts.refused import Refused
from contracts.registry import DeathReported, DeathRetracted
from contracts.visits import (
    DutyChanged,
    DutyDone,
    DutyEscalated,
    DutyMissed,
    DutyOpened,
    DutySuperseded,
    DutyWaived,
)
from services.visits.domain import (
    Activation,
    Book,
    By,
    Care,
    ClosedAs,
    Contact,
    Decided,
    Duty,
    hear,
    learning,
    next_change,
    record_contact,
    settle,
    strike,
    waive,
)
from services.visits.domain.happenings import Happening
from services.visits.domain.heirs import LATEST
from services.visits.domain.ladder import acknowledge, hand_over
from services.visits.domain.policy import Instead
from tests.reasons import a_reason
from tests.visits.model.facts import Class, Discharge, Fact, Heard, Made
from tests.visits.model.owed import Model, Owed, means_now
from tests.visits.model.rules import BEGINS, VERSIONS
from tests.visits.town import BEFORE, NOTE, OLD_LI, WANG, card, says_cannot, says_known

KIND = {"family-change": "family-changed", "hardship": "hardship-reported", "situation": "situation-began"}
MOMENT = timedelta(microseconds=1)
STILL_NEEDED = {"death", "retraction", "end", "class", "care-ended"}


@dataclass
class Both:
    """Whoever drives it says what happens; the hour is kept here."""

    born: date | None
    rank: str | None
    rng: Random
    now: datetime = BEGINS
    engine: Care = field(init=False)
    """As the store lends it to the next decision: without what no decision loads."""
    model: Model = field(init=False)
    duties: dict[DutyId, Duty] = field(default_factory=dict)
    """All rows of the table."""
    of_rule: defaultdict[str, dict[DutyId, Duty]] = field(default_factory=lambda: defaultdict(dict))
    owed: dict[DutyId, tuple[Any, ...]] = field(default_factory=dict)
    """Of the rows that are open, what is compared."""
    contacts: dict[ContactId, Contact] = field(default_factory=dict)
    did_change: bool = False
    """What was done has to be compared again."""
    told_open: set[Any] = field(default_factory=set)
    """What who hears only what is told believes to be open."""
    found: list[str] = field(default_factory=list)
    """The first disagreements, at the hour at which they were seen."""
    cards: int = 0

    def __post_init__(self) -> None:
        self.versions = [Activation("0", BEFORE, VERSIONS[0])]
        born = self.born
        year, day = (born.year, f"{born:%m-%d}") if born is not None else (None, None)
        self.engine = Care(OLD_LI, birth_year=year, birthday=day, rank=self.rank, book=Book.of(self.versions))
        self.model = Model(Heard([(BEFORE, VERSIONS[0])], born=self.born))

    # --- the engine, as the store lends it

    def _decides(self, decide: Callable[[Care], Decided], *, whole: bool = False) -> Care:
        lent = replace(self.engine, duties=dict(self.duties), contacts=dict(self.contacts)) if whole else self.engine
        after, told = decide(lent)
        self._tells(told)
        self.contacts.update(after.contacts)
        self.engine = after
        if whole or after.duties is not lent.duties:
            pairs = zip_longest(lent.duties.values(), after.duties.values())
            changed = [duty for before, duty in pairs if duty is not before]
            self._keeps(changed)
            self._lends(self.of_rule if whole else {duty.rule for duty in changed})
        if after.contacts:
            self.engine = replace(self.engine, contacts={})
        return after

    def _lends(self, rules: Iterable[str]) -> None:
        """Of the duties of these rules only what decisions load: as the store has it."""
        lent = dict(self.engine.duties)
        for of_rule in (self.of_rule[rule].values() for rule in rules):
            owed = [duty for duty in of_rule if duty.is_open]
            for duty in of_rule:
                if _is_needed(duty) or _late_enough(duty, owed):
                    lent[duty.duty_id] = duty
                else:
                    lent.pop(duty.duty_id, None)
        self.engine = replace(self.engine, duties=lent)

    def _keeps(self, changed: Iterable[Duty]) -> None:
        for duty in changed:
            before = self.duties.get(duty.duty_id)
            self.did_change = self.did_change or ClosedAs.DONE in (duty.closed_as, before and before.closed_as)
            self.duties[duty.duty_id] = self.of_rule[duty.rule][duty.duty_id] = duty
            self.owed.pop(duty.duty_id, None)
            if duty.is_open:
                self.owed[duty.duty_id] = of_engine(duty)

    def _tells(self, told: Iterable[Event]) -> None:
        for fact in told:
            if isinstance(fact, DutyOpened):
                assert fact.duty_id not in self.told_open, "opened twice"
                self.told_open.add(fact.duty_id)
            elif isinstance(fact, DutyDone | DutyWaived | DutySuperseded):
                self.told_open.discard(fact.duty_id)
            elif isinstance(fact, DutyMissed | DutyEscalated | DutyChanged):
                assert fact.duty_id in self.told_open, "told of what is not open"

    def _in_another_order(self) -> None:
        """Nothing depends on the order in which rows are loaded."""
        care = self.engine
        self.engine = replace(
            care,
            duties=self._shuffled(care.duties),
            stays=self._shuffled(care.stays),
            deaths=self._shuffled(care.deaths),
            happenings=self._shuffled(care.happenings),
        )

    def _shuffled(self, of: Any) -> Any:
        items = list(of.items())
        self.rng.shuffle(items)
        return dict(items)

    def _hears(self, learn: Callable[[Care], Care], tell: Callable[[Heard], None]) -> None:
        now = self.now
        self._decides(lambda care: hear(care, learn, now))
        self.model.look(now)
        tell(self.model.heard)
        self.model.heard.changed()
        self.model.look(now)

    # --- the hours

    def wait(self, pause: timedelta, *, asleep: bool = False) -> None:
        """The clock wakes the engine at each hour that it named, or it sleeps through them all.

        Until that hour nothing may have changed, and then what has changed for the one has changed for the other.
        """
        until = self.now + pause
        at = None if asleep else next_change(self.engine, self.now)
        while at is not None and at <= until and not self.found:
            assert at > self.now, "it names the same hour for ever"
            self._compares(at - MOMENT)
            self.now = at
            at = next_change(self._decides(lambda care: settle(care, self.now)), self.now)
            self._compares(self.now)
        if not self.found:
            self.now = until
            self._wakes(must_sleep=not asleep)

    def sleeps(self, pause: timedelta) -> None:
        """What comes next is heard before the clock looks at the hours that it slept through."""
        if not self.found:
            self.now += pause

    def _wakes(self, *, must_sleep: bool) -> None:
        before = self.engine.duties
        self._decides(lambda care: settle(care, self.now))
        assert not must_sleep or self.engine.duties == before, "an hour at which something changed was not named"
        self.model.look(self.now)

    # --- what is heard

    def classed(self, county: str, kind: str, category: str) -> None:
        of = Class(county, kind, category, self.rank)
        self.cards += 1
        version, known, now = self.cards, self.engine.kind is not None, self.now

        def learn(care: Care) -> Care:
            other = known and (care.kind, care.category) != (of.kind, of.category)
            said = card(version, of.category).model_copy(
                update={
                    "kind": of.kind,
                    "county": of.county,
                    "rank": of.rank,
                    "wishes": care.wishes,
                    "classed_at": now if other else care.reclassed_at,
                    "birth_year": self.born.year if self.born is not None else None,
                    "birthday": f"{self.born:%m-%d}" if self.born is not None else None,
                }
            )
            return replace(learning.carded(care, said, now), held=care.held)

        def tell(heard: Heard) -> None:
            if not heard.classes or heard.classes[-1][1] != of:
                heard.classes.append((now, of))

        self._hears(learn, tell)

    def holds(self, roles: frozenset[str] | None) -> None:
        self._hears(
            lambda care: replace(care, held=dict.fromkeys(sorted(roles), (WANG,)) if roles is not None else None),
            lambda heard: setattr(heard, "held", roles),
        )

    def admitted(self, id_: UUID, at: datetime) -> None:
        now = self.now

        def tell(heard: Heard) -> None:
            fact = heard.facts.setdefault(id_, Fact("stay", id_))
            if fact.known is None:
                fact.known, fact.happened = now, at

        said = _of(PatientAdmitted, stay_id=StayId(id_), hospital="h", admitted_at=at)
        self._hears(lambda care: learning.admitted(care, said, now), tell)

    def cancelled(self, id_: UUID) -> None:
        now = self.now

        def tell(heard: Heard) -> None:
            heard.facts.setdefault(id_, Fact("stay", id_)).taken_back = now

        said = _of(AdmissionCancelled, stay_id=StayId(id_), hospital="h", cancelled_at=now)
        self._hears(lambda care: learning.admission_cancelled(care, said, now), tell)

    def discharged(self, id_: UUID, at: datetime, recorded: datetime) -> None:
        now = self.now

        def tell(heard: Heard) -> None:
            fact = heard.facts.setdefault(id_, Fact("stay", id_))
            if not any(one.recorded == recorded for one in fact.discharges):
                fact.discharges.append(Discharge(recorded, at, now))

        said = _of(PatientDischarged, stay_id=StayId(id_), hospital="h", discharged_at=at, recorded_at=recorded)
        self._hears(lambda care: learning.discharged(care, said, now), tell)

    def discharge_cancelled(self, id_: UUID, at: datetime) -> None:
        now = self.now

        def tell(heard: Heard) -> None:
            heard.facts.setdefault(id_, Fact("stay", id_)).discharges_taken_back.append(at)

        said = _of(DischargeCancelled, stay_id=StayId(id_), hospital="h", cancelled_at=at)
        self._hears(lambda care: learning.discharge_cancelled(care, said, now), tell)

    def died(self, id_: UUID, reported: datetime) -> None:
        now = self.now

        def tell(heard: Heard) -> None:
            fact = heard.facts.setdefault(id_, Fact("death", id_))
            if fact.known is None:
                fact.known, fact.reported = now, reported

        said = _of(DeathReported, report_id=id_, source="family", reported_at=reported)
        self._hears(lambda care: learning.death_reported(care, said, now), tell)

    def lives(self, id_: UUID, at: datetime) -> None:
        now = self.now

        def tell(heard: Heard) -> None:
            fact = heard.facts.setdefault(id_, Fact("death", id_))
            fact.taken_back = fact.taken_back or at

        said = _of(DeathRetracted, report_id=id_, reason=a_reason("a namesake"), retracted_at=at)
        self._hears(lambda care: learning.death_retracted(care, said, now), tell)

    def begins(self, kind: str, id_: UUID, what: str, at: datetime, until: datetime | None = None) -> None:
        """A hardship, a change in the family, a situation, an expected absence, the end of the care."""
        now, event = self.now, KIND.get(kind, kind)

        def learn(care: Care) -> Care:
            begun = learning.begun(care, id_, event, what, at, now)
            one = begun.happenings[id_]
            return (
                begun if begun is care or one.until or until is None else learning.over(begun, id_, event, until, now)
            )

        def tell(heard: Heard) -> None:
            fact = heard.facts.setdefault(id_, Fact(kind, id_))
            if fact.known is None:
                fact.known, fact.happened, fact.what = now, at, what
                if fact.until is None and until is not None:
                    fact.until, fact.until_known = until, now

        self._hears(learn, tell)

    def ends(self, kind: str, id_: UUID, at: datetime) -> None:
        event, now = KIND.get(kind, kind), self.now

        def tell(heard: Heard) -> None:
            fact = heard.facts.setdefault(id_, Fact(kind, id_))
            if fact.until != at:
                fact.until, fact.until_known = at, now

        self._hears(lambda care: learning.over(care, id_, event, at, now), tell)

    def takes_back(self, kind: str, id_: UUID) -> None:
        event, now = KIND.get(kind, kind), self.now

        def learn(care: Care) -> Care:
            one = care.happenings.get(id_) or Happening(id_, event)
            return learning.with_happening(care, replace(one, retracted_at=now))

        self._hears(learn, lambda heard: setattr(heard.facts.setdefault(id_, Fact(kind, id_)), "taken_back", now))

    def wishes(self, *codes: str) -> None:
        self._hears(lambda care: replace(care, wishes=codes), lambda heard: setattr(heard, "wishes", codes))

    def under(self, version: int) -> None:
        policy, now = VERSIONS[version], self.now
        self._wakes(must_sleep=False)
        self.versions.append(Activation(f"{len(self.versions)}", now, policy))
        self.engine = replace(self.engine, book=Book.of(self.versions))
        self.model.heard.activations.append((now, policy))
        self.model.heard.changed()
        self._wakes(must_sleep=False)

    # --- what people do

    def records(self, id_: UUID, party: str, kind: str, strength: str, outcome: str, made: datetime) -> None:
        if self.engine.kind is None or self.model.heard.care_is_over or id_ in self.contacts:
            return
        self.wait(timedelta(seconds=1))  # what is recorded at one instant has no order
        role = {"mill": "clerk", "hall": "warden", "street": "neighbour"}[party]
        one = Contact(ContactId(id_), kind, party, role, strength, outcome, WANG, made, self.now, NOTE)
        if self.model.nobody_can_be_met(kind, made, self.now):
            with raises(Refused, match="person-died"):
                self._decides(lambda care: record_contact(care, one))
            return
        self._decides(lambda care: record_contact(care, one))
        self.model.record(Made(id_, party, kind, strength, outcome, made, self.now))
        self.did_change = True

    def strikes(self, id_: UUID) -> None:
        if id_ in self.model.heard.contacts:
            self._decides(lambda care: strike(care, ContactId(id_), WANG, a_reason("记成了别人"), self.now), whole=True)
            self.model.strike(id_, self.now)
            self.did_change = True

    def waives(self, nth: int) -> None:
        if pair := self._some(nth):
            duty, one = pair
            self._wakes(must_sleep=False)
            if duty.duty_id in self.owed:
                self._decides(
                    lambda care: waive(care, duty.duty_id, WANG, "chief", a_reason("家属恳请不要打扰"), self.now)
                )
                self.model.waive(one, self.now)

    def knows(self, nth: int, at: datetime) -> None:
        if pair := self._some(nth):
            duty, one = pair
            said = says_known(duty, duty.answering, at)
            self._decides(lambda care: settle(acknowledge(care, said, self.now), self.now))
            self.model.knows(one, duty.answering, at, self.now)

    def cannot(self, nth: int) -> None:
        if pair := self._some(nth):
            duty, one = pair
            said = says_cannot(duty, duty.answering, self.now)
            self._decides(lambda care: settle(hand_over(care, said, self.now), self.now))
            self.model.cannot(one, duty.answering, self.now)

    def _some(self, nth: int) -> tuple[Duty, Owed] | None:
        """An open duty, and what the model calls it."""
        if not self.owed:
            return None
        ids = sorted(self.owed, key=str)
        id_ = ids[nth % len(ids)]
        instead = self.model.heard.instead(self.now)
        duty, alike = self.duties[id_], [one for one in self.model.open if of_model(one, instead) == self.owed[id_]]
        alike.sort(key=lambda one: one.cause is not None and one.cause.id == duty.cause_id)
        return (duty, alike[-1]) if alike else None

    # --- they must agree

    def disagreements(self) -> list[str]:
        """Nothing lost, nothing doubled, nothing that was done is owed, and the same is told as is so."""
        if self.found:
            return self.found
        found = self._differences(self.now)
        found += self._differences_of_what_was_done() if self.did_change else []
        found += [] if self.told_open == self.owed.keys() else ["what was told is not so"]
        self._in_another_order()
        found += [f"not settled: {fact.type}" for fact in settle(self.engine, self.now)[1]]
        return sorted(found)

    def _differences_of_what_was_done(self) -> list[str]:
        self.did_change = False
        done: Counter[Any] = Counter(
            (duty.rule, duty.closed_by_id) for duty in self.duties.values() if duty.closed_as is ClosedAs.DONE
        )
        was_done: Counter[Any] = Counter((one.rule.name, one.done_by) for one in self.model.all if one.done_by)
        found = [f"not stated as done: {one}" for one in was_done - done]
        return found + [f"stated as done and was not: {one}" for one in done - was_done]

    def _compares(self, at: datetime) -> None:
        """In the midst of a pause."""
        if not self.found:
            self.model.look(at)
            self.found = [f"at {at:%Y-%m-%d %H:%M:%S.%f}: {one}" for one in self._differences(at)]

    def _differences(self, at: datetime) -> list[str]:
        instead = self.model.heard.instead(at)
        owed, must = sorted(self.owed.values()), sorted(of_model(one, instead) for one in self.model.open)
        if owed == must:
            return []
        lost, without_reason = Counter(must) - Counter(owed), Counter(owed) - Counter(must)
        return [f"lost: {one}" for one in lost] + [f"owed without reason: {one}" for one in without_reason]


def _is_needed(duty: Duty) -> bool:
    return duty.is_open or duty.followed_by is None or duty.closed_by in STILL_NEEDED


def _late_enough(duty: Duty, owed: Iterable[Duty]) -> bool:
    """A contact that is written down late may still have done it."""
    at = duty.closed_at if duty.closed_by is By.DUTY else None
    return at is not None and any(heir.opened_at - at <= LATEST for heir in owed)


def of_engine(duty: Duty) -> tuple[Any, ...]:
    what = duty.occurrence.partition("@")[0] if duty.cause_kind not in ("without", "discharge") else duty.cause_kind
    means = duty.kind, duty.strength
    return duty.rule, what, duty.due_at, means, duty.party, duty.missed_at is not None, duty.rung, duty.answering


def of_model(one: Owed, instead: list[Instead]) -> tuple[Any, ...]:
    means = means_now(one, instead)
    what = one.what if one.cause is None or one.cause.kind != "discharge" else "discharge"
    return (
        one.rule.name, what, one.due, (means.kind, means.strength), one.rule.party, one.missed, one.rung, one.answering
    )  # fmt: skip


def _of(event: type[Event], **fields: Any) -> Any:
    return event(city="town", county="north", person_id=OLD_LI, **fields)
