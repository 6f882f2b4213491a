"""How holders are proved reachable, by the pack: how often, in which hours, and each at another moment than the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from contracts.ids import HolderId

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Proving:
    """The values of a pack, and civil time."""

    zone: tzinfo
    every: timedelta
    """A delivery or an answer proves for so long."""
    spread: timedelta
    answer_within: timedelta
    again: timedelta
    work: tuple[time, time]
    weekdays: frozenset[int]
    template: str
    told_up: str
    levels: Sequence[frozenset[str]]
    """The roles of each level, the lowest first."""

    def level(self, role: str) -> int | None:
        """None = this role is not tested."""
        return next((n for n, roles in enumerate(self.levels) if role in roles), None)

    def due(self, since: datetime, holder_id: HolderId) -> datetime:
        """When a holder is tested whom something proved (or who was first heard of) then; before the proof is over."""
        return since + self.every - self.spread * share(holder_id)

    def late(self, due: datetime, now: datetime, holder_id: HolderId) -> datetime:
        """What was slept through is made up for over as long a time again, `spread` at most: not all in one morning."""
        return now + min(self.spread, now - due) * share(holder_id)

    def is_work(self, at: datetime) -> bool:
        civil = at.astimezone(self.zone)
        start, until = self.work
        return civil.isoweekday() in self.weekdays and start <= civil.time() < until

    def at_work(self, at: datetime, holder_id: HolderId) -> datetime:
        """This instant, or some time of the next working day; statutory holidays are not known here."""
        if self.is_work(at):
            return at
        start, until = (datetime.combine(self._next_day(at), clock, self.zone) for clock in self.work)
        return start + (until - start) * share(holder_id, "hour")

    def next_morning(self, now: datetime) -> datetime:
        """When the work of the next working day begins: what is to be said once a day is said then."""
        start, _ = self.work
        civil = now.astimezone(self.zone)
        day = civil.date() if civil.time() < start else civil.date() + _DAY
        return datetime.combine(self._working(day), start, self.zone)

    def _next_day(self, at: datetime) -> date:
        civil = at.astimezone(self.zone)
        return self._working(civil.date() if civil.time() < self.work[0] else civil.date() + _DAY)

    def _working(self, day: date) -> date:
        while day.isoweekday() not in self.weekdays:
            day += _DAY
        return day


def share(holder_id: HolderId, of: str = "day") -> float:
    """Of each holder another, and always the same: from 0 up to 1, never 1 itself."""
    bits = holder_id.int >> 32 if of == "day" else holder_id.int
    return (bits & 0xFFFF) / 0x10000
