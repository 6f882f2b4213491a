"""Medical by hand: messages of hospitals become stays of people under care, each transition told once."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from bus.sealed import KeyRing, new_demo_ring
from bus.testing import MORNING, ByHand
from contracts.event import Event
from contracts.ids import PersonId, UnitId, derived
from contracts.medical import (
    AdmissionCancelled,
    DischargeCancelled,
    PatientAdmitted,
    PatientDischarged,
    PatientTransferred,
)
from contracts.personal import SealedIdentity
from contracts.registry import CardEnd, PersonCard
from services.medical.intake import HOSPITAL, Intake
from services.medical.service import service

KEYS = KeyRing(orjson.dumps(new_demo_ring(["identity", "contact", "clinical", "sms"])))
ZHANG = PersonId(derived("test", "张三测"))
ID = "990101193805120018"


def check_digit(body: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return "10X98765432"[sum(int(c) * w for c, w in zip(body, weights, strict=True)) % 11]


ID = ID[:17] + check_digit(ID[:17])
ICU = "9601^^^4506^重症"


def card(version: int = 1, name: str = "张三测", born: str = "1938-05-12") -> PersonCard:
    index = KEYS.index
    return PersonCard(
        city="双塔市", county="东区", person_id=ZHANG, version=version, kind="veteran-cadre", category="living-alone",
        name=KEYS.seal(SealedIdentity, name, kind="name", person=ZHANG), resident_id_index=index.whole("resident-id", ID),
        name_index=index.whole("name", name), birth_date_index=index.whole("birth-date", born),
        unit_id=UnitId(derived("test", "unit")), unit_name="市水利局", holders=(), stated_at=MORNING,
    )  # fmt: skip


def message(trigger: str, at: str = "0900", *, visit: str = "V1", name: str = "张三测", born: str = "19380512",
            ward: str = "心内科", resident_id: str = ID, died: str = "", kind: str = "P", control: str = "",
            patient_class: str = "I", discharged: str = "", location: str = "") -> bytes:  # fmt: skip
    """One message, typed and sent `at` this time. The patient lies in bed since nine; `discharged` is PV1-45."""
    time = f"20260511{at}00"
    pid = f"PID|1||{resident_id}^^^^IdentifyNO||{name}||{born}|M" + "|" * 21 + f"|{died}"
    pv1_44 = "20260511090000"
    pv1_45 = f"20260511{discharged}00" if discharged else time if trigger == "A03" else ""
    pv1 = (
        f"PV1|1|{patient_class}|{location or f'9505^^^4506^{ward}'}"
        + "|" * 16
        + f"{visit}"
        + "|" * 25
        + f"{pv1_44}|{pv1_45}"
    )
    lines = (
        f"MSH|^~\\&|HIS|院|BF||{time}||ADT^{trigger}|{control or trigger + at}|{kind}|2.4",
        f"EVN|{trigger}|{time}",
        pid,
        pv1,
    )
    return "\r".join(lines).encode()


@pytest.fixture
async def hand(fresh: Callable[..., Any]) -> AsyncIterator[ByHand]:
    async with fresh(service) as database:
        yield ByHand(service, database, MORNING)


async def sends(hand: ByHand, *messages: bytes) -> list[Event]:
    """The hospital sends; what medical tells is returned."""
    await hand.stand()
    intake = Intake(hand.asking, KEYS, "第一医院")
    for one in messages:
        request, _ = intake._request(one, None)
        (outcome,) = await hand.asking.decide([hand.asking.item(request.model_copy(update={"by": HOSPITAL}))])
        assert not isinstance(outcome, Exception), outcome
    return await hand.said()


async def set_aside(hand: ByHand) -> list[str]:
    """The reason of each message that was set aside."""
    async with hand.database.connection() as connection:
        return [row["reason"] for row in await connection.fetch("SELECT reason FROM set_aside")]


def kinds(said: list[Event]) -> list[type[Event]]:
    return [type(event) for event in said]


async def test_a_stay_is_told_transition_by_transition(hand: ByHand) -> None:
    await hand.hears(card())

    said = await sends(
        hand,
        message("A01"),
        message("A02", "1000", location=ICU),
        message("A03", "1100", location=ICU),
        message("A13", "1200", location=ICU),
    )

    assert kinds(said) == [PatientAdmitted, PatientTransferred, PatientDischarged, DischargeCancelled]
    assert {event.key for event in said} == {ZHANG}
    admitted = said[0]
    assert isinstance(admitted, PatientAdmitted)
    assert admitted.admitted_at == datetime(2026, 5, 11, 1, 0, tzinfo=UTC)


async def test_the_same_message_five_times_and_in_two_encodings_is_one_admission(hand: ByHand) -> None:
    await hand.hears(card())
    utf8 = message("A01")

    said = await sends(hand, *[utf8] * 5, utf8.decode().encode("gb18030"))

    assert kinds(said) == [PatientAdmitted]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_discharge_and_admission_converge_in_either_order(hand: ByHand, order: tuple[int, int]) -> None:
    await hand.hears(card())
    notices = [message("A01"), message("A03", "1100")]

    said = await sends(hand, *(notices[i] for i in order))

    assert kinds(said) == [PatientAdmitted, PatientDischarged]


async def test_a_cancel_that_comes_before_its_admission_is_kept_and_nothing_is_told(hand: ByHand) -> None:
    await hand.hears(card())

    said = await sends(hand, message("A11", "1000"), message("A01"))

    assert said == []


async def test_a_cancelled_admission_is_taken_back_and_a_later_one_is_a_new_stay(hand: ByHand) -> None:
    await hand.hears(card())

    said = await sends(hand, message("A01"), message("A11", "1000"))
    again = await sends(hand, message("A01", "1400").replace(b"20260511090000", b"20260511140000"))

    assert kinds(said) == [PatientAdmitted, AdmissionCancelled]
    assert kinds(again) == [PatientAdmitted]
    assert said[0].stay_id != again[0].stay_id  # type: ignore[attr-defined]


async def test_the_resident_id_alone_is_not_enough(hand: ByHand) -> None:
    await hand.hears(card())

    stolen = await sends(hand, message("A01", name="李四试", born="19400101", visit="V9"))
    renamed = await sends(hand, message("A01", name="张三側", visit="V2"))
    misdated = await sends(hand, message("A01", born="19380513", visit="V3"))

    assert (kinds(stolen), kinds(renamed), kinds(misdated)) == ([], [PatientAdmitted], [PatientAdmitted])


async def test_who_comes_under_care_later_is_told_of_then(hand: ByHand) -> None:
    before = await sends(hand, message("A01"))
    after = await hand.hears(card())
    again = await hand.hears(card(version=2))

    assert (before, kinds(after), again) == ([], [PatientAdmitted], [])


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b"this is not HL7", "unreadable"),
        (message("A01", resident_id="990101193805120019"), "resident-id-check-digit"),
        (message("A01", resident_id=""), "no-resident-id"),
        (message("A01", visit=""), "no-visit-number"),
        (message("A04"), "no-stay-concerned"),
        (message("A01", kind="T"), "not-production"),
    ],
)
async def test_what_cannot_be_placed_is_stored_and_listed_with_its_reason(
    hand: ByHand, bad: bytes, reason: str
) -> None:
    await hand.hears(card())

    said = await sends(hand, bad)

    assert said == []
    assert await set_aside(hand) == [reason]


async def test_the_rebuilt_tables_equal_the_live_ones(hand: ByHand) -> None:
    await sends(hand, message("A03", "1100", died="Y"), b"garbage")
    await hand.hears(card())
    await sends(hand, message("A01"), message("A11", "1500"))

    assert await hand.differences() == []


async def test_what_is_heard_of_a_file_that_was_merged_is_told_of_the_one_that_goes_on(hand: ByHand) -> None:
    goes_on = PersonId(derived("test", "the file that goes on"))
    ended = CardEnd(end_id=derived("test", "merged"), why="merged", into=goes_on)
    await hand.hears(card())
    before = await sends(hand, message("A01"))

    await hand.hears(card(version=2).model_copy(update={"care_ended": ended}))
    merged = await sends(hand, message("A03", "1100"), message("A01", "1200", visit="V2"))
    await hand.hears(card(version=3))
    parted = await sends(hand, message("A03", "1300", visit="V2"))

    assert [e.person_id for e in before if isinstance(e, PatientAdmitted)] == [ZHANG]
    assert [(type(e), e.key) for e in merged] == [(PatientDischarged, goes_on), (PatientAdmitted, goes_on)]
    assert [e.person_id for e in parted if isinstance(e, PatientDischarged)] == [ZHANG]
