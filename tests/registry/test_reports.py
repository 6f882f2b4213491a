"""A family change or a hardship that was reported in error is taken back: that very one, once, with a reason."""

import json
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from bus.testing import MORNING
from contracts.refused import Refused
from contracts.registry import FamilyChanged, FamilyChangeRetracted, HardshipReported, HardshipRetracted
from services.registry.domain import Person, lines_of
from services.registry.domain.person import Decided
from services.registry.domain.reports import (
    report_family_change,
    report_hardship,
    retract_family_change,
    retract_hardship,
)
from services.registry.reading.opening import opened
from services.registry.words.saying import Names, say
from tests.registry.test_domain import types, zhang
from tests.registry.town import KEYS, WORDS, ZHANG, named, sealed_reason

CHANGE, HARDSHIP = named("change"), named("hardship")
LATER = MORNING + timedelta(hours=1)
WHY = sealed_reason("登记错了人")


def reported() -> Person:
    person, said = report_family_change(zhang(), CHANGE, "spouse-died", None, MORNING)
    person, more = report_hardship(person, HARDSHIP, "poverty", MORNING)
    assert types((*said, *more)) == [FamilyChanged, HardshipReported]
    return person


@pytest.mark.parametrize(
    ("retract", "id_", "event", "zh"),
    [
        (retract_family_change, CHANGE, FamilyChangeRetracted, "撤销家庭重大变故的报告：理由 登记错了人"),
        (retract_hardship, HARDSHIP, HardshipRetracted, "撤销特殊困难的报告：理由 登记错了人"),
    ],
)
def test_a_report_is_taken_back_once_and_the_file_says_why(
    retract: Callable[..., Decided], id_: UUID, event: type, zh: str
) -> None:
    once, (said,) = retract(reported(), id_, WHY, LATER)
    twice, nothing = retract(once, id_, WHY, LATER)

    (line,) = lines_of(said, LATER, "bureau-officer:9900")
    assert isinstance(said, event) and (twice, nothing) == (once, ())
    assert (line.source_id, line.actor, line.fact_at) == (str(id_), "bureau-officer:9900", LATER)
    shown = {"reason": opened(json.loads(line.value)["reason"], "reason", ZHANG, KEYS)}
    assert say(line.what, shown, Names(WORDS, {})) == zh


@pytest.mark.parametrize(
    ("retract", "id_", "field"),
    [
        (retract_family_change, named("never"), "change_id"),
        (retract_family_change, HARDSHIP, "change_id"),
        (retract_hardship, CHANGE, "hardship_id"),
    ],
)
def test_only_what_was_reported_is_taken_back_and_as_what_it_was(
    retract: Callable[..., Decided], id_: UUID, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        retract(reported(), id_, WHY, LATER)

    assert refused.value.field == field
