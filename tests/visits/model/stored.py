"""A care as the store lends it to the engine: without what no decision loads, in any order, and what was told of it."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import zip_longest
from random import Random
from typing import Any

from contracts.event import Event
from contracts.ids import ContactId, DutyId
from contracts.visits import DutyChanged, DutyDone, DutyEscalated, DutyMissed, DutyOpened, DutySuperseded, DutyWaived
from services.visits.domain import Activation, Book, By, Care, ClosedAs, Contact, Decided, Duty
from services.visits.domain.heirs import LATEST
from tests.visits.model.rules import BEGINS, VERSIONS
from tests.visits.town import BEFORE, OLD_LI

STILL_NEEDED = {"death", "retraction", "end", "class", "care-ended"}


@dataclass
class Stored:
    """The hour is kept here."""

    born: date | None
    rank: str | None
    rng: Random
    now: datetime = BEGINS
    engine: Care = field(init=False)
    """As the store lends it to the next decision: without what no decision loads."""
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

    def __post_init__(self) -> None:
        self.versions = [Activation("0", BEFORE, VERSIONS[0])]
        born = self.born
        year, day = (born.year, f"{born:%m-%d}") if born is not None else (None, None)
        self.engine = Care(OLD_LI, birth_year=year, birthday=day, rank=self.rank, book=Book.of(self.versions))

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
