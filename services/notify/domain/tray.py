"""What one holder is to be reminded of, from all their people: it goes out as one SMS at the hour of the digest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Self
from uuid import UUID

from contracts.digest import digest_id
from contracts.event import Event
from contracts.gateway import SmsReplied
from contracts.ids import CaseId, HolderId, PersonId, SmsId, derived
from contracts.notify import SmsRequested, SmsWithdrawn
from services.notify.domain.courtesy import Courtesy
from services.notify.domain.hearing import Status, reached
from services.notify.domain.notice import RANK, SmsStatus, sms_id_of
from services.notify.domain.reminder import Reminder
from services.notify.domain.voice import Voice

GATHERS = timedelta(minutes=5)
"""So long the first reminder that cannot wait is kept for others of its hour; and after an hour that was slept through, what
has happened meanwhile is heard first."""
NORMAL = "normal"
DIGEST = "digest"


@dataclass(frozen=True, slots=True)
class Digest:
    """One SMS. `requested_at` is None when its status was heard before we asked for it (a database set back)."""

    sms_id: SmsId
    status: SmsStatus = SmsStatus.REQUESTED
    day: date | None = None
    requested_at: datetime | None = None
    withdrawn_at: datetime | None = None
    replied_at: datetime | None = None
    """It invites no reply; one that came all the same changes nothing."""

    @property
    def unsent(self) -> bool:
        """As far as we know no carrier has it."""
        return self.requested_at is not None and self.status is SmsStatus.REQUESTED and self.withdrawn_at is None


@dataclass(frozen=True, slots=True)
class Tray:
    """One holder. `voice` is lent while it is decided, and never kept."""

    holder_id: HolderId
    voice: Voice = field(metadata={"context": True}, compare=False, repr=False)
    reminders: Mapping[UUID, Reminder] = field(default_factory=dict)
    digests: Mapping[UUID, Digest] = field(default_factory=dict)

    def ahead(self, now: datetime) -> dict[UUID, Reminder]:
        """Those whose window is still open. Of the others nothing is decided any more: the ladder tells of them."""
        return {each.duty_id: each for each in self.reminders.values() if each.due_at > now}

    def pending(self, now: datetime) -> list[Reminder]:
        """What is still to be told."""
        return [each for each in self.ahead(now).values() if each.stands and each.told_for != each.reminded_at]

    def with_reminders(self, *reminders: Reminder) -> Self:
        return replace(self, reminders={**self.reminders, **{each.duty_id: each for each in reminders}})

    def with_digest(self, digest: Digest) -> Self:
        return replace(self, digests={**self.digests, digest.sms_id: digest})


Told = tuple[Tray, tuple[Event, ...]]


def digest_id_of(holder_id: HolderId, day: date, turn: int) -> tuple[CaseId, SmsId]:
    """The case of a digest is its holder's day; `turn` counts the earlier ones of the day."""
    case_id = CaseId(derived("digest", holder_id, day.isoformat()))
    return case_id, digest_id(sms_id_of(case_id, DIGEST, holder_id, turn))


def reminded(tray: Tray, said: Reminder, now: datetime) -> Told:
    """The latest word of a person's notice counts; what was told for the same saying stays told."""
    known = tray.ahead(now).get(said.duty_id)
    if known is not None and known.said_at >= said.said_at:
        return tray, ()
    tell_at = _tell_at(tray.voice.courtesy, said.due_at, now)
    told_for, sms_id = (known.told_for, known.sms_id) if known is not None else (None, None)
    said = replace(said, tell_at=tell_at, told_for=told_for, sms_id=sms_id)
    return _withdraw_what_is_empty(tray.with_reminders(said), said, now)


def digest_hour(tray: Tray, now: datetime) -> datetime | None:
    """When the first of what is pending must go out; all goes out with it."""
    return min((each.tell_at for each in tray.pending(now) if each.tell_at is not None), default=None)


def the_digest_hour_has_come(tray: Tray, now: datetime) -> Told:
    """One SMS, or none if nothing is left. An hour that was slept through is made up for once, at the next that is allowed."""
    hour = digest_hour(tray, now)
    if hour is None or hour > now:
        return tray, ()
    if now - hour > GATHERS:
        again = tray.voice.courtesy.allowed(NORMAL, now + GATHERS)
        late = [each for each in tray.pending(now) if each.tell_at is not None and each.tell_at <= now]
        return tray.with_reminders(*(replace(each, tell_at=again) for each in late)), ()
    return _tell(tray, now)


def digest_status_heard(tray: Tray, status: Status, now: datetime) -> Told:
    """It only moves forward in rank. One that came to nothing is not said again: the ladder tells of what stays undone."""
    digest = tray.digests.get(status.sms_id, Digest(status.sms_id))
    if RANK[reached(status)] <= RANK[digest.status]:
        return tray, ()
    return tray.with_digest(replace(digest, status=reached(status))), ()


def digest_replied(tray: Tray, reply: SmsReplied, now: datetime) -> Told:
    """Nobody was asked to answer: no case is acknowledged by it."""
    digest = tray.digests.get(reply.sms_id, Digest(reply.sms_id))
    return tray.with_digest(replace(digest, replied_at=digest.replied_at or reply.replied_at)), ()


def _tell_at(courtesy: Courtesy, due_at: datetime, now: datetime) -> datetime:
    """At the hour of the digest; what is due before it cannot wait so long, and goes as soon as quiet hours let it."""
    at = courtesy.next_digest(now)
    return at if due_at > at else courtesy.allowed(NORMAL, now + GATHERS)


def _tell(tray: Tray, now: datetime) -> Told:
    """All that is pending in one SMS; where the number takes none, it waits until the card has another."""
    pending, day = tray.pending(now), tray.voice.courtesy.day(now)
    turn = sum(digest.day == day for digest in tray.digests.values())
    request = _digest(tray, pending, *digest_id_of(tray.holder_id, day, turn), now)
    if request is None:
        return tray.with_reminders(*(replace(each, tell_at=None) for each in pending)), ()
    asked = replace(tray.digests.get(request.sms_id, Digest(request.sms_id)), day=day, requested_at=now)
    told = (replace(each, told_for=each.reminded_at, sms_id=request.sms_id) for each in pending)
    return tray.with_reminders(*told).with_digest(asked), (request,)


def _digest(
    tray: Tray, pending: Sequence[Reminder], case_id: CaseId, sms_id: SmsId, now: datetime
) -> SmsRequested | None:
    """How many duties come due, and when the first of them: no name, for they are several people's."""
    voice, latest = tray.voice, max(pending, key=lambda each: each.said_at)
    number = voice.phone_for_sms(latest.phone, tray.holder_id, sms_id)
    if number is None:
        return None
    first, last = min(each.due_at for each in pending), max(each.due_at for each in pending)
    template, values = voice.courtesy.digest.template, {"count": str(len(pending)), "due": voice.courtesy.civil(first)}
    text, parts = voice.text_for_sms(template, values, sms_id)
    return SmsRequested(
        city=latest.city, county=latest.county, person_id=PersonId(tray.holder_id), sms_id=sms_id, lane=NORMAL,
        case_id=case_id, role=latest.role, holder_id=tray.holder_id, phone=number[0], phone_index=number[1], text=text,
        template=template, parts=parts, expires_at=min(voice.courtesy.expires_at(NORMAL, now), last),
        owed_since=min(each.reminded_at for each in pending), requested_at=now,
    )  # fmt: skip


def _withdraw_what_is_empty(tray: Tray, said: Reminder, now: datetime) -> Told:
    """An unsent digest of which nothing is left. It told nobody anything, so what stands again is told anew."""
    digest = tray.digests.get(said.sms_id) if said.sms_id is not None else None
    of_it = [each for each in tray.ahead(now).values() if each.sms_id == said.sms_id]
    if digest is None or not digest.unsent or any(each.stands for each in of_it):
        return tray, ()
    withdrawn = SmsWithdrawn(
        city=said.city, county=said.county, person_id=PersonId(tray.holder_id), sms_id=digest.sms_id, lane=NORMAL,
        why="closed", withdrawn_at=now,
    )  # fmt: skip
    tray = tray.with_reminders(*(replace(each, told_for=None, sms_id=None) for each in of_it))
    return tray.with_digest(replace(digest, withdrawn_at=now)), (withdrawn,)
