"""The answers of servers that are only just starting, or are no servers at all, never end the one who asks."""

import asyncio
import struct

import pytest

from deploy.local import children, wire
from deploy.local.children import Broker, Child, Postgres, Ready
from deploy.local.wire import Metadata


def text(words: str) -> bytes:
    return struct.pack(">h", len(words)) + words.encode()


BROKER = struct.pack(">i", 1) + text("127.0.0.1") + struct.pack(">ih", 19092, -1)
PARTITION = struct.pack(">hii", 0, 0, 1) + struct.pack(">ii", 1, 1) * 2
TOPIC = struct.pack(">h", 0) + text("visits.duties") + struct.pack(">bi", 0, 2) + PARTITION * 2
ANSWER = struct.pack(">ii", 7, 1) + BROKER + struct.pack(">ii", 1, 1) + TOPIC


def test_a_broker_says_who_is_there_and_which_topics() -> None:
    assert wire.parse(ANSWER) == Metadata(brokers=1, topics=(("visits.duties", 2),))


@pytest.mark.parametrize("length", range(len(ANSWER)))
def test_an_answer_cut_anywhere_is_no_answer(length: int) -> None:
    with pytest.raises(ValueError, match="not an answer"):
        wire.parse(ANSWER[:length])


@pytest.mark.parametrize("words", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\0\0\0\4none", b"\xff" * 64])
@pytest.mark.parametrize("ready", [Broker(0), Postgres(0)])
async def test_whoever_answers_something_else_is_not_ready(words: bytes, ready: Ready) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(words)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]

    assert not await children.is_ready(Child("other", (), {}, type(ready)(port)))

    server.close()


async def test_nobody_there_is_not_ready() -> None:
    assert not await children.is_ready(Child("nobody", (), {}, Broker(1)))
