"""How an invented city is made: everybody of a shape has a name and numbers, the same for the same seed for ever."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Final
from uuid import UUID

from contracts.ids import HolderId, PersonId, UnitId, derived
from contracts.resident_id import check_digit
from deploy.local.actors import whole_city
from deploy.local.actors.city import City, Group, Holder, Person, Unit
from deploy.local.actors.fitting import OF_EACH, Fitting
from deploy.local.actors.shape import Grouping, Post, Resident, Shape, of_size

SEED: Final = 101
"""Of the default city. The seed stands in the area of every resident ID (99 and four digits), so two cities never collide."""
WHOLE_SEED: Final = 273
"""Of the whole city."""
SPECIAL: Final = ("404", "588", "500", "060", "111", "222", "333", "777", "999", "998", "997")
"""Endings of numbers that the simulated carrier does not simply deliver."""
_SURNAMES: Final = "赵钱孙李周吴郑王冯陈蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜谢邹章苏潘葛范彭"
_GIVEN: Final = tuple(a + b for a in "测样例演示虚拟" for b in "福康宁寿和平乐安顺")
NEAR: Final = ("family-doctor", "care-adviser", "grid-worker")
"""Of a care team: one of each in a community, around all who live there."""


def build(people: int = 30, *, seed: int = SEED, special: Sequence[str] = ()) -> City:
    """A city of so many people. `special` numbers (`"404"` …) are given to the liaisons of the last units, one each."""
    return _Making(seed).city(of_size(people, seed), special)


def whole(
    fitting: Fitting = Fitting(), *, seed: int = WHOLE_SEED, of_county: Mapping[str, int] = whole_city.OF_COUNTY
) -> City:
    """The whole city of 273 people, with groups and care teams, as a pack wants it; `of_county`: a smaller one, for a test."""
    called = fitting.called(of_county)
    counties = {called.get(name, name): people for name, people in of_county.items()}
    shape = whole_city.shape(counties, city=fitting.city, above=fitting.above, institution=fitting.institution)
    city = _Making(seed, fitting).city(shape if fitting.grouped else replace(shape, groups=()), ())
    return replace(city, name=fitting.city)


class _Making:
    """Gives everybody of a shape a name and numbers, and counts what was given out, so that nothing is given twice."""

    def __init__(self, seed: int, fitting: Fitting = Fitting()) -> None:
        self._fitting = fitting
        if not 0 <= seed <= 9999:
            raise ValueError("the seed is four digits of a resident ID")
        self.seed = seed
        self._numbers = self._plain_numbers()
        self._holders = count()
        self._special: set[str] = set()

    def city(self, shape: Shape, special: Sequence[str]) -> City:
        units = self._units(shape.posts)
        own = [unit for unit in units if unit.party == "unit"]
        endings = dict(zip((unit.unit_id for unit in reversed(own)), special, strict=False))
        liaisons = {unit.unit_id: self._holder("liaison", ending=endings.get(unit.unit_id)) for unit in own}
        near = self._near(units) if shape.with_teams else {}
        people = tuple(self._person(n, resident, units, liaisons, near) for n, resident in enumerate(shape.residents))
        groups = tuple(self._group(grouping, units, people) for grouping in shape.groups)
        return City(self.seed, units, people, groups, shape.hospitals)

    def _units(self, posts: Sequence[Post]) -> tuple[Unit, ...]:
        units: list[Unit] = []
        for post in posts:
            above = None if post.above is None else units[post.above].unit_id
            holder = self._holder(self._fitting.officers[post.party])
            unit_id = UnitId(self._id(post.kind, post.name))
            units.append(Unit(unit_id, post.name, post.party, post.county, above, holder, post.nature))
        return tuple(units)

    def _near(self, units: Sequence[Unit]) -> Mapping[UnitId, tuple[Holder, ...]]:
        """Around all who live in one place."""
        team = self._fitting.team
        roles = NEAR if team is None else [role for role in team if role not in OF_EACH]
        beside = {"community", self._fitting.institution}
        return {u.unit_id: tuple(map(self._holder, roles)) for u in units if u.party in beside}

    def _person(
        self, n: int, resident: Resident, units: Sequence[Unit], liaisons: Mapping[UnitId, Holder],
        near: Mapping[UnitId, tuple[Holder, ...]],
    ) -> Person:  # fmt: skip
        unit, community_id = units[resident.unit], units[resident.community].unit_id
        return Person(
            person_id=PersonId(self._id("person", n)),
            name=_name(n),
            resident_id=self._resident_id(resident),
            phone=f"1990000{(9999 - n) % 10_000:04d}",
            kind=resident.kind,
            category=resident.category,
            county=unit.county,
            unit_id=unit.unit_id,
            community_id=community_id,
            liaison=liaisons[unit.unit_id],
            member=resident.member,
            team=self._team(resident, near[community_id]) if near else (),
        )

    def _team(self, resident: Resident, near: tuple[Holder, ...]) -> tuple[Holder, ...]:
        """Who lives elsewhere has nobody of the community; a relative is known of those who have one near.

        Of a pack that says who must stand around whom, everybody has just those.
        """
        if self._fitting.team is not None:
            needed = list(self._fitting.needed(resident.kind, resident.category))
            own = [self._holder(role) for role in OF_EACH if role in needed]
            return (*(holder for holder in near if holder.role in needed), *own)
        if resident.category == "relocated":
            return (self._holder("relative"),)
        doctor, adviser, grid = near
        if resident.category == "living-alone":
            return doctor, adviser, grid
        return (doctor, adviser, self._holder("relative")) if resident.category == "with-relatives" else near[:2]

    def _group(self, grouping: Grouping, units: Sequence[Unit], people: Sequence[Person]) -> Group:
        return Group(
            self._id("group", grouping.name), grouping.name, units[grouping.bureau].unit_id, grouping.least,
            grouping.most, self._holder("group-officer"), tuple(people[n].person_id for n in grouping.residents),
        )  # fmt: skip

    def _holder(self, role: str, *, ending: str | None = None) -> Holder:
        n = next(self._holders)
        phone = self._number_ending(ending) if ending else next(self._numbers)
        return Holder(HolderId(self._id("holder", n)), role, _name(n * 7 + 3), phone)

    def _resident_id(self, resident: Resident) -> str:
        body = f"99{self.seed:04d}{resident.born:%Y%m%d}{resident.place:03d}"
        return body + check_digit(body)

    def _plain_numbers(self) -> Iterator[str]:
        """Numbers that the carrier simply delivers. Small cities of other seeds have others."""
        for n in range(10_000):
            number = f"1990000{(self.seed * 100 + n) % 10_000:04d}"
            if not number.endswith(SPECIAL):
                yield number

    def _number_ending(self, ending: str) -> str:
        number = next(f"1990000{digit}{ending}" for digit in "9876543210" if f"{digit}{ending}" not in self._special)
        self._special.add(number[-4:])
        return number

    def _id(self, kind: str, name: object) -> UUID:
        return derived("invented-city", self.seed, kind, name)


def _name(n: int) -> str:
    """A surname that exists, and a given name that says it is invented."""
    return _SURNAMES[n % len(_SURNAMES)] + _GIVEN[n // len(_SURNAMES) % len(_GIVEN)]
