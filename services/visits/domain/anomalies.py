"""Contacts of one holder that hardly can all be as they are written down, or that nobody learns from (features 38, 74).

Each anomaly hangs on contacts that lie near each other in time: it is found whatever else is known, and in whatever order
they were written down. It is a question to a human, and says of nobody that they did wrong.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import chain, count, pairwise
from math import asin, cos, radians, sin, sqrt
from uuid import UUID
from zoneinfo import ZoneInfo

from contracts.ids import ContactId, HolderId, PersonId, UnitId, derived

LATEST = timedelta(days=30)
"""What was written down later than this after it was made is compared with nothing: it is marked as entered late anyway."""
LONGEST = timedelta(days=30)
"""A pack may not look further for the same words; a month is a day longer."""
KEPT = timedelta(days=90)
"""For so long a contact may concern another that is written down now: LATEST late, and LONGEST or a month after it was made.
The rest is for days on which nothing could be heard."""

DAY = timedelta(days=1)
EARTH_KM = 6371.0
ROUNDED_KM = 0.16
"""By so much the rounding of two places may set them apart."""


class Anomaly(StrEnum):
    """What is odd about some contacts."""

    SAME_WORDS = "same-words"
    """One holder wrote the same words of different people."""
    TWO_PLACES = "two-places"
    """In the same minute at two places."""
    TOO_FAST = "too-fast"
    """At two places that are too far apart for the time between."""
    NO_NEW_FACT = "no-new-fact"
    """A month of many contacts, and nothing new in any file."""


@dataclass(frozen=True, slots=True)
class Limits:
    """From where on something is odd: the pack says so."""

    people: int = 3
    """Of whom the same words are written …"""
    within: timedelta = LONGEST
    """… in so long."""
    apart_km: int = 1
    """Nearer places are one place."""
    km_per_hour: int = 120
    contacts: int = 10
    """In one month without any new fact."""
    kinds: frozenset[str] = frozenset()
    """The kinds of visit at home: each has words of its own, and is to find out what is new. None named = all."""

    def at_home(self, trace: "Trace") -> bool:
        return not self.kinds or trace.kind in self.kinds

    def may_find_odd(self, trace: "Trace") -> bool:
        """A call that is no visit, which most contacts are, is odd beside nothing."""
        return trace.in_person or self.at_home(trace)


@dataclass(frozen=True, slots=True)
class Trace:
    """A contact as the rounds of its holder know it: whom, when and where, and of the words only which are the same."""

    contact_id: ContactId
    person_id: PersonId
    city: str
    county: str
    kind: str
    made_at: datetime
    recorded_at: datetime
    counts: bool
    """Somebody was met or reached: an attempt says the same words of everybody, and learns nothing."""
    in_person: bool
    """Who made it was there, be it in vain: a call is at no place."""
    place: str | None
    """Where that was: latitude,longitude. It may have been left out."""
    community_id: UnitId | None
    """The community or institution in which the person lives."""
    note_index: UUID | None
    new_facts: int
    struck: bool = False

    @property
    def is_compared(self) -> bool:
        return not self.struck and self.recorded_at - self.made_at <= LATEST


@dataclass(frozen=True, slots=True)
class Finding:
    """Some contacts that are odd together."""

    kind: Anomaly
    traces: tuple[Trace, ...]
    """In the order in which they were made."""

    @property
    def contact_ids(self) -> frozenset[ContactId]:
        return frozenset(trace.contact_id for trace in self.traces)


Found = Iterator[tuple[UUID, Finding]]
Reviewed = Mapping[UUID, frozenset[ContactId]]
"""Flags at which a human has looked, and the contacts that each was about."""


def found(
    holder_id: HolderId, traces: Iterable[Trace], about: Trace, limits: Limits, zone: ZoneInfo, reviewed: Reviewed
) -> Mapping[UUID, Finding]:  # fmt: skip
    """All that is odd about these contacts and that this one may change, be it one of them or not.

    Each has an id of its own, the same whenever it is found.
    """
    compared = [each for each in traces if each.is_compared]
    telling = [each for each in compared if each.counts and limits.at_home(each)]
    there = [each for each in compared if each.in_person and abs(each.made_at - about.made_at) <= DAY]
    same = [each for each in telling if each.note_index is not None and each.note_index == about.note_index]
    return dict(
        chain(
            _same_words(holder_id, _in_order(same), limits, reviewed),
            _one_minute(holder_id, _in_order(each for each in there if _minute(each) == _minute(about)), limits),
            _journeys(holder_id, _in_order(each for each in there if each.place is not None), limits),
            _nothing_new(holder_id, telling, about.made_at.astimezone(zone), limits),
        )
    )


def _in_order(traces: Iterable[Trace]) -> tuple[Trace, ...]:
    return tuple(sorted(traces, key=lambda each: (each.made_at, each.contact_id)))


def _same_words(holder_id: HolderId, same: Sequence[Trace], limits: Limits, reviewed: Reviewed) -> Found:
    """One for all that have these words: who copies them adds to it. Those that a human has looked at are not asked
    about again: the others are, under another flag, when they are odd without them."""
    if len(same) < limits.people:
        return
    flag_id, seen = _after_those_reviewed(holder_id, same[0].note_index, reviewed)
    odd = _of_too_many([each for each in same if each.contact_id not in seen], limits)
    if odd:
        yield flag_id, Finding(Anomaly.SAME_WORDS, odd)


def _after_those_reviewed(
    holder_id: HolderId, words: UUID | None, reviewed: Reviewed
) -> tuple[UUID, frozenset[ContactId]]:  # fmt: skip
    seen: frozenset[ContactId] = frozenset()
    for n in count():
        flag_id = _flag(holder_id, Anomaly.SAME_WORDS, words, n)
        if flag_id not in reviewed:
            break
        seen |= reviewed[flag_id]
    return flag_id, seen


def _of_too_many(same: Sequence[Trace], limits: Limits) -> tuple[Trace, ...]:
    """Those that were made within the time in which too many others have the same words."""
    odd: list[Trace] = []
    people: Counter[PersonId] = Counter()
    first = taken = 0
    for last, trace in enumerate(same):
        people[trace.person_id] += 1
        while trace.made_at - same[first].made_at > limits.within:
            people[same[first].person_id] -= 1
            first += 1
        if len(+people) >= limits.people:
            odd += same[max(first, taken) : last + 1]
            taken = last + 1
    return tuple(odd)


def _one_minute(holder_id: HolderId, made: Sequence[Trace], limits: Limits) -> Found:
    """One for all of the minute that were made elsewhere than another of them."""
    spots = {(each.place, each.community_id, each.kind): each for each in made}.values()
    odd = tuple(each for each in made if any(_apart(each, spot, limits) for spot in spots))
    if odd:
        yield _flag(holder_id, Anomaly.TWO_PLACES, _minute(odd[0])), Finding(Anomaly.TWO_PLACES, odd)


def _minute(trace: Trace) -> int:
    """Of all time."""
    return int(trace.made_at.timestamp()) // 60


def _apart(one: Trace, other: Trace, limits: Limits) -> bool:
    """Where a place was left out, a visit was where the person lives; where that is unknown too, nothing is guessed."""
    if one.place is not None and other.place is not None:
        return _km(one, other) >= limits.apart_km
    lived_in = {each.community_id for each in (one, other) if limits.at_home(each)}
    return None not in lived_in and len(lived_in) == 2


def _journeys(holder_id: HolderId, there: Sequence[Trace], limits: Limits) -> Found:
    """From each place to the next: if a longer way is impossible, one of its parts is. In a day one may get anywhere."""
    for one, other in pairwise(there):
        between = other.made_at - one.made_at
        if between > DAY or _minute(one) == _minute(other):
            continue
        if _km(one, other) > max(limits.apart_km, limits.km_per_hour * (between / timedelta(hours=1))):
            flag_id = _flag(holder_id, Anomaly.TOO_FAST, one.contact_id, other.contact_id)
            yield flag_id, Finding(Anomaly.TOO_FAST, (one, other))


def _km(one: Trace, other: Trace) -> float:
    """At least so far apart, as the crow flies; at one institution, or in one community, nothing."""
    if one.place == other.place or (one.community_id is not None and one.community_id == other.community_id):
        return 0.0
    (latitude, longitude), (latitude_2, longitude_2) = _radians(one.place), _radians(other.place)
    north, east = sin((latitude_2 - latitude) / 2), sin((longitude_2 - longitude) / 2)
    arc = 2 * asin(min(1.0, sqrt(north**2 + cos(latitude) * cos(latitude_2) * east**2)))
    return max(0.0, EARTH_KM * arc - ROUNDED_KM)


def _radians(place: str | None) -> tuple[float, float]:
    assert place is not None
    latitude, longitude = place.split(",")
    return radians(float(latitude)), radians(float(longitude))


def _nothing_new(holder_id: HolderId, telling: Iterable[Trace], day: datetime, limits: Limits) -> Found:
    """By the calendar month: files are to be brought up to date every month (row 10)."""
    begins = day.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    ends = (begins + timedelta(days=31)).replace(day=1)
    made = _in_order(each for each in telling if begins <= each.made_at < ends)
    if len(made) >= limits.contacts and not any(trace.new_facts for trace in made):
        yield _flag(holder_id, Anomaly.NO_NEW_FACT, f"{day:%Y-%m}"), Finding(Anomaly.NO_NEW_FACT, made)


def _flag(holder_id: HolderId, kind: Anomaly, *of: object) -> UUID:
    """`of`: what tells it from others of its kind."""
    return derived("flag", holder_id, kind, *of)
