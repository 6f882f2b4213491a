"""Lives of many people over years, by the engine and by a naive model of what must be owed: they must agree at each hour."""

import argparse
import os
import secrets
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Any

from bench.spent import spending
from bench.stage import report
from services.visits.domain.almanac import BeyondTheAlmanac
from tests.visits.model.lives import Lived, live

EVERY = 10.0
"""Seconds between two lines that tell how far it is."""

TEACHES = (
    "A disagreement names its life, seed:person, and the life ends with it: "
    'tests.visits.model.lives.live("seed:person", years) lives it again. Few people and years are a first look: '
    "--people 20 --years 1."
)


def lived(seed: str, years: int) -> Lived:
    """One life; the engine that gives up is a disagreement, too."""
    try:
        return live(seed, years)
    except (AssertionError, BeyondTheAlmanac, LookupError, RuntimeError, TypeError, ValueError) as error:
        return Lived(0, 0, 0, [f"{seed}: {error!r}"])


def all_lives(seed: str, people: int, years: int, processes: int) -> Iterator[Lived]:
    with ProcessPoolExecutor(processes) as pool:
        yield from pool.map(partial(lived, years=years), [f"{seed}:{n}" for n in range(people)], chunksize=4)


def watched(lives: Iterable[Lived], people: int, years: int) -> Iterator[Lived]:
    """Tells each disagreement when it is found, and how far it is."""
    started = said = time.perf_counter()
    found = 0
    for n, each in enumerate(lives, 1):
        yield each
        found += len(each.disagreements)
        for one in each.disagreements:
            print(one, flush=True)
        if (now := time.perf_counter()) - said >= EVERY or n == people:
            said, rate = now, n * years / (now - started)
            print(
                f"{n}/{people} 人 people, {rate:.1f} 人年/秒 person-years/s, {found} 不一致 disagreements", flush=True
            )


def main() -> int:
    parser = argparse.ArgumentParser(prog="bifang bench lives", description=__doc__, epilog=TEACHES)
    parser.add_argument("--people", type=int, default=1000, help="1,000, if not given")
    parser.add_argument("--years", type=int, default=10, help="10, if not given")
    parser.add_argument(
        "--seed", default="", help="the same seed is the same lives; another each time, if none is given"
    )
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="one for each core, if not given")
    told = parser.parse_args()
    seed = told.seed or str(secrets.randbelow(10**6))
    print(f"seed {seed}: {told.people} people, {told.years} years", flush=True)
    with spending(lives=[os.getpid()]) as spent:
        lives = list(watched(all_lives(seed, told.people, told.years, told.processes), told.people, told.years))
    person_years = told.people * told.years
    found = [one for each in lives for one in each.disagreements]
    figures: dict[str, Any] = {
        "seed": seed,
        "people": told.people,
        "years": told.years,
        "steps": sum(each.steps for each in lives),
        "contacts": sum(each.contacts for each in lives),
        "duties": sum(each.duties for each in lives),
        "disagreements": len(found),
        "seconds": round(spent.wall, 1),
        "cpu_s_per_person_year": round(spent.whole / person_years, 2),
    }
    rows = [
        ("人年、步数 person-years, steps", f"{person_years}, {figures['steps']}", ""),
        ("事项、走访记录 duties, contacts", f"{figures['duties']}, {figures['contacts']}", ""),
        ("不一致 disagreements", str(len(found)), "0"),
        ("每人年处理器秒 CPU s a person-year", str(figures["cpu_s_per_person_year"]), ""),
        ("用时 seconds", f"{spent.wall:.1f} (load before {spent.load:.1f})", ""),
    ]
    report(f"lives (seed {seed})", rows, figures)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
