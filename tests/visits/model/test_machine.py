"""Any life whatever, step by step: the engine and the model agree about what is owed, or here is the shortest life where not."""

from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from contracts.ids import derived
from tests.visits.model.both import Both
from tests.visits.model.rules import VERSIONS
from tests.visits.town import ROLES

COUNTIES, KINDS = st.sampled_from(("north", "south")), st.sampled_from(("elder", "heir"))
CATEGORIES = st.sampled_from(("alone", "at-home", "away"))
BEGINNINGS = (
    ("family-change", "widowed"),
    ("hardship", "illness"),
    ("situation", "frail"),
    ("care-ended", "moved-away"),
)
FEW = st.integers(0, 2)
"""Of each kind of fact there are three: they begin, end, are taken back and are heard again."""
AGO = st.sampled_from((0, 0, 1, 5, 24, 240)).map(lambda hours: timedelta(hours=hours))
LONG_AGO = st.sampled_from((34, 36, 60)).map(lambda days: timedelta(days=days))
LEAP_DAYS = (date(1936, 4, 21), date(1936, 2, 29), date(1928, 3, 22), date(1933, 6, 23), date(1938, 12, 31))


class OneLife(RuleBasedStateMachine):
    both: Both
    made = 0

    @initialize(
        born=st.sampled_from((None, *LEAP_DAYS)) | st.dates(date(1920, 1, 1), date(1941, 12, 31)),
        rank=st.sampled_from((None, "alderman")),
        seed=st.integers(0, 2**32),
        known=st.booleans(),
    )
    def is_born(self, born: date | None, rank: str | None, seed: int, known: bool) -> None:
        self.both = Both(born, rank, Random(seed))
        if known:
            self.both.classed("north", "elder", "alone")

    def _id(self, kind: str, n: int) -> UUID:
        return derived("model", kind, n)

    def _ago(self, ago: timedelta) -> datetime:
        return self.both.now - ago

    @rule(county=COUNTIES, kind=KINDS, category=CATEGORIES)
    def is_classed(self, county: str, kind: str, category: str) -> None:
        self.both.classed(county, kind, category)

    @rule(n=FEW, ago=AGO)
    def is_admitted(self, n: int, ago: timedelta) -> None:
        self.both.admitted(self._id("stay", n), self._ago(ago))

    @rule(n=FEW, ago=AGO, recorded=AGO, asleep=st.sampled_from((0, 0, 60)))
    def is_discharged(self, n: int, ago: timedelta, recorded: timedelta, asleep: int) -> None:
        self.both.sleeps(timedelta(hours=asleep))
        self.both.discharged(self._id("stay", n), self._ago(ago), self._ago(min(ago, recorded)))

    @rule(n=FEW, ago=AGO)
    def discharge_is_taken_back(self, n: int, ago: timedelta) -> None:
        self.both.discharge_cancelled(self._id("stay", n), self._ago(ago))

    @rule(n=FEW)
    def stay_never_was(self, n: int) -> None:
        self.both.cancelled(self._id("stay", n))

    @rule(n=FEW, ago=AGO)
    def is_reported_dead(self, n: int, ago: timedelta) -> None:
        self.both.died(self._id("death", n), self._ago(ago))

    @rule(n=FEW, ago=AGO)
    def lives(self, n: int, ago: timedelta) -> None:
        self.both.lives(self._id("death", n), self._ago(ago))

    @rule(what=st.sampled_from(BEGINNINGS), n=FEW, ago=AGO)
    def something_begins(self, what: tuple[str, str], n: int, ago: timedelta) -> None:
        self.both.begins(what[0], self._id(what[0], n), what[1], self._ago(ago))

    @rule(what=st.sampled_from(("situation", "care-ended")), n=FEW)
    def it_ends(self, what: str, n: int) -> None:
        self.both.ends(what, self._id(what, n), self.both.now)

    @rule(what=st.sampled_from(("family-change", "hardship", "situation", "absence", "care-ended")), n=FEW)
    def it_never_was(self, what: str, n: int) -> None:
        self.both.takes_back(what, self._id(what, n))

    @rule(
        n=FEW,
        what=st.sampled_from(("at-daughters", "travelling")),
        opens=st.integers(-48, 200),
        days=st.integers(1, 40),
    )
    def goes_away(self, n: int, what: str, opens: int, days: int) -> None:
        start = self.both.now + timedelta(hours=opens)
        self.both.begins("absence", self._id("absence", n), what, start, start + timedelta(days=days))

    @rule(codes=st.sampled_from(((), ("deaf",))))
    def wishes(self, codes: tuple[str, ...]) -> None:
        self.both.wishes(*codes)

    @rule(roles=st.none() | st.frozensets(st.sampled_from((*ROLES, "neighbour"))))
    def roles_are_held(self, roles: frozenset[str] | None) -> None:
        self.both.holds(roles)

    @rule(
        party=st.sampled_from(("mill", "hall", "street")),
        means=st.sampled_from((("call-on", "there"), ("hello", "voice"), ("hello", "word"), ("hello", "there"))),
        outcome=st.sampled_from(("found", "found", "out", "gone")),
        ago=AGO | LONG_AGO,
    )
    def contact_is_made(self, party: str, means: tuple[str, str], outcome: str, ago: timedelta) -> None:
        self.made += 1
        self.both.records(self._id("contact", self.made), party, *means, outcome, self._ago(ago))

    @precondition(lambda self: self.made > 0)
    @rule(data=st.data())
    def contact_is_struck(self, data: st.DataObject) -> None:
        self.both.strikes(self._id("contact", data.draw(st.integers(1, self.made))))

    @rule(nth=st.integers(0, 30))
    def duty_is_waived(self, nth: int) -> None:
        self.both.waives(nth)

    @rule(nth=st.integers(0, 30), ago=AGO)
    def holder_knows(self, nth: int, ago: timedelta) -> None:
        self.both.knows(nth, self._ago(ago))

    @rule(nth=st.integers(0, 30))
    def holder_cannot(self, nth: int) -> None:
        self.both.cannot(nth)

    @rule(pause=st.sampled_from((1, 14, 24, 30, 72, 96, 24 * 7)), asleep=st.booleans())
    def hours_pass(self, pause: int, asleep: bool) -> None:
        """From ten in the morning fourteen lead to midnight, and windows of 24, 72 and 96 to their very end."""
        self.both.wait(timedelta(hours=pause), asleep=asleep)

    @rule(minutes=st.integers(1, 100 * 24 * 60), asleep=st.booleans())
    def weeks_pass(self, minutes: int, asleep: bool) -> None:
        self.both.wait(timedelta(minutes=minutes), asleep=asleep)

    @rule(version=st.integers(0, len(VERSIONS) - 1))
    def another_version_is_in_force(self, version: int) -> None:
        self.both.under(version)

    @invariant()
    def they_agree(self) -> None:
        if hasattr(self, "both"):
            assert self.both.disagreements() == []


TestOneLife = OneLife.TestCase
TestOneLife.settings = settings(
    max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
