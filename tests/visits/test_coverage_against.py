"""Nobody is left out of the proof itself: whom nothing classes is named, and whom the registry counts must be counted here."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime, timedelta
from hashlib import md5
from pathlib import Path
from typing import Any

import pytest

from bus.rebuild import differences
from bus.testing import MORNING, ByHand
from contracts.ids import PersonId, StayId, derived
from contracts.medical import PatientAdmitted
from contracts.registry import CareEnded, CareResumed, DeathReported, DeathRetracted, PeopleCounted
from contracts.visits import CoverageCertified
from services.visits import metrics
from services.visits.service import service
from tests.reasons import a_reason
from tests.visits.coverage_city import DAY, certified, enrolled, install, person, policy, where
from tests.visits.test_coverage_doors import get
from tests.visits.town import GREETING, REPORTING

SIX = range(1, 7)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
ALL_LIVE = {person(n): "living" for n in SIX}


@pytest.fixture
async def hand(fresh: Callable[..., Any], repository: Path) -> AsyncIterator[ByHand]:
    """Six people who live, enrolled in the morning; the count is of an hour later."""
    install(policy(repository, GREETING, REPORTING))
    async with fresh(service) as database:
        hand = ByHand(service, database, MORNING)
        await hand.hears(*(enrolled(n, hand.now) for n in SIX))
        hand.now += HOUR
        yield hand


def counted(hand: ByHand, people: Mapping[PersonId, str], as_of: datetime | None = None) -> PeopleCounted:
    """As the registry tells it of these people; the fingerprint made by hand."""
    fingerprint = 0
    for one, standing in people.items():
        fingerprint ^= int(md5(f"{one}:{standing}".encode(), usedforsecurity=False).hexdigest()[:16], 16)
    standings = list(people.values())
    return PeopleCounted(
        city="小镇", county="", directory_id=derived("directory", "town"), count_id=derived("t", hand.now.isoformat()),
        day=hand.now.date(), as_of=as_of or hand.now, living=standings.count("living"), dead=standings.count("dead"),
        ended=standings.count("ended"), fingerprint=f"{fingerprint:016x}",
    )  # fmt: skip


async def certified_against(hand: ByHand, said: PeopleCounted) -> CoverageCertified:
    """The count is told, and half an hour later the certificate is taken."""
    await hand.hears(said)
    hand.now += HOUR / 2
    return await certified(hand)


def ended(n: int, hand: ByHand) -> CareEnded:
    return CareEnded(end_id=derived("t", "end", n), why="moved-away", ended_at=hand.now, **where(n))


def died(n: int, hand: ByHand) -> DeathReported:
    return DeathReported(report_id=derived("t", "death", n), source="family", reported_at=hand.now, **where(n))


def admitted(n: int, hand: ByHand) -> PatientAdmitted:
    stay_id = StayId(derived("t", "stay", n))
    return PatientAdmitted(stay_id=stay_id, hospital="第一医院", admitted_at=hand.now, **where(n))


async def test_of_whom_something_was_heard_and_no_class_is_named(hand: ByHand) -> None:
    await hand.hears(admitted(9, hand))
    await hand.waits(11 * MINUTE)

    said = await certified(hand)

    named = await get(hand, "/coverage/exceptions")
    assert (said.living, said.exceptions) == (6, 1)
    assert [(line["person_id"], line["why"], line["rule_zh"]) for line in named["people"]] == [
        (str(person(9)), "unclassed", "（任何规则）")
    ]


async def test_whose_enrolment_is_still_on_its_way_is_not_named(hand: ByHand) -> None:
    await hand.hears(admitted(9, hand))
    await hand.waits(9 * MINUTE)

    assert (await certified(hand)).exceptions == 0


async def test_whoever_is_enrolled_since_is_named_no_more(hand: ByHand) -> None:
    await hand.hears(admitted(9, hand))
    await hand.waits(11 * MINUTE)
    await certified(hand)
    await hand.hears(enrolled(9, hand.now))
    await hand.waits(DAY)

    said = await certified(hand)

    assert (said.living, said.exceptions) == (7, 0)


async def test_who_is_heard_of_again_and_again_is_named_all_the_same(hand: ByHand) -> None:
    """Ten minutes run from the first word, not from the last."""
    await hand.hears(admitted(9, hand))
    await hand.waits(11 * MINUTE)
    await hand.hears(DeathReported(report_id=derived("t", 9), source="family", reported_at=hand.now, **where(9)))

    assert (await certified(hand)).exceptions == 1


async def test_the_same_people_are_the_same_count(hand: ByHand) -> None:
    said = await certified_against(hand, told := counted(hand, ALL_LIVE))

    assert (said.compared_as_of, said.differing) == (told.as_of, 0)


async def test_whom_the_registry_counts_and_nobody_here_knows_is_a_difference(hand: ByHand) -> None:
    said = await certified_against(hand, counted(hand, ALL_LIVE | {person(7): "living"}))

    shown = await get(hand, "/coverage")
    against = json.loads(shown["figures"]["against"])
    assert (said.differing, shown["figures"]["differing"]) == (1, 1)
    assert (against["registry"]["living"], against["here"]["living"]) == (7, 6)


async def test_as_many_others_are_a_difference_too(hand: ByHand) -> None:
    others = {person(n): "living" for n in (1, 2, 3, 4, 5, 7)}

    assert (await certified_against(hand, counted(hand, others))).differing == 1


async def test_a_death_that_was_not_heard_is_a_difference(hand: ByHand) -> None:
    """One too few among the dead, one too many among the living."""
    assert (await certified_against(hand, counted(hand, ALL_LIVE | {person(3): "dead"}))).differing == 2


async def test_each_is_counted_as_they_stood_at_the_instant_of_the_registry(hand: ByHand) -> None:
    await hand.hears(died(2, hand), died(3, hand), ended(4, hand), ended(5, hand), died(5, hand))
    hand.now += HOUR
    told = counted(hand, ALL_LIVE | {person(2): "dead", person(3): "dead", person(4): "ended", person(5): "ended"})
    hand.now += MINUTE  # all of this was decided after that instant
    await hand.hears(
        enrolled(8, hand.now),
        died(1, hand),
        ended(6, hand),
        DeathRetracted(report_id=derived("t", "death", 3), reason=a_reason("误报"), retracted_at=hand.now, **where(3)),
        CareResumed(end_id=derived("t", "end", 4), reason=a_reason("已迁回"), resumed_at=hand.now, **where(4)),
    )

    said = await certified_against(hand, told)

    assert (said.living, said.dead, said.ended, said.differing) == (3, 2, 2, 0)


async def test_before_the_registry_has_told_a_count_nothing_is_compared_and_that_is_said(hand: ByHand) -> None:
    said = await certified(hand)

    shown = await get(hand, "/coverage")
    assert (said.compared_as_of, said.differing, shown["figures"]["against"]) == (None, 0, "")


async def test_a_count_of_this_very_moment_waits_for_the_next_certificate(hand: ByHand) -> None:
    """What was decided before it may still be on its way."""
    await hand.hears(counted(hand, ALL_LIVE | {person(7): "living"}))
    hand.now += 9 * MINUTE

    assert (await certified(hand)).compared_as_of is None


async def test_while_the_latest_count_is_not_settled_the_one_before_is_compared(hand: ByHand) -> None:
    """As after an outage, when count and certificate are due at once."""
    await hand.hears(before := counted(hand, ALL_LIVE))
    hand.now += DAY
    await hand.hears(enrolled(7, hand.now), counted(hand, ALL_LIVE))
    hand.now += MINUTE

    said = await certified(hand)

    assert (said.living, said.compared_as_of, said.differing) == (7, before.as_of, 0)


async def test_an_old_count_told_again_changes_nothing(hand: ByHand) -> None:
    old = counted(hand, {})
    hand.now += HOUR
    await hand.hears(counted(hand, ALL_LIVE), old)
    hand.now += HOUR

    assert (await certified(hand)).differing == 0


async def test_operations_see_the_difference_and_how_old_the_count_is(hand: ByHand) -> None:
    await certified_against(hand, counted(hand, {}))
    hand.now += HOUR / 2
    await hand.stand()

    async with hand.database.connection() as connection:
        await metrics.measure(connection)

    assert (metrics.DIFFERING._value.get(), metrics.COUNT_AGE._value.get()) == (6, 3600)


async def test_the_book_with_its_count_is_rebuilt_from_the_journal(hand: ByHand) -> None:
    await certified_against(hand, counted(hand, ALL_LIVE))

    assert await differences(hand.database, service.decisions) == []
