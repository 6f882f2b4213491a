"""From unit to unit (P12, ★10): what is owed to a person is written down before they leave, and is owed on where they go.

A move changes no duty. What was open before is kept by its ids, so that whoever looks afterwards finds each of them again.
"""

from dataclasses import replace
from datetime import datetime

from contracts.ids import UnitId
from services.visits.domain.care import Care, Move


def counted(care: Care, now: datetime) -> Care:
    """Once, when it is first known that they leave: that their unit ends may be heard before their card, or after it."""
    if care.unit_id is None or (care.moves and care.moves[-1].unit_id is None):
        return care
    owed = tuple(sorted(duty.duty_id for duty in care.duties.values() if duty.is_open))
    return replace(care, moves=(*care.moves, Move(care.unit_id, care.unit_name, owed, now)))


def moved(care: Care, to: UnitId, at: datetime, now: datetime) -> Care:
    """A card shows another unit. The first that is known of somebody is no move."""
    if care.unit_id in (None, to):
        return care
    *before, last = counted(care, now).moves
    return replace(care, moves=(*before, replace(last, unit_id=to, moved_at=at)))


def came_from(care: Care, unit_id: UnitId, since: datetime) -> bool:
    """Of this unit when it ended then; or still, as the latest card has it."""
    return care.unit_id == unit_id or any(
        move.from_unit_id == unit_id and move.moved_at is not None and move.moved_at >= since for move in care.moves
    )
