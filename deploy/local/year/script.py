"""The script of a year: every happening with its hour, the same for the same city, first day and seed.

Chosen, since the reports give no rates: how often each thing befalls a hundred people in a year. They are high, so that
every kind happens to somebody. Nobody is chosen twice at one time. What would have to be entered here while something
stands still comes when that is over; hospitals do not wait.
"""

import random
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Final

from contracts.ids import PersonId, UnitId, derived
from deploy.local.actors.city import City, Person
from deploy.local.actors.messages import SHANGHAI
from deploy.local.year import happenings as h
from deploy.local.year.festivals import ZH, day_of

DAYS: Final = 365
ROUNDS: Final = (time(9), time(15))
"""The hours at which things are entered and people go out to visit."""
SETTLED: Final = time(8)
"""On the morning of the first day the city settles in."""

A_HUNDRED_A_YEAR: Final = {
    "stays": 90,
    "cancelled stays": 4,
    "deaths": 5,
    "deaths in hospital": 3,
    "false deaths": 1,
    "family changes": 6,
    "hardships": 8,
    "moves": 6,
    "absences": 10,
    "departures": 1,
}
SEVERAL_DAYS: Final = (2, 3, 4, 5, 6, 8, 10, 14, 21, 45)
"""How long a stay lasts, each as often as the others."""
_CHANGES: Final = ("spouse-died", "child-died", "disaster", "other")
_HARDSHIPS: Final = ("illness", "other", "no-self-care", "disaster", "poverty")
"""Such as every shipped pack knows."""
_CATEGORIES: Final = ("with-relatives", "living-alone", "in-institution", "relocated")
_ABSENCES: Final = ("with-family", "travelling")
SERVICES: Final = ("registry", "medical", "visits", "notify", "gateway")


def script(city: City, first: date, seed: int) -> tuple[h.Happening, ...]:
    """The whole year that begins with this day, in the order of its hours."""
    return tuple(sorted(_Writing(city, first, seed).everything(), key=lambda happening: happening.at))


def forgotten(city: City) -> tuple[Person, Person]:
    """The relocated pair of one unit whom nobody visits (P1)."""
    for unit in city.units:
        away = [person for person in city.of_unit(unit) if person.category == "relocated"]
        if len(away) >= 2:
            return away[0], away[1]
    raise ValueError("no unit of this city has two relocated people")


def outages(first: date) -> tuple[h.Outage, ...]:
    """All services over the eve of Spring Festival, two of them for a working day, the database in the typhoon."""
    days = [day_of("spring-festival", year) for year in (first.year, first.year + 1)]
    spring = next(day for day in days if day is not None and first <= day < first + timedelta(days=DAYS))
    return (
        h.Outage(_at(spring, time(18), -1), _at(spring, time(9), 2), SERVICES),
        h.Outage(_at(first, time(8), 120), _at(first, time(19), 120), ("visits", "notify")),
        h.Outage(_at(first, time(14), 235), _at(first, time(20), 235), ("postgres",)),
    )


def _at(day: date, hour: time, later: int = 0) -> datetime:
    return datetime.combine(day + timedelta(days=later), hour, SHANGHAI)


class _Writing:
    """Chooses, and remembers until when everybody is busy with what befell them."""

    def __init__(self, city: City, first: date, seed: int) -> None:
        self._city, self._first, self._rng = city, first, random.Random(f"year {seed}")  # noqa: S311 - a story, no secret
        self._outages = outages(first)
        pair = {person.person_id for person in forgotten(city)}
        self._free: dict[PersonId, int] = {p.person_id: 0 for p in city.people if p.person_id not in pair}
        self._category = {person.person_id: person.category for person in city.people}
        self._numbers = 0

    def everything(self) -> Iterator[h.Happening]:
        yield from self._of_the_city()
        written: dict[str, Callable[[int], Iterator[h.Happening]]] = {
            "stays": self._stay,
            "cancelled stays": self._cancelled_stay,
            "deaths": self._death,
            "deaths in hospital": self._death_in_hospital,
            "false deaths": self._false_death,
            "family changes": self._family_change,
            "hardships": self._hardship,
            "moves": self._move,
            "absences": self._absence,
            "departures": self._departure,
        }
        drawn = [
            (self._entered(self._rng.randrange(1, DAYS - 4)), name)
            for name, often in A_HUNDRED_A_YEAR.items()
            for _ in range(-(-often * len(self._city.people) // 100))
        ]
        for day, name in sorted(drawn):
            yield from written[name](day)

    def _of_the_city(self) -> Iterator[h.Happening]:
        yield from self._outages
        ended, heir = self._units_to_merge()
        yield h.Merged(self._hour(150), derived("invented-reform", self._city.seed), ended, heir)
        counties = sorted({person.county for person in self._city.people})
        yield h.Typhoon(self._hour(235), tuple(counties[:3]))
        for festival in ZH:
            for year in (self._first.year, self._first.year + 1):
                day = day_of(festival, year)
                if day is not None and 7 < (day - self._first).days < DAYS:
                    yield h.FestivalVisits(_at(day, ROUNDS[0], -7), festival)

    def _units_to_merge(self) -> tuple[UnitId, UnitId]:
        """Two neighbours; not the one whose relocated people nobody visits."""
        kept = forgotten(self._city)[0].unit_id
        own = [unit for unit in self._city.units if unit.party == "unit" and unit.unit_id != kept]
        ended = own[1]
        heir = next(u for u in own if u.unit_id != ended.unit_id and u.reports_to == ended.reports_to)
        return ended.unit_id, heir.unit_id

    def _stay(self, day: int) -> Iterator[h.Happening]:
        length = self._rng.choice(SEVERAL_DAYS)
        visit, person, hospital = self._visit(), self._somebody(day, day + length), self._hospital()
        yield h.Admitted(self._hour(day), person, visit, hospital)
        yield h.Discharged(self._hour(day + length), person, visit)

    def _cancelled_stay(self, day: int) -> Iterator[h.Happening]:
        visit, person, hospital = self._visit(), self._somebody(day, day + 1), self._hospital()
        yield h.Admitted(self._hour(day), person, visit, hospital)
        yield h.AdmissionCancelled(self._hour(day + 1), person, visit)

    def _death(self, day: int) -> Iterator[h.Happening]:
        person = self._somebody(day, DAYS + max(SEVERAL_DAYS))
        yield h.Died(self._hour(day), person, derived("invented-death", person))

    def _death_in_hospital(self, day: int) -> Iterator[h.Happening]:
        visit, person, hospital = self._visit(), self._somebody(day, DAYS + max(SEVERAL_DAYS)), self._hospital()
        yield h.Admitted(self._hour(day), person, visit, hospital)
        yield h.DiedInHospital(self._hour(self._entered(day + 4)), person, visit)

    def _false_death(self, day: int) -> Iterator[h.Happening]:
        person = self._somebody(day, day + 9)
        report_id = derived("invented-false-death", person, day)
        yield h.Died(self._hour(day), person, report_id)
        yield h.DeathRetracted(self._hour(day + 2), person, report_id)

    def _family_change(self, day: int) -> Iterator[h.Happening]:
        person = self._somebody(day, day + 1)
        change_id = derived("invented-change", person, day)
        yield h.FamilyChanged(self._hour(day), person, change_id, self._rng.choice(_CHANGES))

    def _hardship(self, day: int) -> Iterator[h.Happening]:
        person = self._somebody(day, day + 1)
        hardship_id = derived("invented-hardship", person, day)
        yield h.InHardship(self._hour(day), person, hardship_id, self._rng.choice(_HARDSHIPS))

    def _move(self, day: int) -> Iterator[h.Happening]:
        """Into another class, and for good: who has moved is not moved again."""
        person = self._somebody(day, day + 1, still=self._first_class)
        category = self._rng.choice([name for name in _CATEGORIES if name != self._category[person]])
        self._category[person] = category
        yield h.Reclassed(self._hour(day), person, derived("invented-move", person, day), category)

    def _first_class(self, person: PersonId) -> bool:
        return self._category[person] == self._city.person[person].category

    def _absence(self, day: int) -> Iterator[h.Happening]:
        length = self._rng.choice((14, 21, 30, 42))
        person = self._somebody(day, day + length)
        until = _at(self._first, time(18), day + length)
        absence_id = derived("invented-absence", person, day)
        yield h.Away(self._hour(day), person, absence_id, self._rng.choice(_ABSENCES), until)

    def _departure(self, day: int) -> Iterator[h.Happening]:
        person = self._somebody(day, DAYS + max(SEVERAL_DAYS))
        yield h.MovedAway(self._hour(day), person, derived("invented-departure", person))

    def _somebody(self, day: int, until: int, still: Callable[[PersonId], bool] = lambda _: True) -> PersonId:
        """Who is at home and free, and busy with this until two days after."""
        free = [person for person, since in self._free.items() if since <= day and still(person)]
        person = self._rng.choice(free)
        self._free[person] = until + 3
        return person

    def _visit(self) -> str:
        self._numbers += 1
        return f"ZY{self._first:%y%m%d}{self._city.seed:04d}{self._numbers:06d}"

    def _hospital(self) -> str:
        return self._rng.choice(self._city.hospitals)

    def _hour(self, day: int) -> datetime:
        return _at(self._first, self._rng.choice(ROUNDS), day)

    def _entered(self, day: int) -> int:
        """The day itself, or the first after an outage that it or the two after it would fall into: nobody could enter it."""
        for outage in self._outages:
            down, up = ((at.date() - self._first).days for at in (outage.at, outage.until))
            if down - 2 <= day <= up:
                return up + 1
        return day
