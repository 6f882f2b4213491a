"""One city lives on a platform of its own, under one pack, and what came of it is judged."""

import asyncio
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from datetime import time as hour
from pathlib import Path
from typing import Final

from bench import storm_facts
from bench.spent import spending
from bench.year.clocks import Clocks
from bench.year.entering import Entering
from bench.year.life import Life
from bench.year.nights import Nights
from bench.year.report import Outcome
from bench.year.verdict import (
    DUTIES,
    climbs,
    compared,
    forgotten_by_the_engine,
    look_at_facts,
    look_at_lives,
    never_at_the_top,
    tallies,
)
from contracts.all import TOPICS
from deploy.local import state
from deploy.local.actors.bureau import Bureau
from deploy.local.actors.carrier import Carrier
from deploy.local.actors.hospital import Hospital
from deploy.local.actors.messages import SHANGHAI
from deploy.local.actors.witness import Witness
from deploy.local.places import REPOSITORY
from deploy.local.platform import Platform
from deploy.local.ports import Ports
from deploy.local.year.script import SETTLED, forgotten, script
from tests.journeys.quiet import Quiet

LINE: Final = "127.0.0.1"
VERIFIED_WITHIN_S: Final = 120.0
Say = Callable[[str], None]

_ZH: Final = {
    "Admitted": "住院", "Discharged": "出院", "AdmissionCancelled": "入院撤销", "DiedInHospital": "在医院去世", "Died": "去世",
    "DeathRetracted": "误报去世撤销", "FamilyChanged": "家庭变故", "InHardship": "特殊困难", "Reclassed": "分类变动",
    "Away": "外出", "MovedAway": "迁出", "Merged": "单位合并", "FestivalVisits": "节日走访", "Typhoon": "台风", "Outage": "停机",
}  # fmt: skip


def run(outcome: Outcome, data: Path, say: Say) -> None:
    """On a platform of its own, taken down at the end."""
    platform = Platform(data, Ports.free())
    try:
        say("Kafka、PostgreSQL 和五个服务启动……")
        platform.start(600.0)
        supervisor = state.supervisor_pid(platform.places)
        assert supervisor is not None
        with spending(system=[supervisor]) as spent:
            asyncio.run(live(platform, outcome, say))
        outcome.seconds, outcome.processor = spent.wall, spent
    finally:
        platform.stop()


async def live(platform: Platform, outcome: Outcome, say: Say) -> None:
    """The whole of it, on a platform that has just come up, empty."""
    city, first = outcome.city, outcome.first
    until = datetime.combine(first, hour(), SHANGHAI) + timedelta(days=outcome.days)
    async with AsyncExitStack() as open_:
        witness = await open_.enter_async_context(
            Witness(platform.brokers, platform.admin_dsn, topics=["registry.directory"])
        )
        quiet = await open_.enter_async_context(Quiet(witness, platform.brokers))
        bureau = await open_.enter_async_context(Bureau.of(platform, city, patience=300))
        carrier = await open_.enter_async_context(Carrier(f"http://{LINE}:{platform.ports['carrier']}"))
        clocks = Clocks(witness, staff=bureau)
        line = Hospital(LINE, platform.ports["mllp"], patience=300, now=lambda: clocks.now)
        hospital = await open_.enter_async_context(line)
        entering = Entering(bureau, hospital, lambda: clocks.now)
        pair = frozenset(person.person_id for person in forgotten(city))
        life = Life(platform, witness, bureau, carrier, quiet, clocks, entering, outcome.seed, pair)
        await clocks.to(datetime.combine(first, SETTLED, SHANGHAI))
        say(f"{len(city.people)} 人落户{city.name}……")
        with life.spent("落户"):
            await bureau.settle_in(witness)
            entering.everybody_came()
            await quiet.comes(300)
        nights = Nights(witness, bureau, entering.chronicle, outcome.policy, life, say, outcome.days)
        told = [happening for happening in script(city, first, outcome.seed) if happening.at < until]
        await life.live(told, until, nights.ask)
        happened = Counter(type(each).__name__ for each in told)
        outcome.happened = {zh: happened[name] for name, zh in _ZH.items()}
        outcome.contacts = life.contacts + entering.unasked
        outcome.nights, outcome.certified, outcome.bare = nights.asked, nights.certified, nights.bare
        outcome.steps, outcome.spent = life.steps, life.seconds
        with life.spent("判定"):
            await _judge(platform, witness, outcome, life)
        with life.spent("核对证书链"):
            await _verify(platform, outcome, say)


async def _judge(platform: Platform, witness: Witness, outcome: Outcome, life: Life) -> None:
    duties = await witness.rows(DUTIES)
    facts = await storm_facts.read(platform.brokers, TOPICS)
    chronicle, policy, now = life.entering.chronicle, outcome.policy, life.clocks.now
    verdict = outcome.verdict = compared(chronicle, policy, duties, now)
    look_at_lives(verdict, duties, policy, now)
    look_at_facts(verdict, duties, facts, chronicle)
    verdict.never("办了却没有办结", life.fruitless)
    verdict.never("短信重复", (await life.carrier.ledger()).taken_twice)
    outcome.tallies = tallies(duties)
    outcome.climbs = [climb for climb in await climbs(witness, facts, sorted(life.forgotten)) if climb.due_at < now]
    names = {person_id: outcome.city.person[person_id].name for person_id in life.forgotten}
    verdict.never("无人走访而上面不知道", forgotten_by_the_engine(outcome.climbs, policy, now))
    unknown = never_at_the_top(outcome.climbs, policy, life.forgotten, now)
    outcome.is_too_short = unknown is None
    verdict.never("组织部始终不知道这位老同志无人走访", (names[person_id] for person_id in unknown or ()))


async def _verify(platform: Platform, outcome: Outcome, say: Say) -> None:
    """By the command that a bureau would use; the nights of an outage it tells, and they are no flaw."""
    where = ("--data", str(platform.places.data), "--port-base", str(platform.ports.base))
    command = [sys.executable, "-m", "deploy.local", *where, "coverage", "verify"]
    said = await asyncio.to_thread(
        subprocess.run, command, cwd=REPOSITORY, capture_output=True, text=True, timeout=VERIFIED_WITHIN_S
    )
    for line in said.stdout.splitlines():
        if "证书" in line:
            say(f"  {line.strip()}")
    outcome.is_verified = said.returncode == 0
    if not outcome.is_verified:
        outcome.verdict.never("./bifang coverage verify 没有通过", [said.stdout[-600:] + said.stderr[-600:]])
