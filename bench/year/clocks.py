"""The time of the city: the clocks of all services, moved forward together, and the next hour at which anything will wake."""

from datetime import UTC, datetime, timedelta
from typing import Final

from contracts.all import OWNERS
from deploy.local.actors.messages import SHANGHAI
from deploy.local.actors.staff import Staff
from deploy.local.actors.witness import Witness

HOUR: Final = timedelta(hours=1)
_SET: Final = """
INSERT INTO {}.clock_offset (one, ahead) VALUES (true, $1)
ON CONFLICT (one) DO UPDATE SET ahead = greatest(clock_offset.ahead, excluded.ahead) RETURNING one
"""
_ALL: Final = (
    "WITH " + ", ".join(f"{name} AS ({_SET.format(name)})" for name in OWNERS) + f" SELECT count(*) FROM {OWNERS[0]}"
)
WAKING: Final = ("visits.cares", "notify.notices")
"""What wakes by duties. The registry states its cards again at hours of their own, and is not waited for."""
_NEXT: Final = " UNION ALL ".join(f"SELECT min(wake_at) AS at FROM {root}" for root in WAKING)


class Clocks:
    """One statement moves all of them, also while services are down: no service ever lives at another hour than its neighbour."""

    def __init__(self, witness: Witness, ahead: timedelta = timedelta(), staff: Staff | None = None) -> None:
        """`ahead`: how far they are ahead of the true time already; `staff`: who tells the services that the hour has changed."""
        self._witness, self._staff = witness, staff
        self.ahead = ahead

    @property
    def now(self) -> datetime:
        """The hour in the city."""
        return (datetime.now(UTC) + self.ahead).astimezone(SHANGHAI)

    async def to(self, at: datetime) -> None:
        """An hour that has passed is left alone: a clock never goes back."""
        if at <= self.now:
            return
        self.ahead = at - datetime.now(UTC)
        await self._witness.rows(_ALL, self.ahead)
        if self._staff is not None:
            await self._staff.all_look_at_the_clock()

    async def next_waking(self) -> datetime | None:
        """To the full hour: what wakes within one hour wakes at its end."""
        wakings = [row["at"] for row in await self._witness.rows(_NEXT) if row["at"] is not None]
        return _full_hour(min(wakings)) if wakings else None


def _full_hour(at: datetime) -> datetime:
    whole = at.replace(minute=0, second=0, microsecond=0)
    return whole if whole == at else whole + HOUR
