"""The door of the hospitals: every message that comes is stored and answered, and none holds up the line behind it."""

from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest
from structlog.testing import capture_logs

from bus.asking import SameIdOtherWords
from bus.sealed import KeyRing, new_demo_ring
from bus.testing import ByHand, bearer
from contracts.medical import PatientAdmitted
from services.medical.adt import SourceProfile
from services.medical.intake import Intake
from tests.medical.test_medical_service import ID, KEYS, card, hand, kinds, message, sends, set_aside

__all__ = ["hand"]
BROKEN = SourceProfile(inpatient=None)  # type: ignore[arg-type]
"""With this every reading of PV1-2 fails, as a defect of ours would make it fail."""


@pytest.fixture
async def door(hand: ByHand) -> AsyncIterator[ByHand]:
    """Somebody answers, and Zhang is under care."""
    await hand.hears(card())
    hand.asking.start()
    yield hand
    await hand.asking.stop()


def second(answer: bytes) -> list[bytes]:
    """MSA."""
    return answer.split(b"\r")[1].split(b"|")


@pytest.mark.parametrize("name", [".", "·", "……", "・^.", "\u200b"])
async def test_a_name_of_dots_is_no_name(door: ByHand, name: str) -> None:
    answer = await Intake(door.asking, KEYS, "第一医院").take(message("A01", name=name))

    assert second(answer)[:2] == [b"MSA", b"AA"]
    assert kinds(await door.said()) == [PatientAdmitted], "the birth date agrees"


async def test_a_defect_in_the_reading_of_one_message_holds_up_no_other(door: ByHand) -> None:
    """Stored, answered AE, listed; the log names the place in the code and nothing of the message."""
    with capture_logs() as logs:
        answer = await Intake(door.asking, KEYS, "第一医院", BROKEN).take(message("A01"))

    assert second(answer)[:3] == [b"MSA", b"AE", b"A010900"]
    assert await set_aside(door) == ["unreadable"]
    (line,) = logs
    assert (line["event"], line["error"]) == ("a message could not be read", "TypeError")
    assert line["where"].startswith("adt.py:")
    assert not any(text in str(logs) for text in (ID, "张三测", "1938"))


async def test_over_http_too_a_defect_is_answered(hand: ByHand) -> None:
    async with hand.http(KEYS) as http:
        app: Any = http._transport.app  # type: ignore[attr-defined]
        app.state.intake = Intake(hand.asking, KEYS, "第一医院", BROKEN)
        answer = await http.post("/messages", content=message("A01"), headers=bearer(KEYS, "hospital"))

    assert (answer.status_code, second(answer.content)[1]) == (200, b"AE")


async def test_a_message_that_is_repeated_after_a_key_was_rotated_is_acknowledged_as_then(door: ByHand) -> None:
    """Its bytes are the same, so it is stored, whatever it would be sealed with now; it is told once."""
    ring = new_demo_ring(["identity", "contact", "clinical", "sms"])
    old = KeyRing(orjson.dumps(ring))
    fresh_key = new_demo_ring(["clinical"])["seal"]["clinical"]["keys"]["k1"]
    ring["seal"]["clinical"] = {"current": "k2", "keys": {**ring["seal"]["clinical"]["keys"], "k2": fresh_key}}
    new = KeyRing(orjson.dumps(ring))
    request, _ = Intake(door.asking, new, "第一医院")._request(message("A01"), None)

    then = await Intake(door.asking, old, "第一医院").take(message("A01"))
    again = await Intake(door.asking, new, "第一医院").take(message("A01"))

    assert again == then
    with pytest.raises(SameIdOtherWords):
        await door.asking.ask(request)


@pytest.mark.parametrize("lost", [1, 2], ids=["MSH is lost", "MSH and EVN are lost"])
async def test_what_is_not_a_header_is_not_taken_for_one(hand: ByHand, lost: int) -> None:
    """PID stands where MSH-3 and MSH-10 would be, with the resident ID and the name in it: no column may hold them."""
    said = await sends(hand, b"\r".join(message("A01").split(b"\r")[lost:]))

    async with hand.database.connection() as connection:
        (row,) = await connection.fetch("SELECT * FROM set_aside")
    assert (said, row["reason"], row["source"], row["control_id"]) == ([], "unreadable", "", "")


async def test_who_sent_what_is_unreadable_is_named_where_there_is_a_header(hand: ByHand) -> None:
    await sends(hand, message("A01").replace(b"ADT^A01", b"ORU^R01"))

    async with hand.database.connection() as connection:
        (row,) = await connection.fetch("SELECT * FROM set_aside")
    assert (row["reason"], row["source"], row["control_id"]) == ("unreadable", "HIS/院", "A010900")
