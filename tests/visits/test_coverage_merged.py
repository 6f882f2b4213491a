"""What was raised under a file that was merged, and that the file which goes on does not have, the certificate names."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from bus.testing import MORNING, ByHand
from contracts.ids import ContactId, StayId, derived
from contracts.medical import AdmissionCancelled, PatientAdmitted, PatientDischarged
from contracts.registry import CareEnded, CareResumed, HardshipReported, HardshipRetracted
from services.visits.coverage.nightly import Nightly
from services.visits.decisions import contacts, merging
from services.visits.domain import merging as domain
from services.visits.domain.rules import OnEnd
from services.visits.requests.contacts import RecordContact, StrikeContact
from services.visits.service import service
from services.visits.store import care_store
from tests.reasons import a_reason
from tests.visits.coverage_city import CLERK, counted, enrolled, install, person, policy, where
from tests.visits.town import GREETING, NEED, NOTE, WARD, after, hours, rule

SILENT = rule("silent", after("no-answer", hours(4)), on_end=OnEnd.SUPERSEDE)
ILL, POOR, SILENCE, PLAIN, HEIR, LAST = 1, 2, 4, 5, 7, 8
"""In a ward, in need, not answering, of whom nothing is known; the file that takes over; and the one that takes over that."""
SOON, A_WHILE = timedelta(seconds=1), timedelta(minutes=11)
NOT_THERE, IN_CIRCLES = "not-handed-over", "merged-in-circles"
STAY = StayId(derived("t", "stay"))
NEED_OF = derived("t", "need")


@pytest.fixture
async def hand(fresh: Callable[..., Any], repository: Path) -> AsyncIterator[ByHand]:
    """Of three something is known that is not settled."""
    install(policy(repository, WARD, NEED, SILENT, GREETING))
    async with fresh(service) as database:
        hand = ByHand(service, database, MORNING)
        await hand.hears(*(enrolled(n, hand.now) for n in (ILL, POOR, SILENCE, PLAIN, HEIR, LAST)))
        await hand.hears(
            admitted(),
            HardshipReported(hardship_id=NEED_OF, hardship="poverty", reported_at=hand.now, **where(POOR)),
        )
        await hand.asked(tried(SILENCE, "out", hand), by=CLERK)
        yield hand


def tried(n: int, outcome: str, hand: ByHand) -> RecordContact:
    return RecordContact(
        contact_id=ContactId(derived("t", n, outcome)), person_id=person(n), kind="call-on", strength="there",
        outcome=outcome, note=NOTE, made_at=hand.now,
    )  # fmt: skip


def admitted() -> PatientAdmitted:
    return PatientAdmitted(stay_id=STAY, hospital="h", admitted_at=MORNING, **where(ILL))


def end(n: int, into: int, hand: ByHand) -> CareEnded:
    return CareEnded(
        end_id=derived("t", "end", n, into), why="merged", into=person(into), ended_at=hand.now, **where(n)
    )


def resumed(n: int, into: int, hand: ByHand) -> CareResumed:
    return CareResumed(end_id=derived("t", "end", n, into), reason=a_reason("两个人"), resumed_at=hand.now, **where(n))


async def merge(hand: ByHand, *merged: tuple[int, int]) -> None:
    for n, into in merged:
        await hand.hears(end(n, into, hand))
    await hand.waits(SOON)


async def named(hand: ByHand, after: timedelta = A_WHILE) -> set[tuple[UUID, str, str]]:
    await hand.waits(after)
    return set((await counted(hand)).exceptions)


def lost(*people: int, why: str = NOT_THERE) -> set[tuple[UUID, str, str]]:
    return {(person(n), "", why) for n in people}


def without(monkeypatch: pytest.MonkeyPatch, where: Any, what: str) -> None:
    """An engine from which what goes along to another file is taken out."""
    monkeypatch.setattr(where, what, lambda *_, **__: ())


ALL = ((ILL, HEIR), (POOR, HEIR), (SILENCE, HEIR), (PLAIN, HEIR))


async def test_what_was_handed_over_is_named_nowhere(hand: ByHand) -> None:
    await merge(hand, *ALL)

    assert await named(hand) == set()


async def test_an_engine_that_hands_nothing_over_is_caught(hand: ByHand, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of whom nothing was known nothing is missing."""
    without(monkeypatch, merging, "_taken_over")

    await merge(hand, *ALL)

    assert await named(hand) == lost(ILL, POOR, SILENCE)


@pytest.mark.parametrize("event", ["hardship-reported", "no-answer"])
async def test_so_is_one_that_forgets_one_kind_of_what_happened(
    hand: ByHand, monkeypatch: pytest.MonkeyPatch, event: str
) -> None:
    monkeypatch.setattr(domain, "HANDED_OVER", domain.HANDED_OVER - {event})

    await merge(hand, *ALL)

    assert await named(hand) == lost({"hardship-reported": POOR, "no-answer": SILENCE}[event])


async def test_over_a_file_between_all_of_it_reaches_the_last(hand: ByHand) -> None:
    await merge(hand, *ALL, (HEIR, LAST))

    assert await named(hand) == set()


async def test_an_engine_that_passes_nothing_on_is_caught(hand: ByHand, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file between had ended before it was told of the first."""
    without(monkeypatch, merging, "_passed_on")

    await merge(hand, *ALL, (HEIR, LAST))

    assert await named(hand) == lost(ILL, POOR, SILENCE, HEIR)


async def told_afterwards(hand: ByHand, what: str) -> None:
    stay: dict[str, Any] = {"stay_id": STAY, "hospital": "h", **where(ILL)}
    strike = StrikeContact(
        strike_id=derived("t", "s"), person_id=person(ILL), contact_id=tried(ILL, "found", hand).contact_id,
        reason=a_reason("登记错了人"),
    )  # fmt: skip
    match what:
        case "another admission":
            await hand.hears(admitted().model_copy(update={"stay_id": StayId(derived("t", "another"))}))
        case "cancelled":
            await hand.hears(AdmissionCancelled(cancelled_at=hand.now, **stay))
        case "sent home":
            await hand.hears(PatientDischarged(discharged_at=hand.now, **stay))
        case "no need":
            await hand.hears(
                HardshipRetracted(
                    hardship_id=NEED_OF, reason=a_reason("另有其人"), retracted_at=hand.now, **where(POOR)
                )
            )
        case "struck":
            await hand.asked(strike, by=CLERK)


AFTERWARDS = {
    "another admission": lost(ILL),
    "cancelled": lost(ILL),
    "sent home": lost(ILL),
    "no need": lost(POOR),
    "struck": {(person(HEIR), "ward", "done-by-struck")},
}


async def test_what_is_told_under_the_old_file_afterwards_goes_along(hand: ByHand) -> None:
    await hand.asked(tried(ILL, "found", hand), by=CLERK)
    await merge(hand, *ALL)

    for what in ("struck", "sent home", "another admission", "no need", "cancelled"):
        await told_afterwards(hand, what)

        assert (what, await named(hand)) == (what, set())


@pytest.mark.parametrize("what", AFTERWARDS)
async def test_an_engine_that_keeps_it_there_is_caught(
    hand: ByHand, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    if what == "struck":
        await hand.asked(tried(ILL, "found", hand), by=CLERK)
    await merge(hand, *ALL)
    without(monkeypatch, merging, "_taken_over")
    without(monkeypatch, contacts, "_struck_there")

    await told_afterwards(hand, what)

    assert await named(hand) == AFTERWARDS[what]


@pytest.mark.parametrize("is_whole", [True, False])
async def test_who_was_met_before_the_attempt_of_the_merged_file_is_still_silent(
    hand: ByHand, monkeypatch: pytest.MonkeyPatch, is_whole: bool
) -> None:
    """An engine that takes the silence along and not when it was tried is caught by the contacts themselves."""
    whole = domain.handover_of
    if not is_whole:
        monkeypatch.setattr(domain, "handover_of", lambda *of: replace(whole(*of), unanswered_at=None))
    await merge(hand, *ALL)

    before = tried(HEIR, "found", hand).model_copy(update={"made_at": MORNING - hours(1)})
    await hand.asked(before, by=CLERK)

    assert await named(hand) == (set() if is_whole else lost(SILENCE))


async def test_when_they_were_two_after_all_nothing_is_named(hand: ByHand) -> None:
    await merge(hand, *ALL, (HEIR, LAST))

    for n, into in (*ALL, (HEIR, LAST)):
        await hand.hears(resumed(n, into, hand))
        await hand.waits(SOON)
        assert await named(hand) == set()

    await merge(hand, *((into, n) for n, into in ALL[:1]), *ALL[1:3])
    assert await named(hand) == set()


async def test_what_is_on_its_way_is_not_named_until_it_has_been_so_too_long(hand: ByHand) -> None:
    for n, into in ALL:
        await hand.hears(end(n, into, hand))

    at_once = set((await counted(hand)).exceptions)
    hand.now += A_WHILE  # nobody works it off
    too_long = {each for each in (await counted(hand)).exceptions if each.why == NOT_THERE}

    assert (at_once, too_long) == (set(), lost(ILL, POOR, SILENCE))


async def test_the_auditor_waits_for_what_is_on_its_way(hand: ByHand) -> None:
    async def waits() -> bool:
        await hand.stand()
        async with hand.database.connection() as tx:
            nightly = Nightly(hand.asking, hand.database, care_store.books)
            return await nightly._must_wait(tx, await care_store.books.in_force(tx))

    await hand.waits(SOON)
    quiet = await waits()
    await hand.hears(end(ILL, HEIR, hand))
    hand.now += timedelta(minutes=2)

    assert (quiet, await waits()) == (False, True)


async def test_files_that_were_merged_in_circles_are_named_and_who_goes_on_under_them(hand: ByHand) -> None:
    """That one of them was undone is heard last, or never."""
    await merge(hand, (ILL, HEIR), (HEIR, LAST), (LAST, HEIR))
    in_circles = await named(hand)

    await hand.hears(resumed(LAST, HEIR, hand))

    assert in_circles == lost(ILL, HEIR, LAST, why=IN_CIRCLES)
    assert await named(hand) == set()
