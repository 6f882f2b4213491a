"""Who is in hospital, since when, until when and where: what is typed again, cut short, said from outside, or long past."""

from datetime import UTC, datetime, timedelta

import pytest

from bus.testing import MORNING, ByHand
from contracts.medical import (
    AdmissionCancelled,
    DischargeCancelled,
    PatientAdmitted,
    PatientDischarged,
    PatientTransferred,
)
from tests.medical.test_medical_service import card, hand, kinds, message, sends, set_aside

__all__ = ["hand"]


async def test_an_admission_that_is_typed_again_with_its_true_time_is_a_new_stay(hand: ByHand) -> None:
    """PV1-44 says nine both times; what was typed after the cancellation counts."""
    await hand.hears(card())

    said = await sends(hand, message("A01"), message("A11", "1000"), message("A01", "1005"))

    assert kinds(said) == [PatientAdmitted, AdmissionCancelled, PatientAdmitted]
    assert said[0].stay_id != said[2].stay_id  # type: ignore[attr-defined]
    assert said[0].admitted_at == said[2].admitted_at  # type: ignore[attr-defined]


async def test_a_discharge_that_is_typed_again_with_its_true_time_is_told(hand: ByHand) -> None:
    await hand.hears(card())
    admitted_and_ended = [message("A01"), message("A03", "1100"), message("A13", "1200")]

    said = await sends(hand, *admitted_and_ended, message("A03", "1300", discharged="1130"))

    assert kinds(said) == [PatientAdmitted, PatientDischarged, DischargeCancelled, PatientDischarged]
    assert said[3].discharged_at == datetime(2026, 5, 11, 3, 30, tzinfo=UTC)  # type: ignore[attr-defined]
    assert said[3].recorded_at == datetime(2026, 5, 11, 5, 0, tzinfo=UTC)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("then", "now", "is_another"),
    [
        ("9505^12^05^4506^心内科", "9505^13^06^4506^心内科", False),
        ("9505^12^05^4506^心内科", "9505^12^05^4506^", False),
        ("9505^12^05^4506^", "9505^12^05^4506^心内科", False),
        ("9505^12^05^4506^心内科", "9505^12^05^^心内科", False),
        ("9505^12^05^4506^心内科", "9505^12^05^4601^心内科", True),
        ("9505^12^05^4506^心内科", "9601^12^05^4506^心内科", True),
        ("心内科", "重症", True),
        ("心内科", "心内科^12", False),
    ],
)
async def test_a_transfer_is_to_another_ward_and_not_to_another_bed_or_name(
    hand: ByHand, then: str, now: str, is_another: bool
) -> None:
    """Point of care and facility tell wards apart; what one message leaves out is not another one."""
    await hand.hears(card())

    said = await sends(hand, message("A01", location=then), message("A08", "1000", location=now))

    assert kinds(said[:1]) == [PatientAdmitted]
    assert kinds(said[1:]) == ([PatientTransferred] if is_another else [])


async def test_any_notice_of_a_stay_may_say_that_it_has_ended(hand: ByHand) -> None:
    """PV1-45; a time that is still to come is a plan, and a reopening repeats what it takes back."""
    await hand.hears(card())
    planned, said_so = message("A08", "1000", discharged="1600"), message("A08", "1700", discharged="1600")

    before = await sends(hand, message("A01"), planned)
    after = await sends(hand, said_so)
    reopened = await sends(hand, message("A13", "1800", discharged="1600"))

    assert (kinds(before), kinds(after), kinds(reopened)) == (
        [PatientAdmitted], [PatientDischarged], [DischargeCancelled],
    )  # fmt: skip
    assert after[0].discharged_at == datetime(2026, 5, 11, 8, 0, tzinfo=UTC)  # type: ignore[attr-defined]


@pytest.mark.parametrize("trigger", ["A01", "A08", "A31"])
@pytest.mark.parametrize("patient_class", ["O", "E", "", "ff"])
async def test_who_is_not_surely_an_inpatient_is_not_in_hospital(
    hand: ByHand, trigger: str, patient_class: str
) -> None:
    await hand.hears(card())

    said = await sends(hand, message(trigger, patient_class=patient_class))

    assert said == []
    assert await set_aside(hand) == ["not-inpatient"]


async def test_what_ended_before_somebody_came_under_care_is_not_told_until_it_is_reopened(hand: ByHand) -> None:
    ended = [message("A01"), message("A03", "1100")]
    hand.now = MORNING + timedelta(days=400)

    before = await sends(hand, *ended)
    carded = await hand.hears(card())
    updated = await sends(hand, message("A08", "1130"))
    reopened = await sends(hand, message("A13", "1200"))

    assert (before, carded, updated, kinds(reopened)) == ([], [], [], [PatientAdmitted])


async def test_a_stay_that_ends_after_somebody_came_under_care_is_told_whatever_comes_first(hand: ByHand) -> None:
    await hand.hears(card())

    said = await sends(hand, message("A03", "1100"), message("A01"))

    assert kinds(said) == [PatientAdmitted, PatientDischarged]
