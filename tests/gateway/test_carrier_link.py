"""The line to a carrier: what is definite is said, everything else is no answer, and nothing is acknowledged unstored."""

import asyncio
import time
from uuid import uuid4

import pytest

from contracts.ids import SmsId
from services.gateway.domain import Accepted, Answer, NoAnswer, NotTaken, Refused
from tests.gateway.conftest import CarrierProcess, Line, free_port, until
from tests.gateway.faces import TEXT, TWO_PARTS


def an_sms() -> SmsId:
    return SmsId(uuid4())


async def test_an_sms_is_taken_once_word_for_word_and_its_receipt_comes(carrier: CarrierProcess, line: Line) -> None:
    sms_id = an_sms()

    answer = await line.link.submit(sms_id, "+8619900001234", TEXT)

    (taken,) = await carrier.ledger(sms_id)
    assert answer == Accepted((taken["message_id"],))
    assert (taken["phone"], taken["source"], taken["text"], taken["parts"]) == ("8619900001234", "10690000", TEXT, 1)
    await until(lambda: line.heard.of(sms_id) == ["DELIVRD"])
    assert line.heard.receipts[-1].ref == taken["message_id"]


@pytest.mark.parametrize(
    ("phone", "answer"),
    [
        ("+8619900000404", Refused("invalid-number", 0x0B)),
        ("+8619900000500", Refused("rejected", 0x08)),
        ("not a number", Refused("invalid-number", 0x0B)),
    ],
)
async def test_a_definite_refusal_is_a_refusal(line: Line, phone: str, answer: Answer) -> None:
    assert await line.link.submit(an_sms(), phone, TEXT) == answer


async def test_a_throttled_number_is_certainly_not_taken_until_it_is(carrier: CarrierProcess, line: Line) -> None:
    sms_id = an_sms()

    answers = [await line.link.submit(sms_id, "+8619900000588", TEXT) for _ in range(3)]

    assert answers[:2] == [NotTaken("throttled")] * 2
    assert isinstance(answers[2], Accepted)
    assert [entry["status"] for entry in await carrier.ledger(sms_id)] == [0x58, 0x58, 0]


@pytest.mark.parametrize(
    ("phone", "stats"),
    [("+8619900000222", ["UNDELIV"]), ("+8619900000333", ["EXPIRED"]), ("+8619900000777", ["DELIVRD"] * 3)],
)
async def test_receipts_say_what_became_of_it(line: Line, phone: str, stats: list[str]) -> None:
    sms_id = an_sms()

    await line.link.submit(sms_id, phone, TEXT)

    await until(lambda: line.heard.of(sms_id) == stats)


async def test_an_sms_of_two_parts_is_joined_on_the_handset(carrier: CarrierProcess, line: Line) -> None:
    sms_id = an_sms()

    answer = await line.link.submit(sms_id, "+8619900001235", TWO_PARTS)

    parts = sorted(await carrier.ledger(sms_id), key=lambda entry: entry["part"])
    assert answer == Accepted(tuple(entry["message_id"] for entry in parts))
    assert [(entry["part"], entry["parts"]) for entry in parts] == [(1, 2), (2, 2)]
    assert "".join(entry["text"] for entry in parts) == TWO_PARTS


async def test_an_empty_and_an_endless_text_are_refused_before_the_carrier_sees_them(
    carrier: CarrierProcess, line: Line
) -> None:
    sms_id = an_sms()

    answers = [await line.link.submit(sms_id, "+8619900001234", text) for text in ("", "长" * 403)]

    assert answers == [Refused("rejected", 0), Refused("rejected", 0)]
    assert await carrier.ledger(sms_id) == []


async def test_a_receipt_that_cannot_be_stored_is_not_acknowledged_and_comes_again(line: Line) -> None:
    sms_id = an_sms()
    line.heard.fail_next = 2

    await line.link.submit(sms_id, "+8619900001234", TEXT)

    await until(lambda: line.heard.of(sms_id) == ["DELIVRD"])
    assert line.heard.fail_next == 0


async def test_a_slow_store_keeps_no_answer_waiting(line: Line) -> None:
    """The callbacks do not stand in the way of what else comes over the line."""
    line.heard.fail_next = 10**6
    await line.link.submit(an_sms(), "+8619900001234", TEXT)

    answers = await asyncio.gather(*(line.link.submit(an_sms(), "+8619900001234", TEXT) for _ in range(30)))

    assert all(isinstance(answer, Accepted) for answer in answers)
    line.heard.fail_next = 0


async def test_a_holder_replies(carrier: CarrierProcess, line: Line) -> None:
    await line.link.submit(an_sms(), "+8619900000998", TEXT)
    await carrier.ask("POST", "/reply", phone="+8619900001234", text="１，编号JTLP")

    await until(lambda: len(line.heard.replies) == 2)
    assert set(line.heard.replies) == {
        ("+8619900000998", "10690000", "2"),
        ("+8619900001234", "10690000", "１，编号JTLP"),
    }


async def test_no_answer_in_time_is_no_answer_and_what_comes_late_is_told(carrier: CarrierProcess) -> None:
    sms_id = an_sms()
    async with Line(carrier.port, answer_within=0.3) as line:
        answer = await line.link.submit(sms_id, "+8619900000060", TEXT)

        assert answer == NoAnswer("timeout")
        await until(lambda: bool(line.heard.late))
        (taken,) = await carrier.ledger(sms_id)
        assert line.heard.late == [(sms_id, Accepted((taken["message_id"],)))]


async def test_while_the_line_is_down_nothing_goes_and_that_is_certain() -> None:
    line = Line(free_port())

    assert await line.link.submit(an_sms(), "+8619900001234", TEXT) == NotTaken("link-down")
    assert not line.link.up
    await line.__aexit__()


async def test_a_carrier_that_is_killed_in_mid_submission_gives_no_answer_and_took_it_once(
    own_carrier: CarrierProcess,
) -> None:
    sms_id = an_sms()
    async with Line(own_carrier.port) as line:
        await own_carrier.ask("POST", "/mode", mode="hold")
        submission = asyncio.create_task(line.link.submit(sms_id, "+8619900001234", TEXT))
        await asyncio.sleep(0.2)
        taken = await own_carrier.ledger(sms_id)

        own_carrier.kill()

        assert len(taken) == 1
        assert await submission == NoAnswer("link-lost")
        own_carrier.start()
        await until(lambda: line.link.up)
        assert await own_carrier.ledger(sms_id) == taken
        await until(lambda: line.heard.of(sms_id) == ["DELIVRD"])


async def test_an_sms_that_still_waited_for_its_turn_when_the_line_died_certainly_did_not_go(
    own_carrier: CarrierProcess,
) -> None:
    async with Line(own_carrier.port, window=1) as line:
        await own_carrier.ask("POST", "/mode", mode="hold")
        submissions = [asyncio.create_task(line.link.submit(an_sms(), "+8619900001234", TEXT)) for _ in range(3)]
        await asyncio.sleep(0.2)

        own_carrier.kill()

        assert await asyncio.gather(*submissions) == [
            NoAnswer("link-lost"),
            NotTaken("link-down"),
            NotTaken("link-down"),
        ]


async def test_a_carrier_that_drops_the_line_is_found_again(own_carrier: CarrierProcess) -> None:
    async with Line(own_carrier.port) as line:
        await own_carrier.ask("POST", "/mode", mode="down")
        await until(lambda: not line.link.up)
        assert await line.link.submit(an_sms(), "+8619900001234", TEXT) == NotTaken("link-down")

        await own_carrier.ask("POST", "/mode", mode="normal")

        await until(lambda: line.link.up)
        assert isinstance(await line.link.submit(an_sms(), "+8619900001234", TEXT), Accepted)


async def test_a_slow_carrier_is_waited_for(own_carrier: CarrierProcess) -> None:
    async with Line(own_carrier.port) as line:
        await own_carrier.ask("POST", "/mode", mode="slow")

        assert isinstance(await line.link.submit(an_sms(), "+8619900001234", TEXT), Accepted)


async def test_no_more_is_unanswered_at_once_than_the_window_allows(own_carrier: CarrierProcess) -> None:
    async with Line(own_carrier.port, window=3) as line:
        await own_carrier.ask("POST", "/mode", mode="hold")
        submissions = [asyncio.create_task(line.link.submit(an_sms(), "+8619900001234", TEXT)) for _ in range(9)]
        await asyncio.sleep(0.3)

        held = len(await own_carrier.ledger())
        await own_carrier.ask("POST", "/mode", mode="normal")

        assert held == 3
        assert all(isinstance(answer, Accepted) for answer in await asyncio.gather(*submissions))


async def test_one_whose_turn_comes_when_its_time_is_over_is_not_written(own_carrier: CarrierProcess) -> None:
    first, second = an_sms(), an_sms()
    async with Line(own_carrier.port, window=1) as line:
        await own_carrier.ask("POST", "/mode", mode="hold")
        until_then = time.monotonic() + 0.2
        submissions = [
            asyncio.create_task(line.link.submit(sms_id, "+8619900001234", TEXT, until_then))
            for sms_id in (first, second)
        ]
        await asyncio.sleep(0.4)
        await own_carrier.ask("POST", "/mode", mode="normal")
        answers = await asyncio.gather(*submissions)

    assert (isinstance(answers[0], Accepted), answers[1]) == (True, NotTaken("lease-ended"))
    assert [entry["sms_id"] for entry in await own_carrier.ledger()] == [str(first)]
