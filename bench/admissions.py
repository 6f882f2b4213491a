"""An admission, from the hospital's line to the SMS that is asked for: acknowledged, told, and sustained.

Three figures: acknowledgements a second over many connections, each message durable before it is answered; how long an
admission takes until its `SmsRequested` stands on Kafka, at a steady 50/s; and how many admissions a second the whole chain
bears (hospital → medical → visits → notify, registry writing every file beside them) with people who have 18 open duties.
The gateway and its carrier are held: sending is another bench's.
"""

import argparse
import asyncio
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

import yaml
from aiokafka import AIOKafkaConsumer

from bench.stage import REPOSITORY, report
from contracts.notify import URGENT
from deploy.local.actors.city import City, Person
from deploy.local.actors.hospital import Hospital
from deploy.local.actors.making import build
from deploy.local.actors.staff import Staff
from deploy.local.actors.witness import Witness
from deploy.local.platform import Platform
from deploy.local.ports import Ports
from tests.journeys.quiet import Quiet

OPEN_DUTIES = 18
CONNECTIONS = 32
WARM = 1500
"""Admissions before the first that is measured: a Java that has just begun compiles itself meanwhile."""


def policy_of_many_duties(folder: Path) -> Path:
    """The shipped pack and as many monthly calls beside it as give each person 18 open duties; nobody is told of those."""
    pack = folder / "policy"
    pack.mkdir()
    source = REPOSITORY / "policies" / "shuangta"
    for name in ("pack.yaml", "messages.yaml"):
        (pack / name).write_text((source / name).read_text(encoding="utf-8"), encoding="utf-8")
    rules = yaml.safe_load((source / "rules.yaml").read_text(encoding="utf-8"))
    call = next(rule for rule in rules["rules"] if rule["name"] == "monthly-call")
    own = sum(1 for rule in rules["rules"] if "every" in rule["when"])
    quiet = {key: value for key, value in call.items() if key != "message"}
    rules["rules"] += [{**quiet, "name": f"monthly-call-{n}"} for n in range(OPEN_DUTIES - own)]
    text = json.dumps(rules, ensure_ascii=False)  # which is YAML, and has no aliases
    (pack / "rules.yaml").write_text(text, encoding="utf-8")
    return pack


class Requested:
    """Reads the urgent lane, and remembers by correlation id when the first SMS of each admission stood there."""

    def __init__(self, brokers: str) -> None:
        self.at: dict[str, float] = {}
        self._consumer = AIOKafkaConsumer(URGENT.name, bootstrap_servers=brokers, group_id=None, fetch_max_wait_ms=5)

    async def start(self) -> None:
        await self._consumer.start()
        await self._consumer.seek_to_end()
        for partition in self._consumer.assignment():
            await self._consumer.position(partition)
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for record in self._consumer:
            headers = dict(record.headers)
            if headers["ce_type"] == b"notify.sms-requested.v1":
                self.at.setdefault(headers["ce_correlationid"].decode().replace("-", "")[-20:], time.time())

    async def until(self, n: int, seconds: float) -> None:
        """Until SMS of n admissions were asked for."""
        deadline = time.monotonic() + seconds
        while len(self.at) < n:
            if time.monotonic() > deadline:
                raise TimeoutError(f"SMS of {len(self.at)} of {n} admissions came in {seconds:.0f} s")
            await asyncio.sleep(0.02)

    async def stop(self) -> None:
        self._reading.cancel()
        await self._consumer.stop()


class Measurement:
    """One system, one settled city, three figures."""

    def __init__(self, platform: Platform, city: City) -> None:
        self.platform, self.city = platform, city
        self._next = 0

    def _person(self) -> Person:
        self._next += 1
        return self.city.people[self._next % len(self.city.people)]

    def _lines(self, n: int) -> list[Hospital]:
        return [Hospital("127.0.0.1", self.platform.ports["mllp"], line=f"{self._next:x}L{i}") for i in range(n)]

    async def acknowledged(self, n: int) -> tuple[float, float]:
        """Acknowledgements/s and p99 in ms, over many connections that each wait for their answer."""
        lines = self._lines(CONNECTIONS)
        people = [self._person() for _ in range(n)]
        began = time.perf_counter()
        await asyncio.gather(*(self._send(line, people[i :: len(lines)]) for i, line in enumerate(lines)))
        seconds = time.perf_counter() - began
        took = sorted(entry.seconds * 1000 for line in lines for entry in line.ledger)
        for line in lines:
            await line.close()
        return n / seconds, took[int(len(took) * 0.99)]

    async def _send(self, line: Hospital, people: list[Person]) -> None:
        for person in people:
            await line.admits(person)

    async def _send_on_one(self, free: "asyncio.LifoQueue[Hospital]") -> None:
        """A line says one message after the other."""
        line = await free.get()
        await line.admits(self._person())
        free.put_nowait(line)

    async def requested(self, rate: int, seconds: int) -> tuple[float, float]:
        """p50 and p99 in ms from the first byte of the message to its first SMS on Kafka, at a steady rate."""
        seen = Requested(self.platform.brokers)
        await seen.start()
        lines = self._lines(CONNECTIONS)
        free: asyncio.LifoQueue[Hospital] = asyncio.LifoQueue()
        for line in lines:
            free.put_nowait(line)
        began = time.perf_counter()
        async with asyncio.TaskGroup() as sending:
            for i in range(rate * seconds):
                await asyncio.sleep(max(0.0, began + i / rate - time.perf_counter()))
                sending.create_task(self._send_on_one(free))
        sent = {self._correlation(entry.answer): entry.sent_at for line in lines for entry in line.ledger}
        await seen.until(len(sent), 60)
        await seen.stop()
        took = sorted((seen.at[c] - at) * 1000 for c, at in sent.items() if c in seen.at)[rate:]
        if len(took) < rate * (seconds - 2):
            raise RuntimeError(f"only {len(took)} of {len(sent)} admissions could be followed to their SMS")
        for line in lines:
            await line.close()
        return statistics.median(took), took[int(len(took) * 0.99)]

    @staticmethod
    def _correlation(answer: bytes) -> str:
        """Our own control id is the end of the message's id, which is the correlation id of all that follows."""
        return answer.split(b"|")[9].decode()

    async def chain(self, n: int) -> tuple[float, float, float]:
        """As many admissions as the hospitals can offer: acknowledged a second, p99 in ms; and a second to the last SMS."""
        seen = Requested(self.platform.brokers)
        await seen.start()
        began = time.perf_counter()
        acknowledged, p99 = await self.acknowledged(n)
        await seen.until(n, 300)
        seconds = time.perf_counter() - began
        await seen.stop()
        return acknowledged, p99, n / seconds


async def nothing_is_left(quiet: Quiet) -> None:
    """Of what was measured before; but for the gateway, which is held."""
    while [what for what in await quiet.left() if not what.startswith("gateway")]:
        await asyncio.sleep(0.5)


async def measure(people: int, n: int, seconds: int) -> int:
    folder = Path(tempfile.mkdtemp(prefix="bifang-bench-"))
    os.environ |= {"BIFANG_POLICY": str(policy_of_many_duties(folder)), "BIFANG_ENVIRONMENT": "test"}
    platform = Platform(folder / "data", Ports.free())
    platform.start()
    try:
        platform.hold("gateway")
        city = build(people)
        async with (
            Witness(platform.brokers, platform.admin_dsn, topics=["registry.directory"]) as witness,
            Quiet(witness, platform.brokers) as quiet,
        ):
            async with Staff.of(platform, city) as staff:
                await staff.settle_in(witness, within=600)
            await witness.finds(
                "SELECT count(*) FROM visits.duties HAVING count(*) >= $1", people * (OPEN_DUTIES - 1), within=300
            )
            measurement = Measurement(platform, city)
            await measurement.chain(WARM)
            await nothing_is_left(quiet)
            p50, p99 = await measurement.requested(50, seconds)
            await nothing_is_left(quiet)
            ack_per_s, ack_p99, chain = await measurement.chain(n)
    finally:
        platform.destroy()
    shutil.rmtree(folder)
    rows = [
        (f"acknowledged, durable, {CONNECTIONS} connections, a second 应答", f"{ack_per_s:,.0f}", "≥ 500"),
        ("… p99, ms", f"{ack_p99:.1f}", "≤ 100"),
        ("message to SmsRequested at 50/s, p50, ms", f"{p50:.1f}", "≤ 50"),
        ("… p99, ms", f"{p99:.1f}", "≤ 250"),
        (f"whole chain, {OPEN_DUTIES} open duties a person, admissions/s 全链路", f"{chain:,.0f}", "≥ 300"),
    ]
    report(f"bench admissions: {n:,} admissions, {people:,} people", rows, {
        "ack_per_s": round(ack_per_s), "ack_ms_p99": round(ack_p99, 1), "sms_requested_ms_p50": round(p50, 1),
        "sms_requested_ms_p99": round(p99, 1), "chain_per_s": round(chain),
    })  # fmt: skip
    return 0


def main() -> None:
    """`./bifang bench admissions [--people N] [--admissions N]`"""
    parser = argparse.ArgumentParser(prog="./bifang bench admissions", description=__doc__)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--admissions", type=int, default=6000)
    parser.add_argument("--seconds", type=int, default=30, help="of the run at 50/s")
    args = parser.parse_args()
    sys.exit(asyncio.run(measure(args.people, args.admissions, args.seconds)))


if __name__ == "__main__":
    main()
