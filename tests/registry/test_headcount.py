"""Once a day the registry tells how many there are, as of an instant at which all is settled."""

from datetime import UTC, datetime, timedelta
from hashlib import md5

import pytest

from bus.testing import ByHand
from contracts.ids import PersonId, derived
from contracts.registry import PeopleCounted
from services.registry.domain.directory import Directory
from services.registry.headcount import COUNTER, SETTLED, Headcount, counted, is_due
from services.registry.requests.changes import EndCare, ResumeCare
from services.registry.requests.reports import ReportDeath, RetractDeath
from tests.reasons import a_reason
from tests.registry.reforms import enrol, person
from tests.registry.town import CITY, named

DIRECTORY = derived("directory", CITY)
HOUR = timedelta(hours=1)


async def count(hand: ByHand) -> PeopleCounted:
    """What is told of a count at this moment."""
    await hand.stand()
    async with hand.database.connection() as connection:
        request = await counted(connection, DIRECTORY, hand.now)
    _, (said,) = await hand.asked(request, by=COUNTER)
    assert isinstance(said, PeopleCounted)
    return said


def fingerprint(people: dict[PersonId, str]) -> str:
    found = 0
    for one, standing in people.items():
        found ^= int(md5(f"{one}:{standing}".encode(), usedforsecurity=False).hexdigest()[:16], 16)
    return f"{found:016x}"


async def test_everybody_is_counted_in_one_standing(town: ByHand) -> None:
    """Who died after their care had ended is no more counted as dead."""
    await enrol(town, 1, 2, 3, 4)
    for n in (2, 3):
        await town.asked(ReportDeath(person_id=person(n), report_id=named("death", n), source="family"))
    for n in (3, 4):
        await town.asked(EndCare(person_id=person(n), end_id=named("end", n), why="moved-away"))
    town.now += HOUR

    said = await count(town)

    assert (said.city, said.living, said.dead, said.ended) == (CITY, 1, 1, 2)
    assert said.as_of == town.now - SETTLED
    assert said.fingerprint == fingerprint(
        {person(1): "living", person(2): "dead", person(3): "ended", person(4): "ended"}
    )


async def test_what_was_taken_back_counts_no_more(town: ByHand) -> None:
    await enrol(town, 1, 2)
    await town.asked(ReportDeath(person_id=person(1), report_id=named("death"), source="family"))
    await town.asked(
        RetractDeath(
            person_id=person(1), retraction_id=named("back"), report_id=named("death"), reason=a_reason("误报")
        )
    )
    await town.asked(EndCare(person_id=person(2), end_id=named("end"), why="moved-away"))
    await town.asked(
        ResumeCare(person_id=person(2), resumption_id=named("on"), end_id=named("end"), reason=a_reason("已迁回"))
    )
    town.now += HOUR

    said = await count(town)

    assert (said.living, said.dead, said.ended) == (2, 0, 0)


async def test_what_was_decided_in_the_last_moments_is_not_counted_yet(town: ByHand) -> None:
    await enrol(town, 1, 2)
    town.now += HOUR
    await enrol(town, 3)
    await town.asked(ReportDeath(person_id=person(1), report_id=named("death"), source="family"))
    town.now += SETTLED / 2

    said = await count(town)

    assert (said.living, said.dead) == (2, 0)


async def test_an_empty_city_is_counted_too(town: ByHand) -> None:
    said = await count(town)

    assert (said.living, said.dead, said.ended, said.fingerprint) == (0, 0, 0, "0" * 16)


async def test_a_day_is_counted_once_whoever_counts(town: ByHand) -> None:
    await enrol(town, 1)
    town.asking.start()
    part = Headcount(town.asking, town.database)

    await town.stand()
    await part.look()
    await part.look()
    once = await town.said()
    town.now += timedelta(days=1)
    await town.stand()
    await part.look()
    again = await town.said()
    await town.asking.stop()

    assert [type(each) for each in (*once, *again)] == [PeopleCounted, PeopleCounted]
    assert (await town.state(Directory, DIRECTORY)).counted_on == town.now.date()


@pytest.mark.parametrize(
    ("hour", "due"),
    [(datetime(2026, 5, 11, 17, 29, tzinfo=UTC), False), (datetime(2026, 5, 11, 17, 30, tzinfo=UTC), True)],
)
def test_the_hour_is_half_past_one_of_the_civil_day(hour: datetime, due: bool) -> None:
    assert is_due(hour, datetime(2026, 5, 11, tzinfo=UTC).date()) is due


def test_where_nobody_was_ever_counted_it_is_due_at_once() -> None:
    assert is_due(datetime(2026, 5, 11, 9, tzinfo=UTC), None)
