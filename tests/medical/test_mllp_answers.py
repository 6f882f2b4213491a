"""A good sender is answered in order, and never told that a message is safe when it is not."""

import asyncio

import pytest

from services.medical.mllp import MllpListener, NotStored, Peer, framed
from tests.medical.senders import ONE, THREE, TWO, Sender, Store, listening, until


async def test_a_message_is_answered_and_the_connection_stays() -> None:
    async with listening() as listener:
        sender = await Sender.to(listener)

        for body in (ONE, TWO):
            sender.say(framed(body))
            assert await sender.answer() == b"ACK " + body

        assert (listener.counters.frames, listener.counters.answers, listener.counters.open_connections) == (2, 2, 1)


async def test_the_receiver_is_told_who_sends() -> None:
    async def who(body: bytes, peer: Peer) -> bytes:
        return f"{peer.host} {peer.port > 0}".encode()

    async with listening(who) as listener:
        sender = await Sender.to(listener)
        sender.say(framed(ONE))

        assert await sender.answer() == b"127.0.0.1 True"


async def test_a_message_that_comes_byte_by_byte_is_answered() -> None:
    async with listening() as listener:
        sender = await Sender.to(listener)
        for byte in framed(ONE):
            sender.say(bytes([byte]))
            await asyncio.sleep(0)

        assert await sender.answer() == b"ACK " + ONE


async def test_several_are_received_at_once_and_answered_in_the_order_of_arrival() -> None:
    store = Store()
    async with listening(store) as listener:
        sender = await Sender.to(listener)
        sender.say(framed(ONE) + framed(TWO) + framed(THREE))
        await until(lambda: store.asked == [ONE, TWO, THREE])

        for body in (THREE, TWO, ONE):
            store.finish(body, body)

        assert [await sender.answer() for _ in range(3)] == [ONE, TWO, THREE]


async def test_no_more_than_so_many_are_received_at_once_and_none_is_forgotten() -> None:
    store = Store()
    bodies = [b"MSH|%d" % n for n in range(200)]
    async with listening(store, max_in_receive=8) as listener:
        sender = await Sender.to(listener)
        sender.say(b"".join(map(framed, bodies)))
        await until(lambda: len(store.asked) == 8)
        for body in bodies:
            store.finish(body, body)

        assert [await sender.answer() for _ in bodies] == bodies
        assert store.most_at_once == 8


async def test_a_sender_is_read_no_faster_than_its_messages_are_stored() -> None:
    store = Store()
    big = b"MSH|" + b"x" * 100_000
    async with listening(store, max_frame=200_000) as listener:
        sender = await Sender.to(listener)
        for _ in range(200):
            sender.say(framed(big))
        await asyncio.sleep(0.2)

        assert listener.counters.frames < 10
        store.finish(big, b"ok")
        assert [await sender.answer() for _ in range(200)] == [b"ok"] * 200


async def test_what_is_not_stored_gets_no_answer_and_closes_the_connection() -> None:
    store = Store()
    async with listening(store) as listener:
        sender = await Sender.to(listener)
        sender.say(framed(ONE) + framed(TWO) + framed(THREE))
        store.finish(THREE, b"ok 3")
        store.fail(TWO, NotStored("the database is away"))
        await until(lambda: store.asked == [ONE, TWO, THREE])
        store.finish(ONE, b"ok 1")

        assert [await sender.answer(), await sender.answer()] == [b"ok 1", b""]
        assert (listener.counters.not_stored, listener.counters.failures) == (1, 0)


async def test_a_defect_of_ours_is_no_answer_either() -> None:
    store = Store()
    store.fail(ONE, ZeroDivisionError())
    async with listening(store) as listener:
        sender = await Sender.to(listener)
        sender.say(framed(ONE))

        assert await sender.answer() == b""
        assert (listener.counters.not_stored, listener.counters.failures) == (0, 1)


async def test_a_message_may_need_no_answer() -> None:
    store = Store()
    store.finish(ONE, None)
    store.finish(TWO, b"ok 2")
    async with listening(store) as listener:
        sender = await Sender.to(listener)
        sender.say(framed(ONE) + framed(TWO))

        assert await sender.answer() == b"ok 2"


async def test_a_sender_that_hangs_up_its_half_is_still_answered() -> None:
    store = Store()
    async with listening(store) as listener:
        sender = await Sender.to(listener)
        sender.say(framed(ONE) + b"\x0b" + TWO + b"\x1c")
        sender.hang_up()
        await until(lambda: store.asked == [ONE, TWO])
        store.finish(TWO, TWO)
        store.finish(ONE, ONE)

        assert [await sender.answer() for _ in range(3)] == [ONE, TWO, b""]


async def test_a_sender_that_never_sends_the_last_byte_is_answered() -> None:
    async with listening(return_grace=0.05) as listener:
        sender = await Sender.to(listener)
        sender.say(b"\x0b" + ONE + b"\x1c")
        assert await sender.answer() == b"ACK " + ONE

        sender.say(b"\r" + framed(TWO))
        assert await sender.answer() == b"ACK " + TWO
        assert listener.counters.garbage_bytes == 0


async def test_a_graceful_stop_answers_what_came_and_takes_nothing_more() -> None:
    store = Store()
    async with listening(store) as listener:
        sender, idle, port = await Sender.to(listener), await Sender.to(listener), listener.port
        sender.say(framed(ONE) + framed(TWO))
        await until(lambda: store.asked == [ONE, TWO])

        stopping = asyncio.create_task(listener.stop())
        assert await idle.is_closed()
        with pytest.raises(ConnectionError):
            await asyncio.open_connection("127.0.0.1", port)
        store.finish(TWO, TWO)
        store.finish(ONE, ONE)

        assert [await sender.answer() for _ in range(3)] == [ONE, TWO, b""]
        await stopping
        assert listener.counters.open_connections == 0


async def test_a_stop_does_not_wait_for_a_store_that_hangs() -> None:
    store = Store()
    listener = MllpListener("127.0.0.1", 0, store)
    await listener.start()
    sender = await Sender.to(listener)
    sender.say(framed(ONE))
    await until(lambda: store.asked == [ONE])

    await listener.stop(grace=0.05)

    assert await sender.is_closed()
    assert listener.counters.answers == 0


async def test_a_message_whose_sender_went_away_is_still_received_to_the_end() -> None:
    store = Store()
    async with listening(store) as listener:
        sender = await Sender.to(listener)
        sender.say(framed(ONE))
        await until(lambda: store.asked == [ONE])
        sender.vanish()
        await until(lambda: listener.counters.open_connections == 0)
        stopping = asyncio.create_task(listener.stop())
        await asyncio.sleep(0.05)

        assert not stopping.done()
        store.finish(ONE, ONE)
        await stopping
