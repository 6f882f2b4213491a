"""A visit that was recorded in error, and an attempt at which nobody answered."""

from datetime import datetime
from typing import Any

from contracts.ids import ContactId
from services.visits.domain import Care, strike
from services.visits.domain.happenings import Happening
from services.visits.domain.rules import OnEnd
from tests.reasons import a_reason
from tests.visits.town import (
    WANG,
    WEDNESDAY,
    Life,
    after,
    card,
    contact,
    enrolled,
    hours,
    names,
    policy,
    rule,
)

VISITED, LATER = WEDNESDAY + hours(3), WEDNESDAY + hours(30)
WHY = a_reason("记成了别人")
MADE = contact(VISITED).contact_id
ALL_RIGHT = rule("all-right", after("no-answer", hours(4)), party="street", role="neighbour", on_end=OnEnd.SUPERSEDE)


def struck(li: Life, contact_id: ContactId = MADE, at: datetime = LATER) -> list[str]:
    li.care, told = strike(li.care, contact_id, WANG, WHY, at)
    li.told += told
    return names(list(told))


def unanswering(**other: Any) -> Life:
    begun = Life(policy(ALL_RIGHT, outcomes_silent=frozenset({"out"}), **other))
    begun.hears(enrolled(), card())
    return begun


def silences(care: Care) -> list[Happening]:
    return [one for one in care.happenings.values() if one.event == "no-answer"]
