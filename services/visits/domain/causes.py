"""The facts that can raise a duty, by the name that a rule calls them, and the situations that last with facts."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from uuid import UUID

from services.visits.domain.care import Care, episode


@dataclass(frozen=True, slots=True)
class Happening:
    """One standing cause: when we knew of it, and when it happened, where that is known."""

    id: UUID
    known_at: datetime
    happened_at: datetime | None


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of cause: which of them stand now. One that stands no more has been retracted."""

    kind: str
    standing: Callable[[Care], Iterator[Happening]]


def _stays(care: Care) -> Iterator[Happening]:
    for stay in care.stays.values():
        if stay.heard_at is not None and stay.cancelled_at is None:
            yield Happening(stay.stay_id, stay.heard_at, stay.admitted_at)


def _deaths(care: Care) -> Iterator[Happening]:
    death = episode(care)
    if death is not None and death.heard_at is not None:
        yield Happening(death.report_id, death.heard_at, death.died_at)


def _family_changes(care: Care) -> Iterator[Happening]:
    for change in care.family_changes.values():
        day = change.happened_on
        at = datetime.combine(day, time(), care.policy.zone).astimezone(UTC) if day else None
        yield Happening(change.change_id, change.heard_at, at)


def _hardships(care: Care) -> Iterator[Happening]:
    for hardship in care.hardships.values():
        yield Happening(hardship.hardship_id, hardship.heard_at, hardship.reported_at)


SOURCES: Mapping[str, Source] = {
    "stay-admitted": Source("stay", _stays),
    "family-changed": Source("family-change", _family_changes),
    "hardship-reported": Source("hardship", _hardships),
    "death-reported": Source("death", _deaths),
}
"""What `when: {event: …}` of a rule may name."""

STANDING: Mapping[str, Callable[[Care], Iterator[Happening]]] = {
    source.kind: source.standing for source in SOURCES.values()
}


def _going_on(care: Care) -> Iterator[datetime]:
    return (stay.heard_at for stay in care.stays.values() if stay.goes_on and stay.heard_at is not None)


LASTS_WITH: Mapping[str, Callable[[Care], Iterator[datetime]]] = {
    "stay": _going_on,
    "hardship": lambda care: (hardship.heard_at for hardship in care.hardships.values()),
    "family-change": lambda care: (change.heard_at for change in care.family_changes.values()),
}
"""What `while:` of a situation may name: since when each of its grounds has been known."""


def situations(care: Care) -> Mapping[str, datetime]:
    """The situations that hold now, and since when we know."""
    since = {name: min(LASTS_WITH[ground](care), default=None) for name, ground in care.policy.situations.items()}
    return {name: at for name, at in since.items() if at is not None}
