"""A whole city lives a whole year through the real services: Kafka, PostgreSQL and all five, the clocks moved hour by hour.

Invented: 273 people in the proportions of a real city, what befalls them, and how diligent those are who owe them something.
Real: everything else. Each night it is worked out a second time who must be owed what, and the auditor's certificate of that
day is awaited; at the end the chain of certificates is verified, and what the pair whom nobody visits was owed must have
reached the organisation department.
"""

import argparse
import os
import sys
import tempfile
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from bench.stage import machine_line
from bench.year.living import run
from bench.year.report import Outcome, shown, together
from deploy.local.actors.fitting import Fitting
from deploy.local.actors.making import whole
from deploy.local.actors.messages import SHANGHAI
from deploy.local.actors.whole_city import OF_COUNTY, SMALL
from deploy.local.places import REPOSITORY
from deploy.local.platform import Platform
from deploy.local.year.script import DAYS
from services.visits.policy import load

CITIES: Final = ("ningde", "leling")
PACKS: Final = (*CITIES, "shuangta")
AND_SOME: Final = 10
"""Days more than a year: what was owed by its end climbs meanwhile."""


def main() -> None:
    """`./bifang bench year [--pack NAME|both] [--days N] [--seed N] [--first DATE] [--policy DIR]`"""
    asked = _asked()
    packs = [asked.policy] if asked.policy else [REPOSITORY / "policies" / name for name in _named(asked.pack)]
    lived = [_lived(pack, asked) for pack in packs]
    if len(lived) > 1:
        together(lived)
    sys.exit(0 if all(outcome.is_well for outcome in lived) else 1)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bifang bench year", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    following = datetime.now(UTC).astimezone(SHANGHAI).year + 1
    parser.add_argument("--pack", choices=[*PACKS, "both"], default="ningde",
                        help="the city's policy pack (ningde); both = Ningde, then Leling, in twice the time")  # fmt: skip
    parser.add_argument("--policy", type=Path, help="a pack of your own, instead")
    parser.add_argument("--days", type=int, default=DAYS + AND_SOME,
                        help="so many days from the first; the default is the year and ten more, in which what was owed by its "
                        "end climbs to the top")  # fmt: skip
    parser.add_argument("--seed", type=int, default=1, help="of what happens, and of how diligent everybody is")
    parser.add_argument("--first", type=date.fromisoformat, default=date(following, 1, 1), help="a day to come")
    parser.add_argument("--small", action="store_true", help="only 43 of the people, for a look")
    parser.add_argument("--keep", action="store_true", help="leave the data of a year that went wrong")
    return parser.parse_args()


def _named(pack: str) -> tuple[str, ...]:
    return CITIES if pack == "both" else (pack,)


def _lived(pack: Path, asked: argparse.Namespace) -> Outcome:
    """Under one pack, from nothing; nothing is left of it."""
    os.environ |= {"BIFANG_ENVIRONMENT": "test", "BIFANG_POLICY": str(pack.absolute())}
    policy = load(pack)
    city = whole(Fitting.of(pack, policy.counties), of_county=SMALL if asked.small else OF_COUNTY)
    outcome = Outcome(city, policy, asked.first, asked.days, asked.seed, pack.name)
    _say(f"{policy.city}（{pack.name}）{asked.days} 天，{asked.first} 起，种子 {asked.seed}；{machine_line()}")
    data = Path(tempfile.mkdtemp(prefix="bifang-year-")) / "data"
    run(outcome, data, _say)
    with suppress(OSError):
        if asked.keep and not outcome.is_well:
            _say(f"kept: {data}")
        else:
            Platform(data).destroy()
            data.parent.rmdir()
    shown(outcome)
    return outcome


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
