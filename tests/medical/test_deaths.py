"""A hospital's report of a death: of the right person, wherever in the hospital it was written, and once."""

from collections.abc import Callable
from typing import Any

import pytest

from bus.testing import MORNING, ByHand, bearer
from contracts.event import Event
from contracts.medical import (
    AdmissionCancelled,
    HospitalReportedDeath,
    HospitalWithdrewDeath,
    PatientAdmitted,
    PatientDischarged,
)
from services.medical import metrics
from services.medical.service import service
from tests.medical.test_medical_service import KEYS, ZHANG, card, check_digit, hand, kinds, message, sends, set_aside

__all__ = ["hand"]


def of(event: type[Event], said: list[Event]) -> list[Any]:
    return [one for one in said if isinstance(one, event)]


async def unmatched(hand: ByHand, **params: str) -> list[dict[str, Any]]:
    async with hand.http(KEYS) as http:
        answer = await http.get("/unmatched", params=params, headers=bearer(KEYS, "bureau-officer"))
    assert answer.status_code == 200, answer.text
    return list(answer.json())


async def test_a_death_is_told_and_taken_back(hand: ByHand) -> None:
    await hand.hears(card())

    said = await sends(hand, message("A01"), message("A03", "1100", died="Y"), message("A08", "1200", died="N"))

    assert kinds(said) == [PatientAdmitted, PatientDischarged, HospitalReportedDeath, HospitalWithdrewDeath]
    assert said[2].report_id == said[3].report_id  # type: ignore[attr-defined]


async def test_what_was_taken_back_before_it_was_heard_is_not_told(hand: ByHand) -> None:
    await hand.hears(card())

    said = await sends(hand, message("A01"), message("A08", "1200", died="N"), message("A08", "1100", died="Y"))

    assert kinds(said) == [PatientAdmitted]


async def test_a_death_outlives_the_stay_in_which_it_was_reported(hand: ByHand) -> None:
    """The admission was entered in error and again: the report is the same, and can still be taken back."""
    await hand.hears(card())

    reported = await sends(hand, message("A01"), message("A08", "0930", died="Y"))
    renewed = await sends(hand, message("A11", "1000"), message("A01", "1005", died="Y"))
    withdrawn = await sends(hand, message("A08", "1100", died="N"))

    assert kinds(reported) == [PatientAdmitted, HospitalReportedDeath]
    assert kinds(renewed) == [AdmissionCancelled, PatientAdmitted]
    assert kinds(withdrawn) == [HospitalWithdrewDeath]
    assert withdrawn[0].report_id == reported[1].report_id  # type: ignore[attr-defined]


async def test_a_cancellation_says_whether_the_patient_lives_too(hand: ByHand) -> None:
    await hand.hears(card())

    said = await sends(hand, message("A01"), message("A11", "1000", died="Y"), message("A11", "1100", died="N"))

    assert kinds(said) == [PatientAdmitted, AdmissionCancelled, HospitalReportedDeath, HospitalWithdrewDeath]


@pytest.mark.parametrize(
    "outside",
    [
        message("A03", died="Y", patient_class="E"),
        message("A08", died="Y", patient_class="O"),
        message("A31", died="Y", patient_class="", visit=""),
        message("A01", died="Y", visit=""),
    ],
    ids=["emergency", "outpatient", "no visit at all", "a stay without a number"],
)
async def test_a_death_outside_the_ward_is_told_and_is_no_stay(hand: ByHand, outside: bytes) -> None:
    await hand.hears(card())

    said = await sends(hand, outside)

    assert kinds(said) == [HospitalReportedDeath]
    assert said[0].person_id == ZHANG  # type: ignore[attr-defined]
    assert (await set_aside(hand), await unmatched(hand)) == ([], [])


async def test_a_death_outside_the_ward_is_taken_back_by_the_same_door(hand: ByHand) -> None:
    await hand.hears(card())
    person = {"patient_class": "", "visit": ""}

    said = await sends(hand, message("A31", died="Y", **person), message("A31", "1000", died="N", **person))

    assert kinds(said) == [HospitalReportedDeath, HospitalWithdrewDeath]


async def test_an_admission_without_a_visit_number_is_set_aside_also_when_it_says_that_the_patient_lives(
    hand: ByHand,
) -> None:
    await hand.hears(card())

    said = await sends(hand, message("A01", visit="", died="N"))

    assert (said, await set_aside(hand)) == ([], ["no-visit-number"])


async def test_a_stranger_of_whom_only_a_death_is_known_is_not_listed_as_in_hospital(hand: ByHand) -> None:
    await sends(hand, message("A31", died="Y", patient_class="", visit=""), message("A01", visit="V2"))

    assert [one["reason"] for one in await unmatched(hand)] == ["not-on-file"]


async def test_a_death_under_another_name_waits_for_a_human(hand: ByHand) -> None:
    """The resident ID holds the birth date: that both agree proves nothing. The stay is told, the death is not."""
    await hand.hears(card())

    said = await sends(hand, message("A01", name="张三側"), message("A03", "1100", name="张三側", died="Y"))
    listed = await unmatched(hand)
    async with hand.database.connection() as connection:
        await metrics.measure(connection)
    named = await sends(hand, message("A08", "1200", died="Y"))

    assert kinds(said) == [PatientAdmitted, PatientDischarged]
    assert [one["reason"] for one in listed] == ["name-of-the-dead-differs"]
    assert [sample.value for family in metrics.DOUBTFUL.collect() for sample in family.samples] == [1]
    assert kinds(named) == [HospitalReportedDeath]
    assert await unmatched(hand) == []


async def test_what_is_doubtful_is_listed_before_strangers_and_can_be_asked_for_alone(hand: ByHand) -> None:
    await hand.hears(card())
    body = "99010119310101001"
    stranger = message("A01", "0800", visit="V1", resident_id=body + check_digit(body))
    stolen = message("A01", visit="V2", name="王五验", born="19310101")
    await sends(hand, stranger, stolen, message("A31", visit="", patient_class="", name="王五验", died="Y"))

    everything = [(one["reason"], one["began_at"] is None) for one in await unmatched(hand)]
    alone = [one["reason"] for one in await unmatched(hand, reason="name-and-birth-date-differ")]

    assert everything == [
        ("name-of-the-dead-differs", True),
        ("name-and-birth-date-differ", False),
        ("not-on-file", False),
    ]
    assert alone == ["name-and-birth-date-differ"]


async def test_the_list_of_strangers_is_read_page_by_page(hand: ByHand) -> None:
    await sends(hand, *[message("A01", f"09{n:02}", visit=f"V{n}") for n in range(5)])
    async with hand.http(KEYS) as http:
        pages = [await http.get("/unmatched?limit=2", headers=bearer(KEYS, "bureau-officer"))]
        while "next" in pages[-1].links:
            pages.append(await http.get(pages[-1].links["next"]["url"], headers=bearer(KEYS, "bureau-officer")))

    seen = [one["visit_id"] for page in pages for one in page.json()]
    assert [len(page.json()) for page in pages] == [2, 2, 1] and len(set(seen)) == 5
    assert {page.headers["x-total-count"] for page in pages} == {"5"}


async def test_a_death_is_taken_back_also_when_the_card_has_another_name_by_now(hand: ByHand) -> None:
    await hand.hears(card())
    await sends(hand, message("A01"), message("A03", "1100", died="Y"))

    await hand.hears(card(version=2, name="张三側"))
    said = await sends(hand, message("A08", "1200", died="N"))

    assert kinds(said) == [HospitalWithdrewDeath]


async def test_a_death_before_somebody_came_under_care_is_told(hand: ByHand) -> None:
    """The registry decides what it means. The stay, which had ended, is not told."""
    before = await sends(hand, message("A01"), message("A03", "1100", died="Y"))
    hand.now = MORNING.replace(year=2027)
    carded = await hand.hears(card())

    assert (before, kinds(carded)) == ([], [HospitalReportedDeath])


async def test_what_is_rebuilt_after_deaths_equals_what_is_live(fresh: Callable[..., Any]) -> None:
    async with fresh(service) as database:
        hand = ByHand(service, database, MORNING)
        await hand.hears(card())
        await sends(hand, message("A31", died="Y", visit="", patient_class=""), message("A01"), message("A11", "1000"))
        await sends(hand, message("A01", "1005", died="N"), message("A08", "1100", name="王五验", died="Y"))

        assert await hand.differences() == []
