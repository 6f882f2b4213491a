"""What becomes of units that end (rows 07, P12): their people go to heirs, each of them with a liaison, and nobody is lost."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from contracts.ids import HolderId, PersonId, UnitId, derived
from contracts.refused import Refused
from contracts.registry import LineageBegun, LineageHeir, LineageSettled
from services.registry.domain.officer import Officer

LOOKS_EVERY = timedelta(seconds=10)
PATIENCE = timedelta(minutes=10)
"""Whoever has not arrived by then is missed, and somebody is told."""
LOOKS_AGAIN_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Heir:
    """A unit that takes people over."""

    unit_id: UnitId
    county: str
    officers: tuple[HolderId, ...] = ()
    """Those who move along: whoever they answered for, they answer for here."""
    liaison: Officer | None = None
    """Who answers for everybody else."""


@dataclass(frozen=True, slots=True)
class Destination:
    """To which heir one person goes."""

    lineage_id: UUID
    person_id: PersonId
    unit_id: UnitId


@dataclass(frozen=True, slots=True)
class Lineage:
    """One reform: units that end, and their heirs. It is settled when as many people have left as were counted before."""

    lineage_id: UUID
    county: str
    because: str
    """merged · split · abolished"""
    unit_ids: tuple[UnitId, ...]
    heirs: tuple[Heir, ...]
    document: str | None
    people_before: int
    begun_at: datetime
    look_at: datetime | None
    """When it is looked who has arrived. None = settled."""
    people_after: int | None = None
    """As was last said."""
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Roster:
    """The root: what became of the units of one city. All reforms pass here one after another, so that none undoes another."""

    roster_id: UUID
    city: str = ""
    lineages: Mapping[UUID, Lineage] = field(default_factory=dict)
    destinations: Mapping[UUID, Destination] = field(default_factory=dict)
    left: Mapping[UUID, Sequence[datetime]] = field(
        default_factory=dict, kw_only=True, compare=False, repr=False, metadata={"context": True}
    )
    """By lineage: when each person that it names left the unit that ended."""

    @property
    def ended(self) -> frozenset[UnitId]:
        return frozenset(unit_id for lineage in self.lineages.values() for unit_id in lineage.unit_ids)

    @property
    def look_at(self) -> datetime | None:
        return min((each.look_at for each in self.lineages.values() if each.look_at is not None), default=None)


@dataclass(frozen=True, slots=True)
class Belonging:
    """Somebody who is under care of a unit that is to end, and who answers for them."""

    person_id: PersonId
    liaison_id: HolderId | None


def unplaced(people: Sequence[Belonging], named: Sequence[Sequence[PersonId]]) -> dict[str, list[PersonId]]:
    """What is wrong with who goes where: everybody must go somewhere, to one heir, and nobody else may be named."""
    known = [each.person_id for each in people]
    times = Counter(person_id for people_of_heir in named for person_id in people_of_heir)
    return {
        "nowhere": [person_id for person_id in known if not times[person_id]],
        "twice": [person_id for person_id, n in times.items() if n > 1],
        "strangers": sorted(times.keys() - set(known)),
    }


def without_liaison(people: Sequence[Belonging], heir: Heir) -> list[PersonId]:
    """Whom the reform would leave without a liaison: their own does not move along, and the heir names nobody."""
    if heir.liaison is not None:
        return []
    return [each.person_id for each in people if each.liaison_id is None or each.liaison_id not in heir.officers]


def begin(
    roster: Roster, lineage: Lineage, city: str, destinations: Sequence[Destination]
) -> tuple[Roster, tuple[LineageBegun, ...]]:
    """A unit ends once, and its heirs are units that stand."""
    heirs = {heir.unit_id for heir in lineage.heirs}
    if again := roster.ended & set(lineage.unit_ids):
        raise Refused("unit-ended", f"单位 {min(again)} 已合并、分设或撤销", "unit_ids")
    if gone := heirs & roster.ended:
        raise Refused("heir-ended", f"接收单位 {min(gone)} 已合并、分设或撤销", "heirs")
    if heirs & set(lineage.unit_ids):
        raise Refused("heir-ends-too", "单位不能由自身接收", "heirs")
    named = {_id_of(each): each for each in destinations}
    after = replace(
        roster,
        city=city,
        lineages={**roster.lineages, lineage.lineage_id: lineage},
        destinations={**roster.destinations, **named},
    )
    return after, (_begun(city, lineage, destinations),)


def _begun(city: str, lineage: Lineage, destinations: Sequence[Destination]) -> LineageBegun:
    to = {
        heir.unit_id: [each.person_id for each in destinations if each.unit_id == heir.unit_id]
        for heir in lineage.heirs
    }
    return LineageBegun(
        city=city, county=lineage.county, lineage_id=lineage.lineage_id, because=lineage.because,
        unit_ids=lineage.unit_ids, document=lineage.document, begun_at=lineage.begun_at,
        heirs=tuple(LineageHeir(unit_id=unit_id, people=tuple(people)) for unit_id, people in to.items()),
    )  # fmt: skip


def _id_of(destination: Destination) -> UUID:
    """One for each person of a lineage, told again or not."""
    return derived("destination", destination.lineage_id, destination.person_id)


def look(roster: Roster, now: datetime) -> tuple[Roster, tuple[LineageSettled, ...]]:
    """Who has arrived? What is said once is said again only when it is another number."""
    looked = [_looked_at(roster, each, now) for each in roster.lineages.values() if _is_due(each, now)]
    after = replace(roster, lineages={**roster.lineages, **{each.lineage_id: each for each in looked}})
    news = [each for each in looked if each.people_after != roster.lineages[each.lineage_id].people_after]
    return after, tuple(_said(roster.city, each, now) for each in news)


def _is_due(lineage: Lineage, now: datetime) -> bool:
    return lineage.look_at is not None and lineage.look_at <= now


def _looked_at(roster: Roster, lineage: Lineage, now: datetime) -> Lineage:
    """Whoever left just now is counted next time: of two who left at once, one may not be committed yet."""
    arrived = sum(left_at <= now - LOOKS_EVERY for left_at in roster.left.get(lineage.lineage_id, ()))
    if arrived == lineage.people_before:
        return replace(lineage, people_after=arrived, settled_at=now, look_at=None)
    if now - lineage.begun_at < PATIENCE:
        return replace(lineage, look_at=now + LOOKS_EVERY)
    return replace(lineage, people_after=arrived, look_at=now + LOOKS_AGAIN_EVERY)


def _said(city: str, lineage: Lineage, now: datetime) -> LineageSettled:
    assert lineage.people_after is not None
    return LineageSettled(
        city=city, county=lineage.county, lineage_id=lineage.lineage_id, because=lineage.because,
        people_before=lineage.people_before, people_after=lineage.people_after, settled_at=now,
    )  # fmt: skip
