"""Lives as the dice have them: each step is chosen by a generator whose seed is printed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from contracts.ids import derived
from tests.visits.model.both import Both

PARTIES, OUTCOMES = ("mill", "hall", "street"), ("found", "found", "found", "out", "gone")
CALL = ("call-on", "there")
MEANS = (CALL, CALL, CALL, CALL, ("hello", "voice"), ("hello", "voice"), ("hello", "word"), ("hello", "there"))
FEW = 4
"""So many stays, reports, hardships … begin, end and are taken back in turn; then there are new ones."""


class Dice:
    """One life, step by step."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        born = date(rng.randrange(1920, 1942), 1, 1) + timedelta(days=rng.randrange(366))
        rank = rng.choice((None, None, "alderman"))
        self.both = Both(born if rng.random() < 0.8 else None, rank, Random(rng.random()))
        self.made: list[UUID] = []
        self.turn = 0

    def step(self) -> None:
        """Some time passes, and something happens."""
        self.turn += 1
        self.both.wait(self._pause(), asleep=self.rng.random() < 0.2)
        self.rng.choices(STEPS, WEIGHTS)[0](self)

    def _pause(self) -> timedelta:
        kind = self.rng.random()
        if kind < 0.1:
            return timedelta()
        if kind < 0.3:  # to the minute at which days, weeks and windows end
            midnight = datetime.combine(
                (self.both.now + timedelta(hours=8)).date() + timedelta(days=1), datetime.min.time()
            )
            return midnight.replace(tzinfo=self.both.now.tzinfo) - timedelta(hours=8) - self.both.now
        if kind < 0.7:
            return timedelta(hours=self.rng.choice((1, 2, 4, 24, 24, 48, 72, 96)))
        return timedelta(minutes=self.rng.randrange(1, 25 * 24 * 60))

    def _ago(self) -> datetime:
        return self.both.now - timedelta(hours=self.rng.choice((0, 0, 0, 1, 5, 24, 24 * 10)))

    def _one(self, what: str) -> UUID:
        """One of a few; in a long life there are more in time."""
        return derived("model", what, self.rng.randrange(FEW) + self.turn // 40)

    def _standing(self, what: str) -> UUID:
        """Mostly one that stands and is not over, so that lives go on."""
        facts = [fact for fact in self.both.model.heard.of(what) if fact.until is None]
        return self.rng.choice(facts).id if facts and self.rng.random() < 0.8 else self._one(what)

    def classed(self) -> None:
        county, kind = self.rng.choice(("north", "south")), self.rng.choice(("elder", "elder", "heir"))
        before = self.both.model.heard.classes
        if before and self.rng.random() < 0.7:
            county, kind = before[-1][1].county, before[-1][1].kind
        self.both.classed(county, kind, self.rng.choice(("alone", "at-home", "away")))

    def admitted(self) -> None:
        self.both.admitted(self._one("stay"), self._ago())

    def stay_goes_on(self) -> None:
        stay, turn = self._standing("stay"), self.rng.random()
        if turn < 0.6:
            if turn < 0.2:
                self.both.sleeps(timedelta(hours=self.rng.choice((24, 60, 100))))
            self.both.discharged(stay, at := self._ago(), max(at, self._ago()))
        elif turn < 0.85:
            self.both.discharge_cancelled(stay, self._ago())
        else:
            self.both.cancelled(stay)

    def died(self) -> None:
        self.both.died(self._one("death"), self._ago())

    def lives(self) -> None:
        self.both.lives(self._standing("death"), self._ago())

    def begins(self) -> None:
        kind = self.rng.choice(("family-change", "hardship", "situation"))
        what = {"family-change": ("widowed",), "hardship": ("illness", "poverty"), "situation": ("frail", "other")}[
            kind
        ]
        self.both.begins(kind, self._one(kind), self.rng.choice(what), self._ago())

    def goes_away(self) -> None:
        start = self.both.now + timedelta(hours=self.rng.randrange(-48, 200))
        until = start + timedelta(hours=self.rng.randrange(1, 900)) if self.rng.random() < 0.9 else None
        away = self.rng.choice(("at-daughters", "travelling"))
        self.both.begins("absence", self._one("absence"), away, start, until)

    def ends(self) -> None:
        kind = self.rng.choice(("situation", "situation", "care-ended"))
        self.both.ends(kind, self._standing(kind), self.both.now)

    def takes_back(self) -> None:
        kind = self.rng.choice(("family-change", "hardship", "situation", "absence", "care-ended"))
        self.both.takes_back(kind, self._standing(kind))

    def care_ends(self) -> None:
        self.both.begins("care-ended", self._one("care-ended"), "moved-away", self.both.now)

    def wishes(self) -> None:
        self.both.wishes(*self.rng.choice(((), ("deaf",))))

    def holds(self) -> None:
        roles = ("clerk", "chief", "warden", "mayor", "neighbour")
        self.both.holds(frozenset(role for role in roles if self.rng.random() < 0.8))

    def records(self) -> None:
        contact = derived("model", "contact", self.turn)
        self.made.append(contact)
        kind, strength = self.rng.choice(MEANS)
        made = self._ago() if self.rng.random() < 0.8 else self.both.now - timedelta(days=self.rng.randrange(60))
        self.both.records(contact, self.rng.choice(PARTIES), kind, strength, self.rng.choice(OUTCOMES), made)

    def strikes(self) -> None:
        if self.made:
            self.both.strikes(self.rng.choice(self.made[-6:]))

    def waives(self) -> None:
        self.both.waives(self.rng.randrange(100))

    def knows(self) -> None:
        self.both.knows(self.rng.randrange(100), self._ago())

    def cannot(self) -> None:
        self.both.cannot(self.rng.randrange(100))

    def under(self) -> None:
        self.both.under(self.rng.randrange(3))


WEIGHTED: dict[Callable[[Dice], None], int] = {
    Dice.classed: 6,
    Dice.admitted: 10,
    Dice.stay_goes_on: 12,
    Dice.died: 2,
    Dice.lives: 8,
    Dice.begins: 8,
    Dice.goes_away: 4,
    Dice.ends: 7,
    Dice.takes_back: 5,
    Dice.care_ends: 1,
    Dice.wishes: 2,
    Dice.holds: 2,
    Dice.records: 30,
    Dice.strikes: 5,
    Dice.waives: 3,
    Dice.knows: 4,
    Dice.cannot: 2,
    Dice.under: 2,
}
STEPS, WEIGHTS = list(WEIGHTED), list(WEIGHTED.values())


@dataclass(frozen=True)
class Lived:
    """How a life went: until when, in how many steps; `disagreements` is empty, or the life ended with them."""

    steps: int
    contacts: int
    duties: int
    disagreements: list[str]


def live(seed: str, years: int) -> Lived:
    """One person from their enrolment on; the same seed is the same life."""
    dice = Dice(Random(seed))
    until, steps = dice.both.now + timedelta(days=365 * years), 0
    dice.classed()
    found: list[str] = []
    while dice.both.now < until and not found:
        dice.step()
        steps += 1
        found = [f"{seed}, step {steps}, {dice.both.now:%Y-%m-%d %H:%M}: {one}" for one in dice.both.disagreements()]
    return Lived(steps, len(dice.both.contacts), len(dice.both.duties), found)
