"""The invented city 双塔市: its units, their holders and its people. Pure data, and the same for the same seed for ever."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from itertools import count
from typing import Final
from uuid import UUID

from contracts.ids import HolderId, PersonId, UnitId, derived
from contracts.resident_id import check_digit

CITY: Final = "双塔市"
HOSPITAL: Final = "第一医院"
COUNTIES: Final = ("东塔区", "西塔区", "双桥县")
SEED: Final = 101
"""Of the default city. The seed stands in the area of every resident ID (99 and four digits), so two cities never collide."""

CATEGORIES: Final = (
    *("living-alone", "with-relatives", "with-relatives", "living-alone", "in-institution"),
    *("with-relatives", "relocated", "with-relatives", "living-alone", "with-relatives"),
)
"""Of ten people in a row."""

PER_UNIT: Final = 10
PER_COMMUNITY: Final = 15
MOST_HOLDERS: Final = 9000
"""There are ten thousand invented numbers; a large city gives each holder more people instead of more numbers."""

SPECIAL: Final = ("404", "588", "500", "060", "111", "222", "333", "777", "999", "998", "997")
"""Endings of numbers that the simulated carrier does not simply deliver."""

_SURNAMES: Final = "赵钱孙李周吴郑王冯陈蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜谢邹章苏潘葛范彭"
_GIVEN: Final = tuple(a + b for a in "测样例演示虚拟" for b in "福康宁寿和平乐安顺")
_WORK: Final = ("交通", "教育", "农业", "水利", "财政", "商业", "邮电", "林业", "卫生", "文化")
_OLDEST: Final = date(1926, 1, 1)
_DAYS: Final = 7000


@dataclass(frozen=True, slots=True)
class Holder:
    """A named officer who can be owed by. The last digits of the phone choose what the carrier does with an SMS."""

    holder_id: HolderId
    role: str
    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Unit:
    """Something that answers for people: a unit, a bureau, a community, the organisation department."""

    unit_id: UnitId
    name: str
    party: str
    county: str
    reports_to: UnitId | None
    holder: Holder


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody under care, in clear: there are only invented ones here."""

    person_id: PersonId
    name: str
    resident_id: str
    phone: str
    kind: str
    category: str
    county: str
    unit_id: UnitId
    community_id: UnitId
    liaison: Holder

    @property
    def birth_date(self) -> date:
        return date(int(self.resident_id[6:10]), int(self.resident_id[10:12]), int(self.resident_id[12:14]))

    @property
    def sex(self) -> str:
        """M or F, as the resident ID has it."""
        return "M" if int(self.resident_id[16]) % 2 else "F"


@dataclass(frozen=True)
class City:
    """Everybody. `units` come in an order in which each stands behind the one it reports to."""

    seed: int
    units: tuple[Unit, ...]
    people: tuple[Person, ...] = field(repr=False)

    @cached_property
    def unit(self) -> Mapping[UnitId, Unit]:
        return {unit.unit_id: unit for unit in self.units}

    @property
    def organisation(self) -> Unit:
        return self.units[0]

    def bureau(self, person: Person) -> Unit:
        """The bureau of the person's county."""
        above = self.unit[person.unit_id].reports_to
        assert above is not None
        return self.unit[above]

    def holder(self, person: Person, role: str) -> Holder:
        """Who holds the role for this person."""
        return {
            "liaison": person.liaison,
            "unit-leader": self.unit[person.unit_id].holder,
            "community-worker": self.unit[person.community_id].holder,
            "bureau-officer": self.bureau(person).holder,
            "organisation-department": self.organisation.holder,
        }[role]

    def living_alone(self) -> Iterator[Person]:
        return (person for person in self.people if person.category == "living-alone")


def build(people: int = 30, *, seed: int = SEED, special: Sequence[str] = ()) -> City:
    """A city of so many people. `special` numbers (`"404"` …) are given to the liaisons of the last units, one each."""
    making = _Making(seed, people)
    units = making.roster()
    own = [unit for unit in units if unit.party == "unit"]
    endings = dict(zip((unit.unit_id for unit in reversed(own)), special, strict=False))
    liaisons = {unit.unit_id: making.holder("liaison", ending=endings.get(unit.unit_id)) for unit in own}
    return City(seed, units, tuple(making.people(units, liaisons)))


class _Making:
    """Counts what was given out, so that nothing is given twice."""

    def __init__(self, seed: int, people: int) -> None:
        if not 0 <= seed <= 9999:
            raise ValueError("the seed is four digits of a resident ID")
        self.seed, self.size = seed, people
        self._per_unit = max(PER_UNIT, -(-people * 3 // MOST_HOLDERS))
        self._numbers = self._plain_numbers()
        self._holders = count()
        self._special: set[str] = set()

    def roster(self) -> tuple[Unit, ...]:
        top = self._unit("组织部", f"{CITY}委组织部", "organisation-department", COUNTIES[0], None)
        bureaus = [self._unit("局", f"{county}委老干部局", "bureau", county, top) for county in COUNTIES]
        units = [
            self._unit(
                "单位", f"{county}{_WORK[n // len(COUNTIES) % len(_WORK)]}局{_number(n)}", "unit", county, bureau
            )
            for n in range(max(len(COUNTIES), -(-self.size // self._per_unit)))
            for county, bureau in [(COUNTIES[n % len(COUNTIES)], bureaus[n % len(COUNTIES)])]
        ]
        communities = [
            self._unit("社区", f"{county}{n // len(COUNTIES) + 1}号社区", "community", county, bureau)
            for n in range(max(len(COUNTIES), -(-self.size // max(PER_COMMUNITY, self._per_unit))))
            for county, bureau in [(COUNTIES[n % len(COUNTIES)], bureaus[n % len(COUNTIES)])]
        ]
        return (top, *bureaus, *units, *communities)

    def people(self, units: Sequence[Unit], liaisons: Mapping[UnitId, Holder]) -> Iterator[Person]:
        own = [unit for unit in units if unit.party == "unit"]
        near = {county: [u for u in units if u.party == "community" and u.county == county] for county in COUNTIES}
        for n in range(self.size):
            unit = own[n % len(own)]
            communities = near[unit.county]
            yield Person(
                person_id=PersonId(self._id("person", n)),
                name=_name(n),
                resident_id=self._resident_id(n),
                phone=f"1990000{(9999 - n) % 10_000:04d}",
                kind="veteran-cadre" if n % 3 else "retired-cadre",
                category=CATEGORIES[n % len(CATEGORIES)],
                county=unit.county,
                unit_id=unit.unit_id,
                community_id=communities[n // len(own) % len(communities)].unit_id,
                liaison=liaisons[unit.unit_id],
            )

    def holder(self, role: str, *, ending: str | None = None) -> Holder:
        n = next(self._holders)
        phone = self._number_ending(ending) if ending else next(self._numbers)
        return Holder(HolderId(self._id("holder", n)), role, _name(n * 7 + 3), phone)

    def _unit(self, kind: str, name: str, party: str, county: str, above: Unit | None) -> Unit:
        unit_id = UnitId(self._id(kind, name))
        role = {"unit": "unit-leader", "bureau": "bureau-officer", "community": "community-worker"}.get(party, party)
        return Unit(unit_id, name, party, county, above.unit_id if above else None, self.holder(role))

    def _resident_id(self, n: int) -> str:
        """Another birthday for each of 7,000 in a row, then another place on the same day: never the same number."""
        place, day = divmod(n, _DAYS)
        born = _OLDEST + timedelta(days=(day * 37 + self.seed) % _DAYS)  # 37 and 7,000 share no factor
        body = f"99{self.seed:04d}{born:%Y%m%d}{place + 1:03d}"
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


def _number(n: int) -> str:
    """Empty for the first of each name."""
    again = n // (len(COUNTIES) * len(_WORK))
    return f"{again + 1}分局" if again else ""
