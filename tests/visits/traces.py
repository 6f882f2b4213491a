"""The traces of one holder's contacts: where and when they were made, with which words, and what is flagged of them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from contracts.ids import ContactId, HolderId, PersonId, UnitId, derived
from services.visits.domain import Activation, Book, Care, Contact
from services.visits.domain.anomalies import Limits, Trace
from services.visits.domain.rounds import Flag, Rounds, follow
from services.visits.requests.rounds import FollowContact
from services.visits.tracing import traced
from tests.visits.town import BEFORE, WANG, WEDNESDAY, civil, policy

CHEN = HolderId(derived("test", "Chen, who audits"))
LIMITS = Limits(contacts=4, kinds=frozenset({"call-on"}))
BOOK = Book.of([Activation("installed", BEFORE, policy(limits=LIMITS))])
PEOPLE = [PersonId(derived("test", "person", n)) for n in range(5)]
WELL, ILL = derived("test", "well"), derived("test", "ill")
HOME, MILL_LANE = UnitId(derived("test", "home for the old")), UnitId(derived("test", "mill lane"))
HALL, NEAR, FAR = "26.660,119.550", "26.660,119.552", "26.660,119.750"
"""0.2 and 20 km from each other."""
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def trace(n: int, at: datetime = WEDNESDAY, person: int = 0, **other: Any) -> Trace:
    usual: dict[str, Any] = {
        "contact_id": ContactId(derived("test", "contact", n)),
        "person_id": PEOPLE[person],
        "city": "town",
        "county": "north",
        "kind": "call-on",
        "made_at": at,
        "recorded_at": at,
        "counts": True,
        "in_person": True,
        "place": None,
        "community_id": None,
        "note_index": None,
        "new_facts": 1,
    }
    return Trace(**(usual | other))


def contact(**other: Any) -> Contact:
    usual: dict[str, Any] = {
        "contact_id": ContactId(derived("test", "contact")), "kind": "call-on", "party": "office", "role": "officer",
        "strength": "there", "outcome": "found", "made_by": WANG, "made_at": WEDNESDAY, "recorded_at": WEDNESDAY, "place": HALL,
    }  # fmt: skip
    return Contact(**(usual | other))


def trace_of(made: Contact) -> Trace | None:
    """What the rounds of who made it are told; None = nothing."""
    for told in traced(Care(PEOPLE[0], "town", "north", community_id=HOME, book=BOOK), made):
        assert (told.of, told.value) == ("rounds", WANG) and isinstance(told.request, FollowContact)
        return told.request.trace
    return None


def followed(traces: Iterable[Trace], before: Rounds | None = None) -> Rounds:
    rounds = before or Rounds(WANG, book=BOOK)
    for each in traces:
        rounds, _ = follow(rounds, each, each.recorded_at)
    return rounds


def standing(rounds: Rounds) -> dict[str, set[ContactId]]:
    return {flag.kind: {*flag.contact_ids} for flag in rounds.flags.values() if flag.stands}


def ids(traces: Iterable[Trace]) -> set[ContactId]:
    return {each.contact_id for each in traces}


def copied(*people: int, every: timedelta = DAY, **other: Any) -> list[Trace]:
    """The same words, of one after the other."""
    return [trace(n, WEDNESDAY + n * every, person, note_index=WELL, **other) for n, person in enumerate(people)]


def at_places(first: str, then: str, between: timedelta, **other: Any) -> list[Trace]:
    return [trace(1, WEDNESDAY, 0, place=first, **other), trace(2, WEDNESDAY + between, 1, place=then, **other)]


def visits(days: Iterable[int], **other: Any) -> list[Trace]:
    """In May."""
    return [trace(day, civil(f"2026-05-{day:02} 10:00"), day % 5, **({"new_facts": 0} | other)) for day in days]


def in_one_minute(*communities: UnitId | None, **other: Any) -> list[Trace]:
    return [trace(n, WEDNESDAY, n, community_id=each, **other) for n, each in enumerate(communities)]


def only(rounds: Rounds) -> Flag:
    (flag,) = rounds.flags.values()
    return flag
