"""How the invented city is made to fit a pack: its counties, the offices above its bureaus, and who is named for each person.

Nothing of a pack is written here: parties, officers and care teams are read from its words. A pack that names no care team
gets the one that the report tells of.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final, Self

from bus.pack import Words, read_words
from bus.pack.roles import Need
from deploy.local.actors.shape import CITY, Post
from deploy.local.actors.whole_city import CITY_LEVEL

OFFICERS: Final = MappingProxyType(
    {"unit": "unit-leader", "bureau": "bureau-officer", "community": "community-worker",
     "organisation-department": "organisation-department"}
)  # fmt: skip
OF_EACH: Final = ("relative",)
"""Roles whose holder is each person's own; of the others one stands around all who live in one community."""


@dataclass(frozen=True, slots=True)
class Fitting:
    """What a pack asks of a city beside its people."""

    city: str = CITY
    counties: tuple[str, ...] = ()
    """Those that have a layer of their own: the smallest counties of the city bear their names."""
    officers: Mapping[str, str] = field(default_factory=lambda: OFFICERS)
    """The role of whoever answers for a unit, by its party."""
    above: tuple[Post, ...] = ()
    """Offices above the organisation department, each under the one before it: the committee, the youth league, a hotline."""
    institution: str = "community"
    """The party of a home in which people live."""
    team: Mapping[str, Need] | None = None
    """Who must stand around whom; None = the team of the report."""
    grouped: bool = True
    """The bureau's staff keep in touch with people in groups."""

    @classmethod
    def of(cls, pack: Path, counties: Iterable[str] = ()) -> Self:
        """`counties`: those of the pack that have rules of their own."""
        words = read_words(pack)
        named = {role: words.roles[role].needed_by for role in words.care_team if _is_named(words, role)}
        return cls(
            city=words.city,
            counties=tuple(counties),
            officers={name: party.officer for name, party in words.parties.items() if party.officer is not None},
            above=tuple(_above(words)),
            institution="institution" if "institution" in words.beside else "community",
            team=named or None,
            grouped=words.group_officer is not None,
        )

    def called(self, counties: Mapping[str, int]) -> Mapping[str, str]:
        """What each county is called here: the smallest bear the names of those that the pack has a layer for."""
        smallest = sorted((name for name in counties if name != CITY_LEVEL), key=lambda name: counties[name])
        return dict(zip(smallest, self.counties, strict=False))

    def needed(self, kind: str, category: str) -> Iterator[str]:
        """The roles that somebody must hold for such a person."""
        for role, by in (self.team or {}).items():
            if (not by.kinds or kind in by.kinds) and (not by.categories or category in by.categories):
                yield role


def _is_named(words: Words, role: str) -> bool:
    """For each person, by whoever keeps their team: neither the liaison, nor the officer of a unit, nor by a group."""
    return role in words.team and role != words.group_officer


def _above(words: Words) -> Iterator[Post]:
    """Whoever else is found upwards, in one line, for a card looks in the line above the unit alone; the first is the highest."""
    others = (
        (name, party) for name, party in words.parties.items() if party.found == "upwards" and name not in OFFICERS
    )
    for n, (name, party) in enumerate(others):
        yield Post("机关", f"{words.city}{party.zh}", name, CITY_LEVEL, n - 1 if n else None)
