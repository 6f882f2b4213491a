"""A whole city lives a whole year through the real services: Kafka, PostgreSQL and all five, the clocks moved hour by hour.

Invented: 273 people in the proportions of a real city, what befalls them, and how diligent those are who owe them something.
Real: everything else. Each night and at the end it is worked out a second time who must be owed what.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as hour
from pathlib import Path
from typing import Final

from bench import storm_facts
from bench.year.clocks import Clocks
from bench.year.entering import Entering
from bench.year.life import Life
from bench.year.nights import Nights
from bench.year.report import Outcome, shown
from bench.year.verdict import DUTIES, climbs, compared, forgotten_by_the_engine, look_at_facts, look_at_lives, tallies
from contracts.all import TOPICS
from deploy.local.actors.bureau import Bureau
from deploy.local.actors.carrier import Carrier
from deploy.local.actors.city import whole
from deploy.local.actors.hospital import Hospital
from deploy.local.actors.messages import SHANGHAI
from deploy.local.actors.witness import Witness
from deploy.local.platform import Platform
from deploy.local.ports import Ports
from deploy.local.services import POLICY
from deploy.local.year.script import DAYS, SETTLED, forgotten, script
from services.visits.policy import load
from tests.journeys.quiet import Quiet

LINE: Final = "127.0.0.1"
Say = Callable[[str], None]


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
        clocks = Clocks(witness)
        line = Hospital(LINE, platform.ports["mllp"], patience=300, now=lambda: clocks.now)
        hospital = await open_.enter_async_context(line)
        await clocks.to(datetime.combine(first, SETTLED, SHANGHAI))
        say(f"{len(city.people)} 人落户……")
        await bureau.settle_in(witness)
        entering = Entering(bureau, hospital, lambda: clocks.now)
        entering.everybody_came()
        await quiet.comes(300)
        pair = frozenset(person.person_id for person in forgotten(city))
        life = Life(platform, witness, bureau, carrier, quiet, clocks, entering, outcome.seed, pair)
        nights = Nights(witness, bureau, entering.chronicle, outcome.policy, life, say)
        told = [happening for happening in script(city, first, outcome.seed) if happening.at < until]
        await life.live(told, until, nights.ask)
        happened = Counter(type(each).__name__ for each in told)
        outcome.happened = {zh: happened[name] for name, zh in _ZH.items()}
        outcome.contacts = life.contacts + entering.unasked
        outcome.nights, outcome.bare, outcome.steps = nights.asked, nights.bare, life.steps
        await _judge(platform, witness, outcome, life)


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
    verdict.never("无人走访而上面不知道", forgotten_by_the_engine(outcome.climbs, policy, now))


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
        began = time.monotonic()
        asyncio.run(live(platform, outcome, say))
        outcome.seconds = time.monotonic() - began
    finally:
        platform.stop()


def main() -> None:
    """`./bifang bench year [--days N --policy DIR --seed N --first DATE]`"""
    parser = argparse.ArgumentParser(prog="bifang bench year", description=__doc__)
    following = datetime.now(UTC).astimezone(SHANGHAI).year + 1
    parser.add_argument("--days", type=int, default=DAYS, help="so many days of the year, from its first")
    parser.add_argument("--policy", type=Path, default=Path(POLICY), help="the pack of the city")
    parser.add_argument("--seed", type=int, default=1, help="of what happens, and of how diligent everybody is")
    parser.add_argument("--first", type=date.fromisoformat, default=date(following, 1, 1), help="a day to come")
    parser.add_argument("--keep", action="store_true", help="leave the data of a year that went wrong")
    asked = parser.parse_args()
    os.environ |= {"BIFANG_ENVIRONMENT": "test", "BIFANG_POLICY": str(asked.policy.absolute())}
    policy = load(asked.policy)
    outcome = Outcome(replace(whole(), name=policy.city), policy, asked.first, asked.days, asked.seed)
    data = Path(tempfile.mkdtemp(prefix="bifang-year-")) / "data"
    run(outcome, data, lambda line: print(line, flush=True))
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
