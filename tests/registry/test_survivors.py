"""A death leaves survivors with files of their own; care that was begun for a death follows that death."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from bus.testing import TEST, ByHand, bearer
from contracts.event import Event
from contracts.ids import PersonId
from contracts.registry import CareEnded, CareResumed, PersonCard, SurvivorKnown
from services.registry.domain import Person
from services.registry.requests.reports import ReportDeath, RetractDeath
from services.registry.requests.survivors import LinkSurvivor
from tests.reasons import a_reason
from tests.registry.happenings import dead, not_dead
from tests.registry.town import COUNTY, KEYS, LANE, LI, WATER, ZHANG, enrolling, named, resident_id, settled

OFFICER = bearer(KEYS, "bureau-officer", county=COUNTY)
WIDOW = PersonId(named("person", "王遗测"))
REPORT = named("report")
DIED = ReportDeath(person_id=ZHANG, report_id=REPORT, source="family")
FALSE = RetractDeath(person_id=ZHANG, retraction_id=named("retraction"), report_id=REPORT, reason=a_reason("认错了人"))


def widow() -> Any:
    number = resident_id(serial=4)
    return enrolling(WIDOW, "王遗测", number, kind="survivor", survivor_of=ZHANG)


def types(said: list[Event], about: PersonId) -> list[type[Event]]:
    return [type(event) for event in said if event.key == about]


async def under_care(town: ByHand, person_id: PersonId) -> bool:
    person: Person = await town.state(Person, person_id)
    return person.care_end is None


async def what(doors: httpx.AsyncClient, person_id: PersonId) -> dict[str, str]:
    lines = (await doors.get(f"/people/{person_id}/file", headers=OFFICER)).json()["lines"]
    return {line["what"]: line["value"].get("survivor_of") or line["value"].get("survivor_id") for line in lines}


@pytest.fixture
async def bereaved(town: ByHand) -> ByHand:
    await town.asked(enrolling())
    await town.asked(DIED)
    await settled(town)
    return town


async def test_the_files_of_the_dead_and_of_the_survivor_show_each_other(
    bereaved: ByHand, doors: httpx.AsyncClient
) -> None:
    _, (_, _, card) = await bereaved.asked(widow())
    said = await settled(bereaved)

    assert isinstance(card, PersonCard) and card.survivor_of == ZHANG
    assert [e.survivor_id for e in said if isinstance(e, SurvivorKnown) and e.person_id == ZHANG] == [WIDOW]
    assert (await what(doors, WIDOW))["person.survivor-of"] == str(ZHANG)
    assert (await what(doors, ZHANG))["survivor.known"] == str(WIDOW)


async def test_the_care_of_a_survivor_ends_with_the_retraction_and_is_again_what_it_was(bereaved: ByHand) -> None:
    await bereaved.asked(widow())
    await settled(bereaved)
    before: Person = await bereaved.state(Person, WIDOW)

    await bereaved.asked(FALSE)
    ended = await settled(bereaved)
    assert types(ended, WIDOW) == [CareEnded, PersonCard]
    assert not await under_care(bereaved, WIDOW)

    await bereaved.hears(dead())
    resumed = await settled(bereaved, timedelta(hours=1))
    after: Person = await bereaved.state(Person, WIDOW)
    assert types(resumed, WIDOW)[:2] == [CareResumed, PersonCard]
    assert (after.care_end, after.survivor_of, after.situations) == (None, before.survivor_of, before.situations)

    await bereaved.hears(not_dead())
    assert types(await settled(bereaved), WIDOW) == [CareEnded, PersonCard]
    assert await bereaved.differences() == []


async def test_care_goes_on_while_another_report_of_the_death_stands(bereaved: ByHand) -> None:
    await bereaved.asked(widow())
    await bereaved.hears(dead())
    await settled(bereaved)

    await bereaved.asked(FALSE)

    assert types(await settled(bereaved), WIDOW) == []
    assert await under_care(bereaved, WIDOW)


async def test_a_spouse_under_care_already_is_linked_and_their_care_does_not_hang_on_the_death(
    bereaved: ByHand,
) -> None:
    await bereaved.asked(enrolling(LI, "李四试", resident_id(serial=2)))
    await bereaved.asked(LinkSurvivor(person_id=LI, link_id=named("link"), survivor_of=ZHANG))
    await settled(bereaved)

    await bereaved.asked(FALSE)
    await settled(bereaved)

    person: Person = await bereaved.state(Person, LI)
    assert (person.survivor_of, person.care_end) == (ZHANG, None)
    dead_person: Person = await bereaved.state(Person, ZHANG)
    assert dead_person.survivors == (LI,)


async def test_a_death_retracted_while_its_survivor_is_enrolled_ends_their_care_all_the_same(bereaved: ByHand) -> None:
    """The retraction cannot find the survivor, who is not committed yet."""
    async with bereaved.database.transaction() as enrolment:
        asked = widow().model_copy(update={"by": TEST})
        await bereaved.road.travel(enrolment, [bereaved.asking.item(asked)])
        await bereaved.asked(FALSE)
        await settled(bereaved)

    await settled(bereaved)
    assert not await under_care(bereaved, WIDOW)


async def test_news_of_a_death_that_comes_late_is_older_than_what_is_known(bereaved: ByHand) -> None:
    await bereaved.asked(widow())
    await settled(bereaved)
    person: Person = await bereaved.state(Person, WIDOW)
    from services.registry.domain import survivors

    hour = timedelta(hours=1)
    now = bereaved.now
    ended, said = survivors.follow_death(person, ZHANG, False, REPORT, now + 2 * hour, now)
    assert survivors.follow_death(ended, ZHANG, True, REPORT, now + hour, now) == (ended, ())
    assert [type(event) for event in said] == [CareEnded, PersonCard]


async def test_who_is_survived_must_be_dead_and_who_survives_a_survivor(
    bereaved: ByHand, doors: httpx.AsyncClient
) -> None:
    await bereaved.asked(enrolling(LI, "李四试", resident_id(serial=2)))
    body = {"person_id": str(WIDOW), "name": "王遗测", "resident_id": resident_id(serial=4), "category": "living-alone",
            "unit_id": str(WATER), "community_id": str(LANE)}  # fmt: skip
    calls = [
        ("/people", {**body, "kind": "survivor", "survivor_of": str(LI)}, (422, "survivor_of")),
        ("/people", {**body, "kind": "survivor", "survivor_of": str(named("nobody"))}, (404, "survivor_of")),
        ("/people", {**body, "kind": "retired-cadre", "survivor_of": str(ZHANG)}, (422, "survivor_of")),
        ("/people", {**body, "kind": "survivor", "survivor_of": str(ZHANG)}, (201, None)),
        (f"/people/{WIDOW}/survivor-of", {"link_id": str(named("l")), "survivor_of": str(ZHANG)}, (422, "survivor_of")),
        (f"/people/{LI}/survivor-of", {"link_id": str(named("l")), "survivor_of": str(WIDOW)}, (422, "survivor_of")),
        (f"/people/{LI}/survivor-of", {"link_id": str(named("l")), "survivor_of": str(ZHANG)}, (201, None)),
    ]

    answers = [await doors.post(path, json=words, headers=OFFICER) for path, words, _ in calls]

    assert [(a.status_code, field(a.json())) for a in answers] == [expected for _, _, expected in calls]


def field(told: dict[str, Any]) -> str | None:
    """The field that an answer names, if it refuses."""
    return told["errors"][0]["field"] if "errors" in told else told.get("field")
