"""One hop of a small state: topic → transaction with journal, state and outbox → topic; and, beside it, the plain way."""

import argparse
import asyncio
import signal
import statistics
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid5

from bench import hop_plain, hop_service
from bench.stage import Stage, as_record, produce, report, stage
from bus import topics
from bus.testing import make_schema
from contracts.ids import PersonId, StayId
from contracts.medical import PatientAdmitted
from contracts.visits import DUTIES

PEOPLE = 2000
SPACE = UUID("99000000-0000-5000-8000-0000000000be")
PORT = 18990
WARM_S = 20
"""A Java that has just begun takes a core for itself to compile."""


def admission(n: int) -> PatientAdmitted:
    """The n-th admission, of one of the invented people."""
    now = datetime.now(UTC)
    return PatientAdmitted(
        city="双塔市", county="东区", person_id=PersonId(uuid5(SPACE, f"p{n % PEOPLE}")), stay_id=StayId(uuid5(SPACE, f"s{n}")),
        hospital="第一医院", admitted_at=now,
    )  # fmt: skip


async def drained(on: Stage, n: int, topic: str, deadline: float = 300) -> float:
    """Seconds until n records stand on the topic."""
    started, ends, there = time.perf_counter(), topics.Ends(on.brokers, [topic]), 0
    try:
        while (there := sum((await ends.now()).values())) < n:
            if time.perf_counter() - started > deadline:
                raise TimeoutError(f"{there} of {n} came in {deadline} s")
            await asyncio.sleep(0.05)
    finally:
        await asyncio.to_thread(ends.close)
    return time.perf_counter() - started


async def throughput(on: Stage, module: str, n: int, topic: str, start: int, roles: Sequence[str] = ("",)) -> float:
    """Events/s from a backlog; neither the start of the service nor the first events are counted."""
    warm = 2000
    await on.new_topics("medical.stays", topic)
    await produce(
        on.brokers, [("medical.stays", as_record(admission(start + i), datetime.now(UTC))) for i in range(warm)]
    )
    programs = [on.run(module, port=PORT + n, BIFANG_ROLES=role) for n, role in enumerate(roles)]
    on.wait_ready(PORT)
    await drained(on, warm, topic)
    for program in programs:
        program.send_signal(signal.SIGSTOP)  # the backlog is laid while they sleep
    records = [("medical.stays", as_record(admission(start + warm + i), datetime.now(UTC))) for i in range(n)]
    await produce(on.brokers, records)
    for program in programs:
        program.send_signal(signal.SIGCONT)
    seconds = await drained(on, warm + n, topic)
    for program in programs:
        on.end(program)
    return n / seconds


async def latencies(on: Stage, rate: int, seconds: int, start: int) -> list[float]:
    """Milliseconds from handing an event to Kafka until its fact is read from Kafka, at a steady rate."""
    from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

    program = on.run("bench.hop_service", port=PORT)
    on.wait_ready(PORT)
    consumer = AIOKafkaConsumer(DUTIES.name, bootstrap_servers=on.brokers, auto_offset_reset="latest")
    producer = AIOKafkaProducer(bootstrap_servers=on.brokers, acks="all")
    await consumer.start()
    await consumer.seek_to_end()
    for partition in consumer.assignment():
        await consumer.position(partition)
    await producer.start()
    sent: dict[str, float] = {}
    took: list[float] = []

    async def listen() -> None:
        async for record in consumer:
            at = time.perf_counter()
            cause = dict(record.headers)["ce_causationid"].decode()
            if cause in sent:
                took.append((at - sent.pop(cause)) * 1000)

    listening = asyncio.create_task(listen())
    began = time.perf_counter()
    for i in range(rate * (WARM_S + seconds)):
        await asyncio.sleep(max(0.0, began + i / rate - time.perf_counter()))
        key, value, headers = as_record(admission(start + i), datetime.now(UTC))
        sent[dict(headers)["ce_id"].decode()] = time.perf_counter()
        await producer.send("medical.stays", key=key, value=value, headers=headers)
    for _ in range(100):
        if not sent:
            break
        await asyncio.sleep(0.1)
    listening.cancel()
    await producer.stop()
    await consumer.stop()
    on.end(program)
    if sent:
        raise RuntimeError(f"{len(sent)} of {rate * (WARM_S + seconds)} events brought no fact")
    return took[rate * WARM_S :]


async def measure(n: int, plain_n: int, seconds: int) -> int:
    with stage() as on:
        await make_schema(on.dsn, "visits", hop_service.metadata)
        fast = await throughput(on, "bench.hop_service", n, DUTIES.name, 0, roles=("worker", "relay"))
        took = await latencies(on, 200, seconds, 10_000_000)
        await make_schema(on.dsn, "plain", hop_plain.metadata)
        plain = await throughput(on, "bench.hop_plain", plain_n, DUTIES.name, 20_000_000)
    p50, p99 = statistics.median(took), statistics.quantiles(took, n=100)[98]
    rows = [
        ("one hop, events/s 一跳吞吐", f"{fast:,.0f}", "≥ 10,000 (aim 20,000)"),
        ("the plain way, events/s 朴素写法", f"{plain:,.0f}", "–"),
        ("ratio 倍数", f"{fast / plain:.1f} ×", "≥ 10 ×"),
        ("p50 at 200/s, ms", f"{p50:.1f}", "≤ 15"),
        ("p99 at 200/s, ms", f"{p99:.1f}", "≤ 100"),
    ]
    report(f"bench hop: {n:,} events, {PEOPLE:,} people", rows, {
        "events_per_s": round(fast), "plain_per_s": round(plain), "ratio_to_plain": round(fast / plain, 1),
        "ms_p50_at_200": round(p50, 1), "ms_p99_at_200": round(p99, 1),
    })  # fmt: skip
    return 0


def main() -> None:
    """`./bifang bench hop [--events N]`"""
    parser = argparse.ArgumentParser(prog="./bifang bench hop", description=__doc__)
    parser.add_argument("--events", type=int, default=60_000)
    parser.add_argument("--plain-events", type=int, default=3_000)
    parser.add_argument("--seconds", type=int, default=20, help="of the latency run at 200/s")
    args = parser.parse_args()
    sys.exit(asyncio.run(measure(args.events, args.plain_events, args.seconds)))


if __name__ == "__main__":
    main()
