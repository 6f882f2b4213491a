"""What each fact changes of a holder's reach, and what follows: a test, an incident, a word to whoever is above (feature 69)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from contracts.event import Event
from contracts.ids import HolderId
from contracts.notify import SmsRequested
from services.notify.domain.reach import Post, Reach, Report, post_id_of
from services.notify.domain.reach_saying import reachable, report_requested, test_requested, unreachable
from services.notify.domain.relying import Reliance
from services.notify.domain.tray import GATHERS

Passed = tuple[HolderId, Report]
"""To whom, and what."""
Reached = tuple[Reach, tuple[Event, ...], tuple[Passed, ...]]


def relied_on(reach: Reach, said: Reliance, now: datetime) -> Reached:
    """So many people count on them in this role. A number is that of the latest word; another one is proved by nothing yet."""
    post_id, of = post_id_of(reach.holder_id, said.role), said.of
    post = reach.posts.get(post_id, Post(post_id, said.role, said.city, said.county, of.unit_id))
    if said.people >= 0 and (post.said_at is None or post.said_at <= said.said_at):
        post = replace(post, unit_id=of.unit_id, above=of.above, said_at=said.said_at)
    reach = reach.with_post(replace(post, people=post.people + said.people))
    if said.people >= 0 and (reach.phone_said_at is None or reach.phone_said_at <= said.said_at):
        reach = _numbered(reach, said, now)
    if reach.top is None:
        reach = replace(
            reach, tested_at=None, tested_number=None
        )  # so that nobody who is back is blamed for an old test
    return settle(reach, now)


def delivered(reach: Reach, number: UUID, at: datetime, now: datetime) -> Reached:
    """On the handset: proved, unless somebody else answers there."""
    return settle(_proved(reach, number, at, "delivered"), now)


def answered(reach: Reach, number: UUID, answer: str, at: datetime, now: datetime) -> Reached:
    """1 and 2 are theirs; 3 says that it is not them. Anything else says no more than its delivery."""
    if answer == "wrong-person":
        later = reach.proved_by == "answered" and reach.proved_at is not None and reach.proved_at > at
        if reach.number in (None, number) and not later:
            reach = replace(reach, wrong_number=number, wrong_at=at)
    elif answer in ("known", "cannot") and not (reach.wrong_at is not None and reach.wrong_at >= at):
        reach = _proved(replace(reach, wrong_number=None, wrong_at=None), number, at, "answered")
    return settle(reach, now)


def reported(reach: Reach, said: Report, now: datetime) -> Reached:
    """Somebody below cannot be reached, or can be again. The latest word counts; of themselves nobody tells them."""
    known = reach.reports.get(said.below_id)
    if said.below_id != reach.holder_id and (known is None or known.said_at < said.said_at):
        told_for, passed_to = (known.told_for, known.passed_to) if known is not None else (None, None)
        reach = reach.with_reports(replace(said, told_for=told_for, passed_to=passed_to))
    return settle(reach, now)


def the_hour_of_the_test_has_come(reach: Reach, now: datetime) -> Reached:
    """A test, the end of the time for its answer, or the morning of a report; each once, and no test outside work."""
    facts: list[Event] = []
    if reach.top is not None and reach.test_at is not None and reach.test_at <= now:
        reach, said = _test(reach, reach.top, reach.test_at, now)
        facts += said
    if reach.tell_at is not None and reach.tell_at <= now:
        reach, said = _tell(reach, now)
        facts += said
    reach, following, passed = settle(reach, now)
    return reach, (*facts, *following), passed


def hour_of_reach(reach: Reach, now: datetime) -> datetime | None:
    """When anything changes here by itself."""
    if reach.top is None:
        return None
    hours = [at for at in (reach.test_at, reach.answer_due, reach.tell_at) if at is not None]
    return min(hours, default=None)


def settle(reach: Reach, now: datetime) -> Reached:
    """Run after everything; running it twice changes nothing."""
    reach, facts = _judged(reach, now)
    reach, passed = _passed_up(_planned(reach, now), now)
    return _to_tell(reach, now), facts, passed


def _numbered(reach: Reach, said: Reliance, now: datetime) -> Reach:
    """Another number of somebody who is known is tested within the spread; of somebody new the first interval is waited for."""
    number = reach.voice.number(said.of.phone, reach.holder_id)
    new = reach.phone is not None and number != reach.number
    proving = reach.voice.courtesy.proving
    since = now if proving is None or not new else now - proving.every + proving.spread
    return replace(
        reach, phone=said.of.phone, phone_said_at=said.said_at, number=number,
        due_from=since if new else reach.due_from or now, test_at=None if new else reach.test_at,
    )  # fmt: skip


def _proved(reach: Reach, number: UUID, at: datetime, by: str) -> Reach:
    """Of another number than theirs it proves nothing; the latest counts."""
    known = reach.proved_at if reach.proved_number == number else None
    if (reach.phone is not None and number != reach.number) or (known is not None and known >= at):
        return reach
    due_from = max(reach.due_from or at, at)
    return replace(
        reach, proved_number=number, proved_at=at, proved_by=by, due_from=due_from, test_at=None, put_off=False
    )


def _judged(reach: Reach, now: datetime) -> tuple[Reach, tuple[Event, ...]]:
    """The incident begins where the time is over, and ends with a proof, or when nobody counts on them any more."""
    top = reach.top
    if reach.unreachable_since is None:
        due = reach.answer_due if top is not None else None
        if top is None or reach.proved(now) or not (reach.is_wrong or (due is not None and due <= now)):
            return reach, ()
        return _begun(reach, top, "wrong-person" if reach.is_wrong else "silent", now)
    if top is not None and not reach.proved(now):
        return reach, ()
    own = reach.reports[reach.holder_id]
    reach = replace(reach, unreachable_since=None, why="", test_at=None)
    fact = reachable(reach, own, "released" if top is None else "proved", now)
    return reach.with_reports(replace(own, stands=False, said_at=now)), (fact,)


def _begun(reach: Reach, top: Post, why: str, now: datetime) -> tuple[Reach, tuple[Event, ...]]:
    own = Report(reach.holder_id, top.role, top.city, top.county, since=now, stands=True, said_at=now)
    reach = replace(reach, unreachable_since=now, why=why, test_at=None, put_off=False)
    if (known := reach.reports.get(reach.holder_id)) is not None:
        own = replace(own, passed_to=known.passed_to)
    return reach.with_reports(own), (unreachable(reach, top, now),)


def _planned(reach: Reach, now: datetime) -> Reach:
    """When the next test goes out; none while one is unanswered, and none to a stranger or to a number that takes none."""
    if reach.top is None or reach.due_from is None or reach.is_wrong or reach.answer_due is not None:
        return replace(reach, test_at=None)
    if reach.test_at is not None:
        return reach
    proving, of = reach.proving, reach.holder_id
    if reach.unreachable_since is None:
        due = proving.due(reach.due_from, of)
        at = due if due > now else proving.late(due, now, of)
    elif reach.number is None:
        return reach
    else:
        again = reach.tested_at if reach.tested_number == reach.number else None
        at = now if again is None else max(now, again + proving.again)
    return replace(reach, test_at=proving.at_work(at, of))


def _test(reach: Reach, top: Post, hour: datetime, now: datetime) -> tuple[Reach, tuple[Event, ...]]:
    """An hour that was slept through is made up for once, spread as far as it was slept; the answers are heard first."""
    proving, of = reach.proving, reach.holder_id
    if not proving.is_work(now):
        return replace(reach, test_at=proving.at_work(now, of)), ()
    if now - hour > GATHERS and not reach.put_off:
        at = proving.late(hour, now + GATHERS, of)
        return replace(reach, test_at=proving.at_work(at, of), put_off=True), ()
    if reach.number is None:
        return _begun(reach, top, "no-number", now)
    request = test_requested(reach, top, now)
    return replace(reach, test_at=None, put_off=False, tested_at=now, tested_number=reach.number), (request,)


def _passed_up(reach: Reach, now: datetime) -> tuple[Reach, tuple[Passed, ...]]:
    """What is passed to whoever is above: that they cannot be reached, and what they cannot be told."""
    passed: list[Passed] = []
    above = reach.top.above if reach.top is not None else None
    for each in list(reach.reports.values()):
        to = above if each.stands and (each.below_id == reach.holder_id or reach.deaf) else None
        if to == each.passed_to:
            continue
        if each.passed_to is not None:
            passed.append((each.passed_to, replace(each, stands=False, said_at=now)))
        if to is not None:
            passed.append((to, replace(each, said_at=now)))
        reach = reach.with_reports(replace(each, passed_to=to))
    return reach, tuple(passed)


def _untold(reach: Reach) -> list[Report]:
    own = reach.holder_id
    return [
        each for each in reach.reports.values() if each.stands and each.below_id != own and each.told_for != each.since
    ]


def _to_tell(reach: Reach, now: datetime) -> Reach:
    """One SMS a day at most, in the morning; who is reached again before that costs none."""
    if reach.top is None or reach.deaf or not _untold(reach):
        return replace(reach, tell_at=None)
    return reach if reach.tell_at is not None else replace(reach, tell_at=reach.proving.next_morning(now))


def _tell(reach: Reach, now: datetime) -> tuple[Reach, tuple[Event, ...]]:
    top, proving = reach.top, reach.proving
    if top is None or reach.deaf or not _untold(reach):
        return reach, ()
    if not proving.is_work(now):
        return replace(reach, tell_at=proving.next_morning(now)), ()
    below = [each for each in reach.reports.values() if each.stands and each.below_id != reach.holder_id]
    request: SmsRequested = report_requested(reach, top, len(below), now)
    told = reach.with_reports(*(replace(each, told_for=each.since) for each in below))
    return replace(told, tell_at=None), (request,)
