"""The present death of somebody: with which of several reports it began."""

from datetime import datetime

from services.visits.domain.care import Care
from services.visits.domain.happenings import Death


def episode(care: Care) -> Death | None:
    """The report with which the present death began; None = living. A second report of one death is no second death.

    A report that was retracted still dates the episode when another stood by then: the family is owed one visit, not two.
    """
    reports = [death for death in care.deaths.values() if death.reported_at is not None]
    standing = [death for death in reports if death.retracted_at is None]
    if not standing:
        return None
    reports.sort(key=_begin, reverse=True)
    first = min(standing, key=_begin)
    for death in reports:  # latest first: each that still stood when the one after it came carries the episode back
        if _begin(death) < _begin(first) and death.retracted_at is not None and death.retracted_at >= _begin(first)[0]:
            first = death
    return first


def _begin(death: Death) -> tuple[datetime, str]:
    assert death.reported_at is not None
    return death.reported_at, str(death.report_id)
