"""The shape of the whole invented city: 273 people in the proportions that the report of a real one gives (row 01).

The report counts the city as a whole (273), those of the city level (91) and the smallest county (9). Of the city level it
tells age, kind of unit and Party membership; the counties are given the same shares, and how many live in each between the
largest and the smallest is chosen, as are the four classes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from deploy.local.actors.shape import CATEGORIES, CITY, HOSPITAL, Grouping, Post, Resident, Shape

AS_OF: Final = date(2026, 10, 31)
"""When the counts were taken; the report's own date is the end of October 2019."""

CITY_LEVEL: Final = "市直"
OF_COUNTY: Final = {
    CITY_LEVEL: 91,
    "东塔区": 32,
    "西塔区": 28,
    "双桥县": 26,
    "南塔县": 24,
    "石桥县": 21,
    "云桥县": 17,
    "塔前县": 14,
    "塔后县": 11,
    "塔山县": 9,
}
SMALL: Final = {CITY_LEVEL: 34, "塔山县": 9}
"""As few as still have a relocated pair of one unit, and the smallest county."""
PEOPLE: Final = 273
OF_CITY_LEVEL: Final = 91
AGED_90: Final = 43
MEMBERS: Final = 78
NATURES: Final = {"organ": 42, "institution": 30, "enterprise": 19}
"""Of the 91: how many belong to units of each kind."""

GROUPS: Final = 8
LEAST, MOST = 10, 20
PER_UNIT: Final = 6
PER_COMMUNITY: Final = 8
CLINICS: Final = 18
"""Hospitals at which cadres are treated."""

_NAMES: Final = {
    "organ": ("办公室", "政府办公室", "法院", "检察院", "教育局", "财政局", "水利局", "市场监管局"),
    "institution": ("第一中学", "公路局", "图书馆", "农科所", "党校", "文化馆"),
    "enterprise": ("粮食公司", "供销公司", "运输公司", "印刷厂"),
}
_YOUNGEST_90: Final = date(AS_OF.year - 90, AS_OF.month, AS_OF.day)
_YOUNGEST: Final = date(AS_OF.year - 80, AS_OF.month, AS_OF.day)


def shape(
    of_county: Mapping[str, int] = OF_COUNTY, *, city: str = CITY, above: tuple[Post, ...] = (),
    institution: str = "community",
) -> Shape:  # fmt: skip
    """The same for ever: names and numbers come from the seed of the city that is made of it.

    `above`: offices over the organisation department; `institution`: the party of a home in which people live.
    """
    making = _Making(of_county, city, above, institution)
    for county, people in of_county.items():
        making.settle(county, people)
    clinics = tuple(_clinics([county for county in of_county if county != CITY_LEVEL]))
    return Shape(tuple(making.posts), tuple(making.residents), tuple(making.groups), with_teams=True, hospitals=clinics)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the people of one county belong and live."""

    units: tuple[int, ...]
    """One for each of its people: the unit that they belong to."""
    communities: tuple[int, ...]
    institution: int


class _Making:
    def __init__(self, of_county: Mapping[str, int], city: str, above: tuple[Post, ...], institution: str) -> None:
        self._city, self._institution = city, institution
        top = len(above)
        highest = top - 1 if above else None
        self.posts = [
            *above,
            Post("组织部", f"{city}委组织部", "organisation-department", next(iter(of_county)), highest),
        ]
        self._bureaus = {county: top + n for n, county in enumerate(of_county, 1)}
        self.posts += [Post("局", f"{self._called(county)}委老干部局", "bureau", county, top) for county in of_county]
        self.residents: list[Resident] = []
        self.groups: list[Grouping] = []

    def settle(self, county: str, people: int) -> None:
        bureau = self._bureaus[county]
        place = self._place(county, people, bureau)
        first = len(self.residents)
        for n in range(people):
            self.residents.append(self._resident(place, n, first + n))
        mine = range(first, len(self.residents))
        if county == CITY_LEVEL:
            self.groups += [_group(county, bureau, mine[k::GROUPS], k + 1) for k in range(GROUPS)]
        else:  # the report has groups at the city level alone; a county's bureau is one, however large
            self.groups.append(Grouping(f"{county}挂组", bureau, 1, people + LEAST, tuple(mine)))

    def _place(self, county: str, people: int, bureau: int) -> _Place:
        units: list[int] = []
        for nature, belonging in shared(people, NATURES).items():
            offices = -(-belonging // PER_UNIT)
            of_nature = [
                self._post("单位", f"{self._called(county)}{name}", "unit", county, bureau, nature)
                for name in _NAMES[nature][:offices]
            ]
            units += [of_nature[n % offices] for n in range(belonging)]
        communities = tuple(
            self._post("社区", f"{self._called(county)}{n + 1}号社区", "community", county, bureau)
            for n in range(-(-people // PER_COMMUNITY))
        )
        institution = self._post("社区", f"{self._called(county)}福利院", self._institution, county, bureau)
        return _Place(tuple(units), communities, institution)

    def _called(self, county: str) -> str:
        """Offices of the city level bear the name of the city."""
        return self._city if county == CITY_LEVEL else county

    def _post(self, kind: str, name: str, party: str, county: str, bureau: int, nature: str = "") -> int:
        self.posts.append(Post(kind, name, party, county, bureau, nature))
        return len(self.posts) - 1

    def _resident(self, place: _Place, n: int, nth: int) -> Resident:
        """Shares are spread evenly over every 91 in a row, of whom the city level are the first."""
        category = CATEGORIES[nth % len(CATEGORIES)]
        aged = _in_every(nth, AGED_90)
        return Resident(
            unit=place.units[n],
            community=place.institution
            if category == "in-institution"
            else place.communities[n % len(place.communities)],
            kind="veteran-cadre",
            category=category,
            born=(_YOUNGEST_90 if aged else _YOUNGEST) - timedelta(days=nth * 13),
            member=_in_every(nth, MEMBERS),
        )


def shared(people: int, parts: dict[str, int]) -> dict[str, int]:
    """So many people in these proportions, whole and adding up: what is left over goes to the largest remainders."""
    whole = sum(parts.values())
    found = {name: people * part // whole for name, part in parts.items()}
    by_remainder = sorted(parts, key=lambda name: -(people * parts[name] % whole))
    for name in by_remainder[: people - sum(found.values())]:
        found[name] += 1
    return found


def _in_every(nth: int, part: int) -> bool:
    """True for exactly `part` of every 91 in a row, evenly spread."""
    return nth * part % OF_CITY_LEVEL < part


def _group(county: str, bureau: int, residents: range, number: int) -> Grouping:
    return Grouping(f"{county}第{number}组", bureau, LEAST, MOST, tuple(residents))


def _clinics(counties: Sequence[str]) -> Iterator[str]:
    yield from (HOSPITAL, "第二医院", "中医院", "人民医院")
    for n in range(CLINICS - 4 if counties else 0):
        yield f"{counties[n % len(counties)]}{'医院' if n < len(counties) else '中医院'}"
