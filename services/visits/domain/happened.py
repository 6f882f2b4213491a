"""A happening is known of, and over: once, in whatever order its beginning and its end are heard."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.visits.domain.care import Care
from services.visits.domain.happenings import Happening


def begun(care: Care, id_: UUID, event: str, what: str, happened_at: datetime | None, now: datetime) -> Care:
    """A happening counts once, however often it is heard, and also when its end was heard before."""
    one = care.happenings.get(id_) or Happening(id_, event)
    if one.known_at is not None:
        return care
    return with_happening(care, replace(one, what=what, happened_at=happened_at, known_at=now))


def over(care: Care, id_: UUID, event: str, until: datetime, now: datetime) -> Care:
    """It was until then, also when its beginning is only heard afterwards."""
    one = care.happenings.get(id_) or Happening(id_, event)
    return care if one.until == until else with_happening(care, replace(one, until=until, until_known_at=now))


def with_happening(care: Care, one: Happening) -> Care:
    if care.happenings.get(one.happening_id) == one:
        return care
    return replace(care, happenings={**care.happenings, one.happening_id: one})
