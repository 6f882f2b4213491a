"""Which role the officer of a unit holds, and who is named for each person: the city's own, lent to every decision."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Found(StrEnum):
    """Whose officer it is."""

    OWN = "own"
    """The person's own unit's alone: the leader of a unit further up is not their leader."""
    UPWARDS = "upwards"
    """The nearest unit's that there is, from their own upwards."""
    BESIDE = "beside"
    """That of the unit beside their own: the community or institution where they live."""


@dataclass(frozen=True, slots=True)
class Office:
    """What the officer of a unit of one party is."""

    role: str
    found: Found


@dataclass(frozen=True, slots=True)
class Named:
    """A role whose holder is named for each person, not for a unit."""

    role: str
    party: str


@dataclass(frozen=True, slots=True)
class Needed:
    """A role that somebody must hold for each person of these kinds and categories; empty = of all."""

    role: str
    kinds: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()

    def by(self, kind: str | None, category: str | None) -> bool:
        return (not self.kinds or kind in self.kinds) and (not self.categories or category in self.categories)


@dataclass(frozen=True, slots=True)
class Offices:
    """The roles of one city."""

    of: Mapping[str, Office]
    """By party; the units of one that is not here answer for nobody."""
    liaison: Named
    needed: tuple[Needed, ...] = ()
    group_officer: Named | None = None
    """None = no group keeps in touch with anybody."""
