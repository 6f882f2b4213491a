"""Running duties stay under their version until a named person says otherwise, with a reason, of a city, a county or a rule."""

import json
from pathlib import Path
from typing import Any

import pytest

from bus.decisions import Caller
from bus.journal import Kind
from bus.testing import ByHand
from contracts.ids import derived
from contracts.visits import DutyChanged, DutySuperseded
from services.visits.domain import Care
from services.visits.policy import load
from tests.visits.packs import SHUANGTA
from tests.visits.proposing import AUTHOR, EAST, ORDER, Doors, doors, hand, in_force, pack
from tests.visits.shuangta import BY_BUREAU, BY_LIAISON, LI, ZHANG, admitted, enrolled

__all__ = ["doors", "hand", "pack"]


def order(version: str, **other: Any) -> dict[str, Any]:
    return {"rebase_id": str(ORDER), "version": version, "reason": "全市统一改按新的时限", **other}


async def test_before_a_re_base_it_is_shown_what_it_would_move(hand: ByHand, doors: Doors, pack: Path) -> None:
    west = enrolled(LI).model_copy(update={"county": "西区"})
    await hand.hears(enrolled(), admitted(), west)
    before = load(SHUANGTA).version
    version = await in_force(hand, doors, pack)

    def line(rule: str, n: int, asked_for: bool = True) -> dict[str, Any]:
        return {"rule": rule, "version": before, "duties": n, "people": n, "asked_for": asked_for}

    everywhere = (await doors("/policies/rebase"))[1]
    of_one = (await doors("/policies/rebase?county=西区&rule=monthly-call"))[1]
    of_its_own = (await doors("/policies/rebase?county=西区", None, EAST))[1]

    hospital = [line(BY_BUREAU, 1, asked_for=False), line(BY_LIAISON, 1)]
    assert everywhere == {
        "version": version,
        "behind": [*hospital, line("monthly-call", 2), line("weekly-greeting", 2)],
    }
    assert of_one["behind"] == [line("monthly-call", 1)]
    assert [each["duties"] for each in of_its_own["behind"]] == [1, 1, 1, 1]


async def test_running_duties_keep_their_version_until_a_named_person_re_bases_them(
    hand: ByHand, doors: Doors, pack: Path
) -> None:
    await hand.hears(enrolled(), admitted(), enrolled(LI), admitted(LI))
    before = load(SHUANGTA).version
    version = await in_force(hand, doors, pack)
    assert await _versions(hand) == {BY_LIAISON: {before}, BY_BUREAU: {before}, "monthly-call": {before}, "weekly-greeting": {before}}  # fmt: skip  # noqa: E501

    status, said = await doors("/policies/rebase", order(version))
    told = [fact for fact in await _rounds(hand) if isinstance(fact, DutyChanged | DutySuperseded)]

    assert (status, said) == (201, {"rebase_id": str(ORDER), "version": version, "county": None, "rule": None})
    assert await _versions(hand) == {BY_LIAISON: {version}, "monthly-call": {version}, "weekly-greeting": {version}}
    assert {fact.by_id for fact in told if isinstance(fact, DutySuperseded)} == {ORDER}
    assert {(type(fact).__name__, fact.rule, fact.person_id) for fact in told} == {
        (kind, rule, person)
        for person in (ZHANG, LI)
        for kind, rule in (
            ("DutyChanged", BY_LIAISON),
            ("DutyChanged", "monthly-call"),
            ("DutyChanged", "weekly-greeting"),
            ("DutySuperseded", BY_BUREAU),
        )
    }
    assert await hand.differences() == []


async def test_only_one_rule_or_county_may_be_re_based(hand: ByHand, doors: Doors, pack: Path) -> None:
    west = enrolled(LI).model_copy(update={"county": "西区"})
    await hand.hears(enrolled(), admitted(), west, admitted(LI).model_copy(update={"county": "西区"}))
    version = await in_force(hand, doors, pack)

    assert (await doors("/policies/rebase", order(version, county="西区", rule=BY_LIAISON)))[0] == 201
    await _rounds(hand)

    now = {person: await hand.state(Care, person) for person in (ZHANG, LI)}
    moved = {(p, d.rule) for p, care in now.items() for d in care.duties.values() if d.policy == version}
    assert moved == {(LI, BY_LIAISON)}


async def test_who_ordered_it_and_why_stands_in_the_list_and_in_the_journal(
    hand: ByHand, doors: Doors, pack: Path
) -> None:
    await hand.hears(enrolled(), admitted())
    version = await in_force(hand, doors, pack)
    await doors("/policies/rebase", order(version), EAST)
    assert (await doors("/policies/rebases"))[1] == []

    await doors("/policies/rebase", order(version, county="东区"), EAST)
    await _rounds(hand)

    ((line),) = (await doors("/policies/rebases"))[1]
    assert {key: line[key] for key in ("version", "county", "rule", "reason", "ordered_by")} == {
        "version": version, "county": "东区", "rule": None, "reason": "全市统一改按新的时限", "ordered_by": "9903"
    }  # fmt: skip
    async with hand.database.connection() as connection:
        words = await connection.fetchval("SELECT words FROM journal WHERE key = $1 AND type = 'RebaseDuties'", ZHANG)
        kind = await connection.fetchval("SELECT kind FROM journal WHERE key = $1 AND type = 'RebaseDuties'", ZHANG)
    assert (kind, json.loads(words)["by"]["person"], json.loads(words)["rebase_id"]) == (Kind.ASKED, "9903", str(ORDER))


@pytest.mark.parametrize(
    ("other", "by", "status", "field"),
    [
        ({"version": "0" * 12}, AUTHOR, 422, "version"),
        ({"county": "南区"}, AUTHOR, 422, "county"),
        ({"rule": "night-watch"}, AUTHOR, 422, "rule"),
        ({}, EAST, 403, "county"),
        ({"county": "西区"}, EAST, 403, "county"),
        ({"reason": "改"}, AUTHOR, 422, None),
    ],
)
async def test_a_re_base_that_means_nothing_is_refused_with_its_field(
    hand: ByHand, doors: Doors, other: dict[str, Any], by: Caller, status: int, field: str | None
) -> None:
    await hand.hears(enrolled())

    got, said = await doors("/policies/rebase", {**order(load(SHUANGTA).version), **other}, by)

    assert (got, said.get("field")) == (status, field)
    assert (await doors("/policies/rebases"))[1] == []


async def test_a_rule_that_is_gone_may_still_be_re_based_by_its_name(hand: ByHand, doors: Doors, pack: Path) -> None:
    await hand.hears(enrolled(), admitted())
    version = await in_force(hand, doors, pack)

    assert (await doors("/policies/rebase", order(version, rule=BY_BUREAU)))[0] == 201
    told = await _rounds(hand)

    assert [fact.rule for fact in told if isinstance(fact, DutySuperseded)] == [BY_BUREAU]


async def test_what_was_ordered_for_a_version_that_is_in_force_no_more_moves_nothing(
    hand: ByHand, doors: Doors, pack: Path
) -> None:
    await hand.hears(enrolled(), admitted())
    before = load(SHUANGTA).version
    version = await in_force(hand, doors, pack)
    await doors("/policies/rebase", order(version))
    await in_force(hand, doors, SHUANGTA, derived("test", "roll-back"))

    told = await _rounds(hand)

    assert [fact for fact in told if isinstance(fact, DutyChanged | DutySuperseded)] == []
    assert (await _versions(hand))[BY_LIAISON] == {before}


async def _rounds(hand: ByHand) -> list[Any]:
    while await hand.clock.round():
        pass
    return list(await hand.said())


async def _versions(hand: ByHand) -> dict[str, set[str]]:
    """Under which versions each rule's open duties are."""
    found: dict[str, set[str]] = {}
    for person in (ZHANG, LI):
        care = await hand.state(Care, person)
        for duty in care.duties.values() if care is not None else ():
            if duty.is_open:
                found.setdefault(duty.rule, set()).add(duty.policy)
    return found
