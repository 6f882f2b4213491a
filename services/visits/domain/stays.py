"""One stay of which two files know, because they were one person's: what both have heard of it, whichever came first."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from contracts.ids import derived
from services.visits.domain.happenings import Discharged, Stay

_NEVER = datetime.min.replace(tzinfo=UTC)


def with_its_end(stay: Stay) -> Stay:
    """Which discharge stands, and since when we know of it, follows from the records."""
    back = stay.discharge_cancelled_at
    of_it = [one.heard_at for one in stay.discharges if back is None or back < one.recorded_at]
    return replace(
        stay,
        discharge_id=stay.stay_id if back is None else derived("discharge", stay.stay_id, back.isoformat()),
        discharge_heard_at=min(of_it, default=None),
    )


def joined(known: Stay | None, told: Stay) -> Stay:
    """Nothing that was heard is pushed away by what the other file knew before. What was given back is taken over anew."""
    if known is None or known.given_back_at is not None or known == told:
        return told
    first = min((known, told), key=lambda stay: (stay.heard_at is None, stay.heard_at or _NEVER))
    newest = max((known, told), key=lambda stay: stay.discharge_recorded_at or _NEVER)
    both = replace(
        known,
        admitted_at=first.admitted_at,
        heard_at=first.heard_at,
        discharged_at=newest.discharged_at,
        discharge_recorded_at=newest.discharge_recorded_at,
        discharges=_all(known, told),
        discharge_cancelled_at=_latest(known, told, lambda stay: stay.discharge_cancelled_at),
        cancelled_at=_latest(known, told, lambda stay: stay.cancelled_at),
    )
    return with_its_end(both)


def given_back(stay: Stay, now: datetime) -> Stay:
    """It was of the other file alone. Not as one that never was: that is so wherever it is told."""
    return replace(stay, cancelled_at=stay.cancelled_at or now, given_back_at=stay.given_back_at or now)


def _all(known: Stay, told: Stay) -> tuple[Discharged, ...]:
    """Each record once, since it was first heard; as they were heard."""
    first: dict[datetime, Discharged] = {}
    for one in sorted((*known.discharges, *told.discharges), key=lambda one: (one.heard_at, one.recorded_at)):
        first.setdefault(one.recorded_at, one)
    return tuple(first.values())


def _latest(known: Stay, told: Stay, at: Callable[[Stay], datetime | None]) -> datetime | None:
    return max((each for each in (at(known), at(told)) if each is not None), default=None)
