"""How people do their duties: most in time, some late, some never; for the same duty and seed always the same."""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from deploy.local.actors.messages import SHANGHAI
from deploy.local.year.script import ROUNDS

IN_TIME, LATE = 82, 13
"""Of a hundred duties; the others are never done. Chosen."""
LATEST_DAYS: Final = 6


def answers(duty_id: UUID, seed: int) -> bool:
    """Whoever will do it replies that they know."""
    return _drawn(duty_id, seed) < IN_TIME


def done_at(duty_id: UUID, opened_at: datetime, due_at: datetime, seed: int) -> datetime | None:
    """On which round it is done; None = never, whoever is told."""
    drawn = _drawn(duty_id, seed)
    if drawn >= IN_TIME + LATE:
        return None
    if drawn >= IN_TIME:
        return next(rounds(due_at + timedelta(days=1 + drawn % LATEST_DAYS)))
    fitting = rounds(opened_at + timedelta(minutes=1))
    chosen = next(fitting)
    for _ in range(_drawn(duty_id, seed + 1)):  # a window of a month holds some sixty rounds, a day two
        following = next(fitting)
        if following > due_at - timedelta(hours=1):
            break
        chosen = following
    return chosen


def rounds(since: datetime) -> Iterator[datetime]:
    """Every round from this hour on."""
    day = since.astimezone(SHANGHAI).date()
    while True:
        for hour in ROUNDS:
            at = datetime.combine(day, hour, SHANGHAI)
            if at >= since:
                yield at
        day += timedelta(days=1)


def _drawn(duty_id: UUID, seed: int) -> int:
    """0 to 99, by nothing but the duty and the seed."""
    return int.from_bytes(hashlib.sha256(duty_id.bytes + str(seed).encode()).digest()[:4]) % 100
