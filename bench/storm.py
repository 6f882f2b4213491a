"""The storm: `kill -9` of every role of every service, of Kafka, of PostgreSQL, under load; then the ledgers, both ways.

The whole system, each role a process of its own, environment test. A hospital sends admissions over several connections,
some of them twice, cancelled, discharged or out of order, and says again whatever was not acknowledged; staff record
contacts and hardships; the hours pass in leaps, so that duties are missed and climb. Meanwhile a seeded storm kills.
Only kills that landed inside a transaction or a send count; `storm_kills` says how that is known.

When all is quiet again the ledgers must agree (`storm_ledgers`), the tables of all five services must be what their
journals say, and no record may lie among the dead letters. `lost` and `doubled` must be 0.
"""

import argparse
import asyncio
import os
import random
import secrets
import sys
import tempfile
import time
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any, Final

from bench import storm_facts
from bench.storm_kills import Storm
from bench.storm_ledgers import compared
from bench.storm_load import Load
from bench.storm_report import Outcome, Wanted, shown
from bus import topics
from bus.rebuild import differences
from contracts.all import OWNERS, TOPICS
from deploy.local.actors.carrier import Carrier
from deploy.local.actors.making import build
from deploy.local.actors.messages import SHANGHAI
from deploy.local.actors.staff import Staff
from deploy.local.actors.witness import Witness
from deploy.local.platform import Platform
from deploy.local.ports import Ports
from deploy.local.wanted import KAFKA, POSTGRES
from deploy.local.within import within
from tests.journeys.quiet import NotQuiet, Quiet

LEAPS: Final = 5
LEAP_H: Final = 6
"""It begins at ten in the morning and ends on the next afternoon: what is owed within 24 hours is missed, and climbs."""
SAY_EVERY_S: Final = 5.0
ROUNDS: Final = 10
"""So often, at most, the ledgers are compared until nothing came meanwhile."""


async def rage(platform: Platform, wanted: Wanted, say: Any = print) -> Outcome:
    """The storm over a platform that has just come up, empty."""
    outcome, began = Outcome(wanted), time.monotonic()
    city = build(wanted.people, special=("999", "998"))
    async with AsyncExitStack() as open_:
        staff = await open_.enter_async_context(Staff.of(platform, city, patience=600.0))
        async with Witness(platform.brokers, platform.admin_dsn) as witness:
            say(f"{len(city.people)} people settle in …")
            await staff.settle_in(witness, within=600)
        load = Load(platform, city, staff, rate=wanted.rate, at_least=wanted.admissions, seed=wanted.seed)
        await load.hours_pass((34 - _hour(load)) % 24)
        storm = Storm(platform, random.Random(wanted.seed))
        open_.push_async_callback(storm.close)
        try:
            async with asyncio.TaskGroup() as group:
                living = group.create_task(load.run())
                telling = group.create_task(_tell(say, storm, load, began))
                group.create_task(_strike(platform, storm, load, wanted))
                await living
                telling.cancel()
        except* Exception as failures:  # noqa: BLE001 - whatever ended it, there is nothing to compare
            outcome.not_measured = "; ".join(f"{type(e).__name__}: {e}" for e in _leaves(failures))
        outcome.landed, outcome.thrown = storm.landed, storm.thrown
        outcome.admissions, outcome.messages = load.ledgers.admissions, load.ledgers.messages
        if not outcome.not_measured:
            await _judge(platform, load, outcome, say)
    outcome.seconds = time.monotonic() - began
    return outcome


def _hour(load: Load) -> float:
    """Of the day in the city."""
    now = load.now().astimezone(SHANGHAI)
    return now.hour + now.minute / 60 + now.second / 3600


def _leaves(failures: BaseExceptionGroup[BaseException]) -> list[BaseException]:
    return [leaf for e in failures.exceptions for leaf in (_leaves(e) if isinstance(e, BaseExceptionGroup) else [e])]


async def _strike(platform: Platform, storm: Storm, load: Load, wanted: Wanted) -> None:
    """Until enough kills have landed; the leaps of the clock are spread over them, the last as soon as it is over."""
    rng, leaps = random.Random(f"{wanted.seed} pauses"), 0
    for name in storm.targets():
        if storm.kills >= wanted.kills and load.ledgers.admissions >= wanted.admissions:
            break
        while leaps < LEAPS - 1 and storm.kills >= wanted.kills * (leaps + 1) // LEAPS:
            leaps += 1
            await load.hours_pass(LEAP_H)
        await storm.strike(name)
        await asyncio.sleep(rng.uniform(0.1, 1.0))
        if name in (KAFKA, POSTGRES):
            await asyncio.to_thread(platform.wait_ready, name, 120.0)
    await load.hours_pass(LEAP_H * (LEAPS - leaps))
    load.stopping.set()


async def _tell(say: Any, storm: Storm, load: Load, began: float) -> None:
    while True:
        await asyncio.sleep(SAY_EVERY_S)
        messages = " ".join(f"{trigger} {n}" for trigger, n in sorted(load.ledgers.messages.items()))
        say(
            f"{time.monotonic() - began:5.0f} s  kills {storm.kills} (of {storm.thrown.total()} thrown)  "
            f"admissions {load.ledgers.admissions}  acknowledged {messages}  contacts {len(load.ledgers.contacts)}"
        )


async def _judge(platform: Platform, load: Load, outcome: Outcome, say: Any) -> None:
    """Quiet first; then every ledger at rest."""
    say("the storm is over; waiting for quiet …")
    began = time.monotonic()
    try:
        await asyncio.to_thread(platform.wait_ready, None, 300.0)
    except TimeoutError as down:
        outcome.not_measured = str(down)
        return
    async with AsyncExitStack() as open_:
        witness = await open_.enter_async_context(Witness(platform.brokers, platform.admin_dsn))
        quiet = await open_.enter_async_context(Quiet(witness, platform.brokers))
        carrier = await open_.enter_async_context(Carrier(f"http://127.0.0.1:{platform.ports['carrier']}"))
        try:
            await _quiet(quiet, say, outcome.wanted.quiet_within)
        except NotQuiet as left:
            outcome.not_measured = str(left)
        outcome.quiet_s = time.monotonic() - began
        say(f"quiet after {outcome.quiet_s:.0f} s; the ledgers are compared …")
        for _ in range(ROUNDS):  # an hour may come meanwhile, and then what was read first lacks what was read last
            before = await quiet.ends()
            facts = await storm_facts.read(platform.brokers, TOPICS)
            outcome.records, outcome.copies = facts.records, facts.copies
            verdict = outcome.verdict = await compared(load.ledgers, facts, witness, await carrier.ledger())
            if outcome.not_measured or (not await quiet.left() and await quiet.ends() == before):
                break
            say("something came meanwhile: quiet is waited for again …")
            try:
                await _quiet(quiet, say, outcome.wanted.quiet_within)
            except NotQuiet as left:
                outcome.not_measured = str(left)
        else:
            outcome.not_measured = f"in none of {ROUNDS} comparisons was all at rest"
        letters = (await topics.look(platform.brokers, [f"{owner}.dead-letters" for owner in OWNERS])).ends
        verdict.never("dead letters", (f"{t}[{p}]" for (t, p), end in letters.items() if end))
    say("the tables are made again from the journals …")
    for owner in OWNERS:
        async with within(platform, owner) as here:
            different = await differences(here.database, here.service.decisions)
        verdict.never(f"tables of {owner} that are not what its journal says", different)


async def _quiet(quiet: Quiet, say: Any, patience: float) -> None:
    """In steps, each of which says what is left."""
    deadline = time.monotonic() + patience
    while True:
        try:
            return await quiet.comes(min(15.0, max(1.0, deadline - time.monotonic())))
        except NotQuiet as left:
            if time.monotonic() > deadline:
                raise
            say(str(left))


def run(wanted: Wanted, data: Path, say: Any = print) -> Outcome:
    """On a platform of its own, taken down at the end; kept when something was wrong and the caller asked for it."""
    os.environ["BIFANG_ENVIRONMENT"] = "test"
    platform = Platform(data, Ports.free(), apart=True)
    try:
        say("everything comes up, each role apart …")
        platform.start(600.0)
        return asyncio.run(rage(platform, wanted, say))
    finally:
        platform.stop()


def main() -> None:
    """`./bifang bench storm [--kills N --admissions N --seed S]`"""
    parser = argparse.ArgumentParser(
        prog="./bifang bench storm", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=200, help="that must land")
    parser.add_argument("--admissions", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10_000))
    parser.add_argument("--rate", type=float, default=20.0, help="admissions a second")
    parser.add_argument("--quiet-within", type=float, default=1800.0, help="seconds until all must be quiet after it")
    parser.add_argument("--keep", action="store_true", help="leave the data of a storm that went wrong")
    asked = parser.parse_args()
    wanted = Wanted(asked.kills, asked.admissions, asked.seed, asked.rate, asked.quiet_within)
    print(f"seed {wanted.seed}", flush=True)
    data = Path(tempfile.mkdtemp(prefix="bifang-storm-")) / "data"
    outcome = run(wanted, data, lambda line: print(line, flush=True))
    with suppress(OSError):
        if asked.keep and not outcome.is_well:
            print(f"kept: {data}", flush=True)
        else:
            Platform(data).destroy()
            data.parent.rmdir()
    shown(outcome)
    sys.exit(0 if outcome.is_well else 1)


if __name__ == "__main__":
    main()
