"""Journey 13: three days of a city, lived as `bench year` lives a year: each is owed what must be, and once."""

from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Final

import pytest

from bench.year.clocks import Clocks
from bench.year.entering import Entering
from bench.year.life import Life
from bench.year.nights import Nights
from bench.year.verdict import DUTIES, Verdict, compared, look_at_lives
from contracts.ids import derived
from deploy.local.actors.bureau import Bureau
from deploy.local.actors.city import City
from deploy.local.actors.making import build
from deploy.local.actors.shape import HOSPITAL
from deploy.local.services import POLICY
from deploy.local.year import happenings as h
from services.visits.policy import load
from tests.journeys.quiet import Quiet
from tests.journeys.world import SHANGHAI, World

pytestmark = pytest.mark.journey
PACK: Final = load(Path(POLICY))
CITY: Final = build(12, seed=714)
HOUR: Final = timedelta(hours=1)
LEAST: Final = 12 + 4 + 2 * 2 + 1 + 1
"""A call to everybody, a greeting to whoever lives alone, both visits of each stay, to the bereaved and the changed family."""


def story(city: City, nine: datetime) -> list[h.Happening]:
    """A stay, one entered in error, a death that is taken back, a move, a change in a family, a merger."""
    ill, mistaken, alive, moved, bereaved, *_ = (person.person_id for person in city.people)
    ended, heir = [unit.unit_id for unit in city.units if unit.party == "unit"][1:]
    report = derived("test", "a false death")
    return [
        h.Admitted(nine, ill, "ZY714000001", HOSPITAL),
        h.Admitted(nine, mistaken, "ZY714000002", HOSPITAL),
        h.Died(nine, alive, report),
        h.AdmissionCancelled(nine + 6 * HOUR, mistaken, "ZY714000002"),
        h.Merged(nine + 6 * HOUR, derived("test", "a reform"), ended, heir),
        h.Reclassed(nine + 6 * HOUR, moved, derived("test", "a move"), "with-relatives"),
        h.DeathRetracted(nine + 24 * HOUR, alive, report),
        h.FamilyChanged(nine + 24 * HOUR, bereaved, derived("test", "a change"), "spouse-died"),
        h.Discharged(nine + 30 * HOUR, ill, "ZY714000001"),
    ]


async def test_three_days_of_a_city(world: World, quiet: Quiet) -> None:
    clocks = Clocks(world.witness, world.ahead)
    async with Bureau.of(world.platform, CITY) as bureau, world.hospital() as hospital:
        await bureau.settle_in(world.witness)
        entering = Entering(bureau, hospital, lambda: clocks.now)
        entering.everybody_came()
        forgotten = frozenset({CITY.people[8].person_id})
        life = Life(world.platform, world.witness, bureau, world.carrier, quiet, clocks, entering, 1, forgotten)
        nights = Nights(world.witness, bureau, entering.chronicle, PACK, life, lambda _: None)
        tomorrow = datetime.combine(clocks.now.date(), time(9), SHANGHAI) + timedelta(days=1)
        await life.live(story(CITY, tomorrow), tomorrow + 42 * HOUR, nights.ask)
        reforms = await bureau.coverage("/lineages", {})
    world.ahead = clocks.ahead
    query = f"{DUTIES} WHERE d.person_id = ANY($1)"
    duties = await world.witness.rows(query, [person.person_id for person in CITY.people])
    verdict = compared(entering.chronicle, PACK, duties, clocks.now)
    look_at_lives(verdict, duties, PACK, clocks.now)

    assert verdict == Verdict(verdict.covered, verdict.promised, verdict.promised)
    assert verdict.promised >= LEAST
    assert (nights.asked >= 3, nights.bare, life.fruitless) == (True, [], [])
    assert [(each["people"], each["vanished"], each["whole"]) for each in reforms] == [(4, 0, True)]
    assert len(bureau.city.of_unit(bureau.city.units[6])) == 8
