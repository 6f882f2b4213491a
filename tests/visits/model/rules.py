"""The policies under which the modelled lives are lived: every kind of rule, in versions that drop, change and bring back."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from bus.pack.document import read
from services.visits.domain.policy import Instead, Lasting, Policy
from services.visits.domain.rules import (
    LUNAR_BIRTHDAY,
    SOLAR_BIRTHDAY,
    Cadence,
    CountedFrom,
    Every,
    Hour,
    Means,
    OnEnd,
    Selector,
    Stack,
    Trigger,
    Without,
    WorkingDays,
    Yearly,
)
from services.visits.policy.almanac import almanac_of
from tests.visits.town import CLIMB, GREETING, MOURNING, REPORTING, WARD, after, civil, hours, policy, rule

ALMANAC = almanac_of([read(Path(__file__).parents[3] / "policies" / "calendar.yaml")])
DAY = timedelta(days=1)
FIRST_OPENS = Hour(1, time())


def who(**of: Any) -> Selector:
    codes: dict[str, Any] = {name: value if isinstance(value, int) else frozenset(value) for name, value in of.items()}
    return Selector(**codes)


LATEST = {"stack": Stack.SUPERSEDE}
BY_HALL: dict[str, Any] = {"party": "hall", "role": "warden", "ladder": CLIMB[1:]}
BY_STREET: dict[str, Any] = {"party": "street", "role": "neighbour", "means": Means("hello", "voice")}
YEARLY = Cadence(Every.YEAR, FIRST_OPENS, Hour(100, time(12)), month=3, day=1)
RULES = (
    WARD,
    GREETING,
    MOURNING,
    REPORTING,
    rule("latest-ward", Trigger("stay-admitted", hours(0), hours(30), CountedFrom.HAPPENED), **BY_HALL, **LATEST),
    rule("inside", after("stay-admitted", hours(240), opens=hours(48)), on_end=OnEnd.SUPERSEDE, **BY_HALL),
    rule("home", after("stay-discharged", hours(168), opens=hours(24)), joint=frozenset({"hall"})),
    rule("latest-home", after("stay-discharged", hours(96)), **BY_STREET, **LATEST),
    rule(
        "home-alone",
        after("stay-discharged", hours(96), opens=hours(48), counted_from=CountedFrom.HAPPENED),
        who=who(categories=["alone", "away"]),
    ),
    rule("widowed", Trigger("family-changed", hours(0), WorkingDays(3)), **BY_HALL),
    rule("ill", after("hardship-reported", hours(168), of=frozenset({"illness"})), **BY_HALL, **LATEST),
    rule("begun", after("situation-began", hours(50), of=frozenset({"frail"})), who=who(categories=["alone"])),
    rule("back", after("absence-ended", hours(24)), **BY_STREET),
    rule("all-right", after("no-answer", hours(4)), on_end=OnEnd.SUPERSEDE, **BY_STREET),
    rule("see-to-it", after("contact-outcome", hours(6), of=frozenset({"gone"})), **BY_HALL, **LATEST),
    rule("monthly", Cadence(Every.MONTH, Hour(2, time(8)), None, day=5), **BY_STREET, **LATEST),
    rule("quarterly", Cadence(Every.QUARTER, FIRST_OPENS, Hour(80, time(18)), month=2, day=28), **BY_HALL),
    rule("half-yearly", Cadence(Every.HALF_YEAR, Hour(10, time(0)), None), who=who(ranks=["alderman"]), **BY_HALL),
    rule("yearly", YEARLY, who=who(categories=["away"]), **LATEST),
    rule("new-year", Yearly("new-year", opens=-10 * DAY, due=DAY), **BY_HALL),
    rule("eve", Yearly("spring-festival-eve", opens=-20 * DAY, due=3 * DAY)),
    rule("double-ninth", Yearly("double-ninth", opens=-20 * DAY, due=DAY), **BY_HALL, **LATEST),
    rule("heat", Yearly("heat-season", opens=timedelta(), due=DAY), who=who(situations=["frail"]), **BY_STREET),
    rule("birthday", Yearly(SOLAR_BIRTHDAY, opens=timedelta(), due=DAY), **BY_STREET),
    rule("lunar-birthday", Yearly(LUNAR_BIRTHDAY, opens=-3 * DAY, due=DAY), **BY_HALL),
    rule("lying-in", Cadence(Every.WEEK, FIRST_OPENS, None, day=3), who=who(situations=["lying-in", "frail"])),
    rule("long-stay", Cadence(Every.MONTH, FIRST_OPENS, None), who=who(situations=["long-stay"]), **BY_HALL, **LATEST),
    rule("ninety", Cadence(Every.MONTH, FIRST_OPENS, Hour(20, time())), who=who(age_from=90), **BY_STREET),
    rule("unvisited", Without(lasting=60 * DAY, due=7 * DAY), **LATEST),
    rule("unrung", Without(lasting=20 * DAY, due=DAY), who=who(categories=["alone"]), **BY_STREET, **LATEST),
)
NORTH = {each.name: each for each in (*RULES, rule("tide", after("hardship-reported", hours(24)), **BY_STREET))}
NORTH["ward"] = replace(WARD, means=Means("hello", "there"), ladder=CLIMB[1:])

HEARD = [(kind, strength) for kind in ("hello", "call-on") for strength in ("voice", "word")]
DEAF = Instead(
    {"hello": Means("call-on", "there")}, is_wish=True, raised={Means(*each): Means(each[0], "there") for each in HEARD}
)

WORDS: dict[str, Any] = {
    "almanac": ALMANAC,
    "situations": {"lying-in": Lasting("stay"), "long-stay": Lasting("stay", 30 * DAY), "frail": None},
    "outcomes_silent": frozenset({"out"}),
    "waives": {"chief": frozenset({"mill", "hall", "street"})},
    "absences": {
        "at-daughters": Instead({"call-on": Means("hello", "voice")}),
        "travelling": Instead({"call-on": Means("hello", "word"), "hello": Means("hello", "word")}),
        "in-ward": Instead({"hello": Means("call-on", "there")}, ground="stay"),
    },
    "wishes": {"deaf": DEAF},
}


def town(version: str, *rules: Any, north: Any = None) -> Policy:
    return policy(*rules, version=version, counties={"north": {each.name: each for each in north or rules}}, **WORDS)


def _changed(version: str, **changes: dict[str, Any]) -> Policy:
    return town(version, *(replace(each, **changes.get(each.name.replace("-", "_"), {})) for each in RULES))


def _without(version: str, *names: str) -> Policy:
    return town(version, *(each for each in RULES if each.name not in names))


VERSIONS = (
    town("v1", *RULES, north=NORTH.values()),
    _without("v2", "greeting", "ward", "double-ninth", "unvisited", "back"),
    _changed(
        "v3",
        reporting={"stack": Stack.SUPERSEDE},
        quarterly={"ladder": CLIMB[:1]},
        greeting={"when": Cadence(Every.MONTH, FIRST_OPENS, None)},
        monthly={"when": Cadence(Every.WEEK, FIRST_OPENS, None)},
        double_ninth={"when": Yearly("double-ninth", opens=-5 * DAY, due=3 * DAY)},
        eve={"when": Yearly("spring-festival-eve", opens=-2 * DAY, due=DAY)},
        unvisited={"when": Without(lasting=30 * DAY, due=2 * DAY)},
        ward={"who": Selector(categories=frozenset({"alone"}))},
    ),
)
BEGINS: datetime = civil("2026-05-13 10:00")
