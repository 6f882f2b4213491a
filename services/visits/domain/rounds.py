"""Where one holder went, whom they met, and what is odd about it (走访轨迹): a flag asks a human to look, and does nothing else.

It blames nobody, reopens no duty and counts against no unit: it stands until a named person has looked and says what it was,
or until its ground is gone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from contracts.event import Event
from contracts.ids import ContactId, HolderId
from contracts.personal import SealedCare
from contracts.visits import ContactFlagged, FlagConfirmed, FlagDismissed, FlagLifted
from services.visits.domain.anomalies import Anomaly, Finding, Trace, found
from services.visits.domain.contacts import refused
from services.visits.domain.policy import Book


class Review(StrEnum):
    """What a human found who looked."""

    DISMISSED = "dismissed"
    """A false alarm."""
    CONFIRMED = "confirmed"
    """It is as odd as it looks: what follows is for people to say."""


@dataclass(frozen=True, slots=True)
class Flag:
    """Something odd about some contacts of one holder."""

    flag_id: UUID
    kind: Anomaly
    contact_ids: tuple[ContactId, ...]
    city: str
    county: str
    """Of the first contact."""
    raised_at: datetime
    times: int = 1
    """How often it was raised: its ground may go and come back."""
    lifted_at: datetime | None = None
    review: Review | None = None
    reviewed_by: HolderId | None = None
    reviewed_at: datetime | None = None
    reason: SealedCare | None = None
    """What they found; sealed with kind `reason`, bound to the flag."""

    @property
    def stands(self) -> bool:
        return self.lifted_at is None and self.review is None


@dataclass(frozen=True, slots=True)
class Rounds:
    """The root: the contacts of one holder. Those that were written down long ago may stay in their table."""

    holder_id: HolderId
    traces: Mapping[ContactId, Trace] = field(default_factory=dict)
    flags: Mapping[UUID, Flag] = field(default_factory=dict)
    book: Book = field(kw_only=True, compare=False, repr=False, metadata={"context": True})


Decided = tuple[Rounds, tuple[Event, ...]]


def follow(rounds: Rounds, trace: Trace, now: datetime) -> Decided:
    """One that was struck before it was heard of stays so."""
    return (rounds, ()) if trace.contact_id in rounds.traces else _compared(rounds, trace, now)


def unfollow(rounds: Rounds, trace: Trace, now: datetime) -> Decided:
    """A struck contact takes its flags along. The rounds must be whole: it may be an old one."""
    return _compared(rounds, replace(rounds.traces.get(trace.contact_id, trace), struck=True), now)


def review(rounds: Rounds, flag_id: UUID, what: Review, by: HolderId, reason: SealedCare, now: datetime) -> Decided:
    """A named person has looked. What they looked at is asked no more."""
    flag = rounds.flags.get(flag_id)
    if flag is None:
        raise refused("flag-unknown", "flag_id")
    if flag.review is not None:
        raise refused("flag-reviewed", "flag_id")
    if flag.lifted_at is not None:
        raise refused("flag-lifted", "flag_id")
    if by == rounds.holder_id:
        raise refused("flag-of-their-own", "flag_id")
    flag = replace(flag, review=what, reviewed_by=by, reviewed_at=now, reason=reason)
    return _with(rounds, flag), (_reviewed(rounds.holder_id, flag),)


def _reviewed(holder_id: HolderId, flag: Flag) -> Event:
    assert flag.reviewed_by is not None and flag.reviewed_at is not None and flag.reason is not None
    if flag.review is Review.DISMISSED:
        return FlagDismissed(
            city=flag.city, county=flag.county, holder_id=holder_id, flag_id=flag.flag_id, flag=flag.kind,
            dismissed_by=flag.reviewed_by, reason=flag.reason, dismissed_at=flag.reviewed_at,
        )  # fmt: skip
    return FlagConfirmed(
        city=flag.city, county=flag.county, holder_id=holder_id, flag_id=flag.flag_id, flag=flag.kind,
        confirmed_by=flag.reviewed_by, reason=flag.reason, confirmed_at=flag.reviewed_at,
    )  # fmt: skip


def _compared(before: Rounds, trace: Trace, now: datetime) -> Decided:
    """What this one contact makes odd, or no longer odd: what other days or another policy found is left as it is."""
    after = replace(before, traces={**before.traces, trace.contact_id: trace})
    was, is_ = _found(before, trace), _found(after, trace)
    said: list[Event] = []
    for flag_id in {**was, **is_}:
        then = is_.get(flag_id)
        if then is None:
            after = _lift(after, flag_id, now, said)
        elif then != was.get(flag_id):
            after = _raise(after, flag_id, was.get(flag_id), then, now, said)
    return after, tuple(said)


def _found(rounds: Rounds, about: Trace) -> Mapping[UUID, Finding]:
    policy = rounds.book.in_force
    reviewed = {flag.flag_id: frozenset(flag.contact_ids) for flag in rounds.flags.values() if flag.review is not None}
    return found(rounds.holder_id, rounds.traces.values(), about, policy.limits, policy.zone, reviewed)


def _raise(
    rounds: Rounds, flag_id: UUID, was: Finding | None, then: Finding, now: datetime, said: list[Event]
) -> Rounds:  # fmt: skip
    """One that stands has other contacts now, and is not told again; one that a human has looked at stays as it was."""
    known = rounds.flags.get(flag_id)
    if known is not None and known.review is not None:
        return rounds
    if known is not None and known.stands:
        kept = {*known.contact_ids} - (was.contact_ids if was is not None else set())
        return _with(rounds, replace(known, contact_ids=_in_order({*kept, *then.contact_ids})))
    first = then.traces[0]
    times = known.times + 1 if known is not None else 1
    flag = Flag(flag_id, then.kind, _in_order(then.contact_ids), first.city, first.county, now, times)
    said.append(
        ContactFlagged(
            city=flag.city, county=flag.county, holder_id=rounds.holder_id, flag_id=flag_id, flag=flag.kind,
            contact_ids=flag.contact_ids, times=times, raised_at=now,
        )
    )  # fmt: skip
    return _with(rounds, flag)


def _lift(rounds: Rounds, flag_id: UUID, now: datetime, said: list[Event]) -> Rounds:
    known = rounds.flags.get(flag_id)
    if known is None or not known.stands:
        return rounds
    said.append(
        FlagLifted(
            city=known.city, county=known.county, holder_id=rounds.holder_id, flag_id=flag_id, flag=known.kind,
            lifted_at=now,
        )
    )  # fmt: skip
    return _with(rounds, replace(known, lifted_at=now))


def _with(rounds: Rounds, flag: Flag) -> Rounds:
    return replace(rounds, flags={**rounds.flags, flag.flag_id: flag})


def _in_order(contact_ids: set[ContactId] | frozenset[ContactId]) -> tuple[ContactId, ...]:
    """Of their ids: when those were made that stay in their table is not at hand."""
    return tuple(sorted(contact_ids))
