"""The certificate against the whole engine: over stories that nobody wrote, it names nobody; and every pair has its verdict."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from bus.testing import MORNING, ByHand
from services.visits.coverage.counting import Named, count
from services.visits.coverage.rules_now import CLASSES
from services.visits.coverage.slices import LAID_OUT
from services.visits.coverage.verdicts import VERDICTS
from services.visits.domain.certificates import UNCLASSED
from services.visits.service import service
from tests.visits.coverage_city import Dice, counted, install, policy

PEOPLE, NIGHTS, THROWS = 60, 16, 40
_ONE_IN = "WHERE abs(hashtext(duty_id::text || '{}')) % {} = 0"
DAMAGE = (
    "INSERT INTO duties SELECT (jsonb_populate_record(d, jsonb_build_object('duty_id', md5(duty_id::text)))).* FROM duties d "
    + _ONE_IN.format("twice", 5),
    "UPDATE duties SET due_at = due_at + interval '99 days' " + _ONE_IN.format("late", 7),
    "UPDATE duties SET cause_at = cause_at - interval '40 days' " + _ONE_IN.format("before", 9),
    "UPDATE duties SET policy = 'v0' " + _ONE_IN.format("older", 5),
    "UPDATE duties SET closed_at = opened_at, closed_as = 'superseded', closed_by = 'class' " + _ONE_IN.format("let go", 9),
    "UPDATE duties SET closed_at = opened_at, closed_as = 'done', closed_by = 'contact' " + _ONE_IN.format("falsely", 9),
    "UPDATE duties SET closed_at = NULL, closed_as = NULL, closed_by = NULL " + _ONE_IN.format("open", 5),
    "INSERT INTO deaths (person_id, report_id, reported_at, heard_at) SELECT person_id, person_id, enrolled_at, enrolled_at "
    "FROM cares WHERE abs(hashtext(person_id::text)) % 6 = 0",
    "INSERT INTO happenings (person_id, happening_id, event, what, happened_at, known_at) SELECT person_id, person_id, "
    "'care-ended', 'moved-away', enrolled_at, enrolled_at FROM cares WHERE abs(hashtext(person_id::text)) % 6 = 1",
)  # fmt: skip
IN_FULL = {
    "LAID_OUT": LAID_OUT | {"duty": LAID_OUT["duty"].replace("WHEN NOT is_plain OR", "WHEN true OR NOT is_plain OR")},
    "VERDICTS": VERDICTS.replace("WHERE r.asks_all AND r.age_from IS NULL AND", "WHERE false AND"),
    "CLASSES": CLASSES.replace("AND r.situations = '{}', false)", ", false)"),
}
"""Without what spares most pairs their joins."""


HALF_A_YEAR = timedelta(days=183)


@pytest.mark.parametrize("seed", [1])
async def test_lives_that_nobody_wrote_leave_nobody_bare(
    fresh: Callable[..., Any], repository: Path, seed: int
) -> None:
    install(policy(repository))
    async with fresh(service) as database:
        dice = Dice(ByHand(service, database, MORNING), seed, PEOPLE)
        for night in range(NIGHTS):
            await dice.a_day(THROWS)

            found = await counted(dice.hand)

            strangers = await only_heard_of(dice.hand)
            bare = [named for named in found.exceptions if named != Named(named.person_id, "", UNCLASSED)]
            assert (night, bare, found.stuck) == (night, [], [])
            assert {named.person_id for named in found.exceptions} <= strangers
            assert found.adds_up
    assert {group.verdict for group in found.groups} >= {"owed", "done"}


async def only_heard_of(hand: ByHand) -> set[UUID]:
    """Of whom something was told before they were enrolled: the certificate names them once that has lasted."""
    async with hand.database.connection() as connection:
        return {row["person_id"] for row in await connection.fetch("SELECT person_id FROM cares WHERE kind IS NULL")}


async def test_of_what_is_judged_at_sight_nothing_would_be_judged_otherwise_in_full(
    fresh: Callable[..., Any], repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(policy(repository))
    async with fresh(service) as database:
        dice = Dice(ByHand(service, database, MORNING), seed=2, people=PEOPLE)
        await dice.a_day(3 * THROWS)
        for n in range(0, PEOPLE, 2):
            await dice.be_born(n)
        await dice.hand.waits(HALF_A_YEAR)
        for _ in range(2):
            await dice.a_day(3 * THROWS)
        async with database.transaction() as tx:
            for damage in DAMAGE:
                await tx.execute(damage)

        at_sight = await counted(dice.hand)
        for name, sql in IN_FULL.items():
            monkeypatch.setattr(f"{count.__module__}.{name}", sql)
        in_full = await counted(dice.hand)

    assert IN_FULL["LAID_OUT"] != LAID_OUT and IN_FULL["VERDICTS"] != VERDICTS and IN_FULL["CLASSES"] != CLASSES
    assert (at_sight.groups, at_sight.exceptions) == (in_full.groups, in_full.exceptions)
    suspected = {"missing", "due-too-late", "owed-twice", "done-falsely", "not-returned", "closed-without-ground"}
    suspected |= {"owed-to-the-dead", "owed-after-care"}
    assert {named.why for named in at_sight.exceptions} >= suspected
    assert {group.verdict for group in at_sight.groups} >= {"owed", "done", "not-yet", "not-in-situation"}
    assert {group.verdict for group in at_sight.groups if group.rule == "birthday"} >= {
        "owed",
        "not-begun",
        "due-too-late",
    }
