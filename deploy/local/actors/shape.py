"""What an invented city is made of before anybody in it has a name: units, groups, and where and how each person lives."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

CITY: Final = "双塔市"
HOSPITAL: Final = "第一医院"
COUNTIES: Final = ("东塔区", "西塔区", "双桥县")

CATEGORIES: Final = (
    *("living-alone", "with-relatives", "with-relatives", "living-alone", "in-institution"),
    *("with-relatives", "relocated", "with-relatives", "living-alone", "with-relatives"),
)
"""Of ten people in a row: the reports give no figures, so this is chosen."""

PER_UNIT: Final = 10
PER_COMMUNITY: Final = 15
MOST_HOLDERS: Final = 9000
"""There are ten thousand invented numbers; a large city gives each holder more people instead of more numbers."""

_WORK: Final = ("交通", "教育", "农业", "水利", "财政", "商业", "邮电", "林业", "卫生", "文化")
_OLDEST: Final = date(1926, 1, 1)
_DAYS: Final = 7000


@dataclass(frozen=True, slots=True)
class Post:
    """A unit before it has an officer. `above` is the place in the list of the one that it reports to."""

    kind: str
    name: str
    party: str
    county: str
    above: int | None
    nature: str = ""
    """Of a unit that people belong to: organ 机关, institution 事业单位, enterprise 企业 (row 01)."""


@dataclass(frozen=True, slots=True)
class Resident:
    """Somebody before they have a name. `unit` and `community` are places in the list of posts."""

    unit: int
    community: int
    kind: str
    category: str
    born: date
    place: int = 1
    """Tells apart those who were born on one day."""
    member: bool = False
    """Of the Party."""


@dataclass(frozen=True, slots=True)
class Grouping:
    """A group of a bureau's staff and the residents whom it keeps in touch with (row 10), by their places in the lists."""

    name: str
    bureau: int
    least: int
    most: int
    residents: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    posts: tuple[Post, ...]
    residents: tuple[Resident, ...]
    groups: tuple[Grouping, ...] = ()
    with_teams: bool = False
    """Whether a care team stands around each person (row 68)."""
    hospitals: tuple[str, ...] = (HOSPITAL,)


def of_size(people: int, seed: int) -> Shape:
    """As small or as large as a demo, a test or a bench wants it."""
    per_unit = max(PER_UNIT, -(-people * 3 // MOST_HOLDERS))
    posts = list(_offices(COUNTIES))
    first = len(posts)
    for n in range(max(len(COUNTIES), -(-people // per_unit))):
        county, above = COUNTIES[n % len(COUNTIES)], 1 + n % len(COUNTIES)
        posts.append(Post("单位", f"{county}{_WORK[n // 3 % len(_WORK)]}局{_number(n)}", "unit", county, above))
    beyond = len(posts)
    for n in range(max(len(COUNTIES), -(-people // max(PER_COMMUNITY, per_unit)))):
        county, above = COUNTIES[n % len(COUNTIES)], 1 + n % len(COUNTIES)
        posts.append(Post("社区", f"{county}{n // len(COUNTIES) + 1}号社区", "community", county, above))
    return Shape(tuple(posts), tuple(_anybody(people, seed, posts, first, beyond)))


def _offices(counties: tuple[str, ...]) -> Iterator[Post]:
    """The organisation department, and a bureau for each county behind it."""
    yield Post("组织部", f"{CITY}委组织部", "organisation-department", counties[0], None)
    for county in counties:
        yield Post("局", f"{county}委老干部局", "bureau", county, 0)


def _anybody(people: int, seed: int, posts: list[Post], first: int, beyond: int) -> Iterator[Resident]:
    near = {county: [n for n in range(beyond, len(posts)) if posts[n].county == county] for county in COUNTIES}
    own = beyond - first
    for n in range(people):
        unit = first + n % own
        communities = near[posts[unit].county]
        place, day = divmod(n, _DAYS)  # 37 and 7,000 share no factor: another birthday for each of 7,000 in a row
        yield Resident(
            unit=unit,
            community=communities[n // own % len(communities)],
            kind="veteran-cadre" if n % 3 else "retired-cadre",
            category=CATEGORIES[n % len(CATEGORIES)],
            born=_OLDEST + timedelta(days=(day * 37 + seed) % _DAYS),
            place=place + 1,
        )


def _number(n: int) -> str:
    """Empty for the first of each name."""
    again = n // (len(COUNTIES) * len(_WORK))
    return f"{again + 1}分局" if again else ""
