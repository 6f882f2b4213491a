"""Units that end, and their heirs, as the registry has told: whom the proof names, and who answers for a unit that is no more."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.ids import PersonId, UnitId


@dataclass(frozen=True, slots=True)
class Heir:
    """A unit that takes people over, and whom."""

    unit_id: UnitId
    people: tuple[PersonId, ...]


@dataclass(frozen=True, slots=True)
class Lineage:
    """The root: one reform. Without `begun_at` it was not heard yet."""

    lineage_id: UUID
    city: str = ""
    county: str = ""
    because: str = ""
    """merged · split · abolished"""
    unit_ids: tuple[UnitId, ...] = ()
    """The units that end."""
    heirs: tuple[Heir, ...] = ()
    document: str | None = None
    begun_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """When a unit ended, and which take its place."""

    at: datetime
    heirs: tuple[UnitId, ...]


Endings = Mapping[UnitId, Ending]


def line_of(unit_id: UnitId, endings: Endings) -> tuple[UnitId, ...]:
    """The unit, and all that came after it, each once. A unit ends once and its heirs stand then, so there is no way back."""
    return tuple(dict.fromkeys(_line(unit_id, endings)))


def _line(unit_id: UnitId, endings: Endings) -> Iterator[UnitId]:
    yield unit_id
    if (ended := endings.get(unit_id)) is not None:
        for heir in ended.heirs:
            yield from _line(heir, endings)
