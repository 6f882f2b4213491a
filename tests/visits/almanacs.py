"""The invented town under the real almanac, and the rules of festivals, seasons and birthdays that it may have."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from bus.pack.document import read
from services.visits.domain import Rule
from services.visits.domain.rules import LUNAR_BIRTHDAY, Stack, Without, Yearly
from services.visits.policy.almanac import almanac_of
from tests.visits.town import Life, card, enrolled, policy, rule

ALMANAC = almanac_of([read(Path(__file__).parents[2] / "policies" / "calendar.yaml")])
DAY = timedelta(days=1)

FESTIVAL = rule("festival", Yearly("double-ninth", opens=-10 * DAY, due=DAY), party="hall", role="warden")
HEAT = rule("heat", Yearly("heat-season", opens=timedelta(), due=DAY))
BIRTHDAY = rule("birthday", Yearly(LUNAR_BIRTHDAY, opens=-3 * DAY, due=DAY))
UNVISITED = rule("unvisited", Without(lasting=90 * DAY, due=7 * DAY), stack=Stack.SUPERSEDE)


def under_the_almanac(*rules: Rule, heard: tuple[Any, ...] | None = None, **other: Any) -> Life:
    begun = Life(policy(*rules, almanac=ALMANAC, **other))
    begun.hears(*(heard if heard is not None else (enrolled(), card())))
    return begun
