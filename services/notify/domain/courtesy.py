"""When an SMS may go out and how long it is worth sending: values of the policy pack, civil time of the city."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from services.notify.domain.proving import Proving

URGENT = "urgent"


@dataclass(frozen=True, slots=True)
class DigestHour:
    """When a holder is reminded, in one SMS, of all that is due soon; never within quiet hours."""

    at: time
    template: str


@dataclass(frozen=True, slots=True)
class Courtesy:
    """Quiet hours hold every lane but the urgent one."""

    zone: tzinfo
    quiet_from: time
    quiet_until: time
    expires_after: Mapping[str, timedelta]
    """By lane: an SMS that could not be sent for so long dies, so that an outage does not end in a flood."""
    silence: timedelta
    """An urgent SMS of which the gateway has said nothing for so long reached nobody: the case goes on."""
    digest: DigestHour
    proving: Proving | None = None
    """None = the pack tests nobody."""

    def not_before(self, lane: str, now: datetime) -> datetime | None:
        """The end of the quiet hours, if they hold this lane now."""
        if lane == URGENT or not self.is_quiet(now.astimezone(self.zone).time()):
            return None
        civil = now.astimezone(self.zone)
        end = datetime.combine(civil.date(), self.quiet_until, self.zone)
        return end if end > civil else end + timedelta(days=1)

    def expires_at(self, lane: str, now: datetime) -> datetime:
        """Counted from when it may go out, so that a night costs no SMS its life."""
        return self.allowed(lane, now) + self.expires_after[lane]

    def allowed(self, lane: str, at: datetime) -> datetime:
        """This instant, or the end of the quiet hours that hold the lane then."""
        return self.not_before(lane, at) or at

    def next_digest(self, now: datetime) -> datetime:
        """The hour of the digest, of today or of tomorrow."""
        at = datetime.combine(self.day(now), self.digest.at, self.zone)
        return at if at > now else at + timedelta(days=1)

    def day(self, at: datetime) -> date:
        """The day that the city calls today."""
        return at.astimezone(self.zone).date()

    def civil(self, at: datetime) -> str:
        """An instant as an SMS writes it: 5月3日18:00."""
        local = at.astimezone(self.zone)
        return f"{local.month}月{local.day}日{local:%H:%M}"

    def is_quiet(self, clock: time) -> bool:
        """Whether this hour of the day lies within the quiet hours."""
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= clock < self.quiet_until
        return clock >= self.quiet_from or clock < self.quiet_until
