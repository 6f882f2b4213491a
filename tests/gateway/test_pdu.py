"""The bytes of SMPP, compared with an implementation that shares no line with ours."""

import asyncio
import struct
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
import smpp34
from hypothesis import given
from hypothesis import strategies as st

from contracts.ids import SmsId
from services.gateway.domain import Accepted
from services.gateway.pdu import SMS_ID, Command, NotSmpp, Pdu, Short, read_pdu, submissions
from services.gateway.receipts import Receipt, read_receipt
from tests.gateway.conftest import CarrierProcess, Line, free_port, until
from tests.gateway.faces import SMS, TEXT, TWO_PARTS

Peer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
AGAIN = SmsId(UUID("018f5e2a-7c00-7a11-8b22-990011223344"))


def read(raw: bytes) -> Pdu:
    async def fed() -> Pdu:
        reader = asyncio.StreamReader()
        reader.feed_data(raw)
        reader.feed_eof()
        return await read_pdu(reader)

    return asyncio.run(fed())


def test_a_submission_is_what_another_implementation_reads() -> None:
    for short in submissions("10690000", "+8619900001234", TWO_PARTS, SMS.bytes):
        found = smpp34.decode(Pdu(Command.SUBMIT_SM, 7, short.written()).written())

        assert (found.source_addr, found.destination_addr, found.data_coding) == ("10690000", "8619900001234", 8)
        assert (found.short_message, found.esm_class, found.registered_delivery) == (short.payload, 0x40, 1)
        assert [(tlv.tag, tlv.value) for tlv in found.tlvs] == [(SMS_ID, SMS.bytes)]


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
    st.binary(max_size=16),
    st.sampled_from([0, 4, 0x40]),
)
def test_what_another_implementation_writes_is_what_we_read(text: str, value: bytes, esm_class: int) -> None:
    payload = text.encode("utf-16-be")
    written = smpp34.DeliverSm(
        "8619900001234", "10690000", payload, data_coding=8, esm_class=esm_class, tlvs=[smpp34.Tlv(0x1500, value)]
    ).encode()

    short = Short.read(written[16:])

    assert (short.source, short.destination, short.payload) == ("8619900001234", "10690000", payload)
    assert (short.coding, short.esm_class, short.optional) == (8, esm_class, {0x1500: value})


@given(st.binary(max_size=80))
def test_a_body_of_garbage_is_refused_or_read_but_never_breaks_anything(body: bytes) -> None:
    try:
        short = Short.read(body)
    except NotSmpp:
        return
    assert isinstance(short.text, str)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300))
def test_the_parts_of_a_text_are_the_text_and_each_fits(text: str) -> None:
    parts = submissions("1", "+86199", text, SMS.bytes)

    assert "".join(part.text for part in parts) == text
    assert all(len(part.payload) <= 140 for part in parts)
    assert [part.part for part in parts] == [(number, len(parts)) for number in range(1, len(parts) + 1)]


def test_a_unit_that_claims_to_be_huge_is_no_smpp() -> None:
    for length in (0, 15, 2**31):
        with pytest.raises(NotSmpp):
            read(struct.pack(">IIII", length, 4, 0, 1) + bytes(80))


def test_a_receipt_is_read_from_its_words_or_from_its_parameters() -> None:
    words = Short(
        "86199", "1069", b"id:07 sub:001 dlvrd:001 submit date:2605011200 done date:2605011201 stat:DELIVRD err:000", 0
    )
    parameters = Short("86199", "1069", b"", 0, optional={0x1E: b"07\0", 0x427: b"\5", SMS_ID: AGAIN.bytes})

    assert read_receipt(words) == Receipt("07", "DELIVRD", None)
    assert read_receipt(parameters) == Receipt("07", "UNDELIV", AGAIN)
    assert read_receipt(Short("86199", "1069", "明天去".encode("utf-16-be"))) is None


async def test_our_line_works_with_a_carrier_that_is_not_ours() -> None:
    server = smpp34.Server(host="127.0.0.1", port=(port := free_port()), system_id="OTHER")
    await server.start()

    async def serve() -> None:
        esme = await server.next()
        submitted = await server.next()
        submitted.accept("a-1")
        words = b"id:a-1 sub:001 dlvrd:001 stat:DELIVRD err:000 text:"
        await esme.deliver_sm("10690000", words, source_addr=submitted.destination_addr, esm_class=4)
        await esme.deliver_sm("10690000", "1".encode("utf-16-be"), source_addr="8619900001234", data_coding=8)

    serving = asyncio.create_task(serve())
    async with Line(port) as line:
        assert await line.link.submit(SMS, "+8619900001234", TEXT) == Accepted(("a-1",))
        await until(lambda: bool(line.heard.replies))
    await serving
    await server.stop()

    assert line.heard.receipts == [Receipt("a-1", "DELIVRD", None)]
    assert line.heard.replies == [("+8619900001234", "10690000", "1")]


async def test_our_carrier_works_with_a_client_that_is_not_ours(carrier: CarrierProcess) -> None:
    smsc = await smpp34.Client("127.0.0.1", carrier.port, "other", "secret", bind_type="TRX").connect()

    answer = await smsc.submit_sm("8619900001234", b"hello", source_addr="1069", tlvs=[smpp34.Tlv(SMS_ID, AGAIN.bytes)])
    receipt = await asyncio.wait_for(smsc.next(), 5)
    await smsc.unbind()

    (taken,) = await carrier.ledger(AGAIN)
    assert (answer.is_success, answer.message_id) == (True, taken["message_id"])
    assert receipt.short_message.startswith(f"id:{taken['message_id']} ".encode())


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Accepts the bind and says nothing more."""
    writer.write((await read_pdu(reader)).response(b"SILENT\0").written())
    await reader.read()


async def babbling(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Accepts the bind and goes on with what is no SMPP."""
    writer.write((await read_pdu(reader)).response(b"BABBLE\0").written() + b"HTTP/1.1 400 Bad Request\r\n\r\n")
    await reader.read()


@pytest.mark.parametrize("peer", [silent, babbling])
async def test_a_line_that_is_silent_or_babbles_is_dropped_and_tried_again(peer: Peer) -> None:
    binds: list[str] = []

    async def counted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        binds.append("bind")
        await peer(reader, writer)

    server = await asyncio.start_server(counted, "127.0.0.1", port := free_port())
    line = Line(port, enquire_after=0.1, answer_within=0.1)
    await until(lambda: len(binds) >= 2)
    await line.__aexit__()
    server.close()


async def test_a_line_that_is_told_to_end_ends_also_in_the_moment_in_which_the_carrier_answers() -> None:
    server = await asyncio.start_server(silent, "127.0.0.1", port := free_port())

    for steps in range(40):  # the connection stands after about 7, the bind is answered after about 13
        line = Line(port)
        for _ in range(steps):
            await asyncio.sleep(0)
        async with asyncio.timeout(2):
            await line.__aexit__()

    server.close()
