"""How time passes in the story: the clocks of all services are moved forward to an hour of the city, never back."""

from datetime import UTC, datetime, time, timedelta
from typing import Final

from deploy.local.actors.messages import SHANGHAI
from deploy.local.actors.staff import Staff

MORNING: Final = time(8)
EVENING: Final = time(18)
MONDAY: Final = 0
TUESDAY: Final = 1


async def go_to(staff: Staff, at: datetime) -> datetime:
    """Until the city's clock shows this hour."""
    await staff.move_clocks(at - datetime.now(UTC))
    return await staff.now()


async def daytime(staff: Staff) -> datetime:
    """Nobody visits by night: at night it becomes nine in the morning."""
    now = (await staff.now()).astimezone(SHANGHAI)
    if MORNING <= now.time() < EVENING:
        return now
    return await go_to(staff, following(now, hour=9))


def following(now: datetime, *, hour: int, minute: int = 0, weekday: int | None = None) -> datetime:
    """The next such hour, of that weekday (0 = Monday) if one is named; never now."""
    local = now.astimezone(SHANGHAI)
    at = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    while at <= local or (weekday is not None and at.weekday() != weekday):
        at += timedelta(days=1)
    return at
