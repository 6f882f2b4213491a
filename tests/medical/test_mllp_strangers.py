"""Whatever strangers do at the door, it costs little, and a good sender is heard."""

import asyncio

from services.medical.mllp import Peer, framed
from tests.medical.senders import ONE, TWO, Sender, Store, listening, until


async def test_half_a_frame_is_not_waited_for_for_ever_and_an_idle_connection_is() -> None:
    async with listening(half_frame_timeout=0.1) as listener:
        idle, half = await Sender.to(listener), await Sender.to(listener)
        half.say(framed(ONE) + b"\x0bMSH|")

        assert (await half.answer(), await half.answer()) == (b"ACK " + ONE, b"")
        await asyncio.sleep(0.3)
        idle.say(framed(ONE))
        assert await idle.answer() == b"ACK " + ONE
        assert (listener.counters.half_frame_timeouts, listener.counters.torn) == (1, 1)


async def test_a_frame_that_drips_is_given_up_in_the_end() -> None:
    async with listening(half_frame_timeout=0.05) as listener:
        sender = await Sender.to(listener)
        sender.say(b"\x0bMSH")
        async with asyncio.timeout(5):
            while not sender.was_let_go:
                sender.say(b"x")
                await asyncio.sleep(0.01)

        assert listener.counters.half_frame_timeouts == 1


async def test_a_slow_store_is_no_reason_to_give_up_a_half_frame() -> None:
    store = Store()
    async with listening(store, half_frame_timeout=0.1, max_in_receive=1) as listener:
        sender = await Sender.to(listener)
        sender.say(framed(ONE) + b"\x0b" + TWO)
        await asyncio.sleep(0.4)
        store.finish(ONE, ONE)
        store.finish(TWO, TWO)
        sender.say(b"\x1c\r")

        assert [await sender.answer(), await sender.answer()] == [ONE, TWO]


async def test_a_frame_too_large_closes_the_connection_after_what_came_before_is_answered() -> None:
    async with listening(max_frame=1000) as listener:
        sender = await Sender.to(listener)
        sender.say(framed(ONE) + b"\x0bMSH|" + b"x" * 2000)

        assert [await sender.answer(), await sender.answer()] == [b"ACK " + ONE, b""]
        assert (listener.counters.oversize, listener.counters.frames) == (1, 1)


async def test_a_thousand_half_open_connections_and_ten_megabytes_of_garbage_do_not_stop_a_good_sender() -> None:
    async with listening(max_connections=200) as listener:
        silent = []
        for _ in range(1000):
            silent.append(await Sender.to(listener))
            silent[-1].say(b"\x0bMSH|half")
            if len(silent) > 400:
                silent.pop(0).close()
        noisy = [await Sender.to(listener) for _ in range(10)]
        for sender in noisy:
            sender.say(b"\x00x" * 500_000)

        good = await Sender.to(listener)
        for _ in range(20):
            good.say(framed(ONE))
            assert await good.answer() == b"ACK " + ONE
        await until(lambda: listener.counters.garbage_bytes == 5_000_000)

        assert listener.counters.open_connections <= 200
        assert listener.counters.refused == 0
        for sender in (*silent, *noisy, good):
            sender.close()


async def test_the_oldest_that_never_said_anything_whole_gives_way_to_a_new_one() -> None:
    async with listening(max_connections=3) as listener:
        good, old, young = [await Sender.to(listener) for _ in range(3)]
        good.say(framed(ONE))
        assert await good.answer() == b"ACK " + ONE

        late = await Sender.to(listener)
        assert await old.is_closed()
        for sender in (good, young, late):
            sender.say(framed(TWO))
            assert await sender.answer() == b"ACK " + TWO
        one_too_many = await Sender.to(listener)

        assert await one_too_many.is_closed()
        assert (listener.counters.evicted, listener.counters.refused, listener.counters.open_connections) == (1, 1, 3)


async def test_half_frames_together_hold_no_more_than_their_share() -> None:
    async with listening(max_held=1_000_000) as listener:
        greedy = [await Sender.to(listener) for _ in range(5)]
        for sender in greedy:
            sender.say(b"\x0b" + b"x" * 300_000)
        good = await Sender.to(listener)
        good.say(framed(ONE))
        assert await good.answer() == b"ACK " + ONE
        await until(lambda: listener.counters.evicted == 2)

        assert listener.counters.open_connections == 4
        for sender in (*greedy, good):
            sender.close()


async def test_a_sender_that_reads_no_answers_is_let_go() -> None:
    async def long_answer(body: bytes, peer: Peer) -> bytes:
        return b"x" * 1_000_000

    async with listening(long_answer, half_frame_timeout=0.2) as listener:
        _, writer = await asyncio.open_connection("127.0.0.1", listener.port, limit=1024)
        writer.write(framed(ONE) * 100)

        await until(lambda: listener.counters.unread_answers == 1)
        await until(lambda: listener.counters.open_connections == 0)
        writer.close()
