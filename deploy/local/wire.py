"""Whether Kafka and PostgreSQL are ready, asked in their own protocols: no client library weighs on the supervisor."""

from __future__ import annotations

import asyncio
import struct
from dataclasses import dataclass

PATIENCE_S = 2.0
METADATA, VERSION, CORRELATION = 3, 1, 7
ALL_TOPICS = -1


@dataclass(frozen=True, slots=True)
class Metadata:
    brokers: int
    topics: tuple[tuple[str, int], ...]
    """Name and number of partitions of every topic, sorted."""


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def number(self, form: str) -> int:
        value: int = struct.unpack_from(form, self.data, self.at)[0]
        self.at += struct.calcsize(form)
        return value

    def text(self) -> str:
        length = max(0, self.number(">h"))
        self.at += length
        return self.data[self.at - length : self.at].decode()


async def metadata(port: int) -> Metadata:
    """Of a broker that lists itself it is known that it serves requests and is unfenced."""
    request = struct.pack(">hhih6si", METADATA, VERSION, CORRELATION, 6, b"bifang", ALL_TOPICS)
    async with asyncio.timeout(PATIENCE_S):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(struct.pack(">i", len(request)) + request)
            (size,) = struct.unpack(">i", await reader.readexactly(4))
            return parse(await reader.readexactly(size))
        finally:
            writer.close()


def parse(answer: bytes) -> Metadata:
    """Raises ValueError when it is no such answer."""
    read = _Reader(answer)
    try:
        said = _parse(read)
    except struct.error:
        said = None
    if said is None or read.at != len(answer):
        raise ValueError(f"not an answer to a metadata request: {answer[:200].hex()}")
    return said


def _parse(read: _Reader) -> Metadata:
    read.number(">i")  # correlation id
    brokers = read.number(">i")
    for _ in range(brokers):  # node id, host, port, rack
        read.number(">i"), read.text(), read.number(">i"), read.text()
    read.number(">i")  # controller id
    return Metadata(brokers, tuple(sorted(_topic(read) for _ in range(read.number(">i")))))


def _topic(read: _Reader) -> tuple[str, int]:
    read.number(">h")  # error
    name = read.text()
    read.number(">b")  # internal
    partitions = read.number(">i")
    for _ in range(partitions):  # error, index, leader, replicas, in-sync replicas
        read.at += 10
        for _ in range(2):
            replicas = read.number(">i")
            read.at += 4 * replicas
    return name, partitions


async def postgres_answers(port: int) -> bool:
    """PostgreSQL asks who we are (R) once recovery is done; before that it answers with an error (E)."""
    parameters = b"user\0postgres\0database\0postgres\0\0"
    async with asyncio.timeout(PATIENCE_S):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(struct.pack(">ii", len(parameters) + 8, 196608) + parameters)
            return await reader.readexactly(1) == b"R"
        finally:
            writer.close()


async def http_ready(port: int, path: str) -> bool:
    async with asyncio.timeout(PATIENCE_S):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
            status = (await reader.readline()).split()
            return len(status) > 1 and status[1] == b"200"
        finally:
            writer.close()


async def listens(port: int) -> bool:
    async with asyncio.timeout(PATIENCE_S):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()
        return True
