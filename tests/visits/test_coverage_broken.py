"""A deliberately broken engine is caught: a branch of `reconcile` is taken out, and the certificate names who is left bare."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import pytest

from bus.testing import MORNING, ByHand
from contracts.ids import ContactId, StayId, derived
from contracts.medical import PatientAdmitted
from contracts.registry import DeathReported, DeathRetracted, HardshipReported
from services.visits.domain import Care, Duty, contacts, ladder, newcomers, silence, striking
from services.visits.domain.calendar import Turn
from services.visits.domain.care import By
from services.visits.domain.causes import Raised
from services.visits.domain.contacts import Lacks
from services.visits.domain.difference import Withdrawal
from services.visits.domain.reconcile import _Comparison
from services.visits.domain.rules import SOLAR_BIRTHDAY, Cadence, OnEnd, Rule, Trigger, Without, Yearly
from services.visits.requests.contacts import RecordContact, StrikeContact
from services.visits.requests.notices import IssueNotice
from services.visits.service import service
from tests.reasons import a_reason
from tests.visits.coverage_city import CLERK, DAY, by, counted, enrolled, install, person, policy, where
from tests.visits.town import GREETING, MOURNING, NEED, NOTE, REPORTING, WARD, after, rule

BIRTHDAY = rule("birthday", Yearly(SOLAR_BIRTHDAY, -3 * DAY, 3 * DAY))
SELDOM = rule("seldom", Without(7 * DAY, 5 * DAY))
STORM = rule("storm", after("weather-warned", timedelta(hours=12)))
SILENT = rule("silent", after("no-answer", timedelta(hours=4)), on_end=OnEnd.SUPERSEDE)
EVERYBODY = range(6)
NORTH = (1, 2, 4, 5, 7, 8)
ALONE = [n for n in EVERYBODY if n % 2]


@pytest.fixture
async def hand(fresh: Callable[..., Any], repository: Path) -> AsyncIterator[ByHand]:
    install(policy(repository, WARD, GREETING, REPORTING, NEED, MOURNING))
    async with fresh(service) as database:
        yield ByHand(service, database, MORNING)


async def live(hand: ByHand) -> None:
    """Everybody is enrolled; 1 is poor, 2 is in hospital, 3 has died. Ten days pass."""
    await hand.hears(*(enrolled(n, hand.now) for n in EVERYBODY))
    await hand.hears(
        HardshipReported(hardship_id=derived("t", 1), hardship="poverty", reported_at=hand.now, **where(1)),
        PatientAdmitted(stay_id=StayId(derived("t", 2)), hospital="h", admitted_at=hand.now, **where(2)),
        DeathReported(report_id=derived("t", 3), source="family", reported_at=hand.now, **where(3)),
    )
    await hand.waits(10 * DAY)


async def changed(hand: ByHand, *statements: str) -> None:
    """What no engine did is done in the tables."""
    async with hand.database.transaction() as tx:
        for statement in statements:
            await tx.execute(statement)


def named(found: Any) -> set[tuple[UUID, str, str]]:
    return set(found.exceptions)


async def test_the_whole_engine_leaves_nobody_bare(hand: ByHand) -> None:
    await live(hand)

    found = await counted(hand)

    assert (found.exceptions, found.stuck, found.adds_up) == ([], [], True)
    assert (found.living, found.dead, found.ended, found.rules) == (5, 1, 0, 5)


async def test_an_engine_that_skips_a_rule_of_the_calendar_is_caught(
    hand: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = _Comparison._recurring

    def skips(self: _Comparison, rule: Rule, when: Cadence | Yearly, turn: Turn) -> None:
        if rule.name != "greeting":
            whole(self, rule, when, turn)

    monkeypatch.setattr(_Comparison, "_recurring", skips)
    await live(hand)

    found = await counted(hand)

    assert named(found) == {(person(n), "greeting", "missing") for n in ALONE if n != 3}
    assert found.adds_up


async def test_an_engine_that_forgets_hardship_is_caught(hand: ByHand, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = _Comparison._triggered

    def forgets(self: _Comparison, rule: Rule, trigger: Trigger, raised: Mapping[UUID, Raised]) -> None:
        if trigger.event != "hardship-reported":
            whole(self, rule, trigger, raised)

    monkeypatch.setattr(_Comparison, "_triggered", forgets)
    await live(hand)

    found = await counted(hand)

    assert named(found) == {(person(1), "need", "missing")}


async def test_an_engine_that_closes_a_duty_without_a_cause_is_caught(
    hand: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes the living person's ward visit for one of the dead."""
    whole = _Comparison._ground_lost

    def closes(self: _Comparison, duty: Duty) -> Withdrawal | None:
        return Withdrawal(duty, By.DEATH, duty.duty_id) if duty.rule == "ward" else whole(self, duty)

    monkeypatch.setattr(_Comparison, "_ground_lost", closes)
    await live(hand)

    found = await counted(hand)

    assert named(found) == {(person(2), "ward", "closed-without-ground")}


async def test_an_engine_that_withdraws_for_nothing_is_caught(hand: ByHand, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = _Comparison._ground_lost
    invented = (By.DUTY, By.END, By.POLICY, By.RETRACTION, By.CARE_ENDED, By.DEATH)
    of = dict(zip([person(n) for n in NORTH], invented, strict=True))

    def closes(self: _Comparison, duty: Duty) -> Withdrawal | None:
        withdrawn_by = of[self.care.person_id]
        is_greeting = duty.rule == "greeting" and duty.is_open
        return Withdrawal(duty, withdrawn_by, derived("t", "nothing")) if is_greeting else whole(self, duty)

    monkeypatch.setattr(_Comparison, "_ground_lost", closes)
    monkeypatch.setattr(_Comparison, "_was_withdrawn", lambda self, duty: False)
    await hand.hears(*(enrolled(n, hand.now, "alone") for n in NORTH))

    found = await counted(hand)

    assert named(found) == {(each, "greeting", "closed-without-ground") for each in of}


CLOSED = (
    "'waived'", "'waived', closed_by = 'holder', closed_by_id = person_id", "'done'", "'superseded'",
    "'waived', closed_by = 'holder', reason = 'sealed'",
    "'done', closed_by = 'holder', closed_by_id = person_id",
    "'superseded', closed_by = 'end', closed_by_id = cause_id",
    "'superseded', closed_by = 'duty', closed_by_id = duty_id",
    "'superseded', closed_by = 'class', closed_by_id = person_id, due_at = opened_at",
)  # fmt: skip


async def test_what_is_closed_by_nobody_and_nothing_is_named(hand: ByHand) -> None:
    await live(hand)
    await changed(hand, "CREATE TABLE as_owed AS SELECT * FROM duties")
    async with hand.database.connection() as connection:
        owed = {
            tuple(row) for row in await connection.fetch("SELECT person_id, rule FROM duties WHERE closed_at IS NULL")
        }
    for how in CLOSED:
        await changed(hand, f"UPDATE duties SET closed_at = now(), closed_as = {how} WHERE closed_at IS NULL")

        found = await counted(hand)

        assert (how, named(found)) == (how, {(*each, "closed-without-ground") for each in owed})
        await changed(hand, "DELETE FROM duties", "INSERT INTO duties SELECT * FROM as_owed")
    assert {rule for _, rule in owed} == {"ward", "greeting", "reporting", "need", "mourning"}


LATER = "due_at = due_at + interval '10 years', missed_at = NULL, next_rung_at = NULL"
OTHERWISE = {
    LATER: "due-too-late",
    f"policy = 'v0', {LATER}": "due-too-late",
    "role = 'mayor'": "owed-otherwise",
    "party = 'nobody'": "owed-otherwise",
    "kind = 'chore'": "owed-otherwise",
    "policy = 'v0', strength = 'word'": "owed-otherwise",
    "instead = 'with-daughter', strength = 'voice'": "owed-otherwise",
    "counts_from = counts_from - interval '1 year'": "counted-too-early",
}


async def test_what_is_owed_otherwise_than_its_rule_says_is_named(hand: ByHand) -> None:
    await live(hand)
    await changed(hand, "CREATE TABLE as_owed AS SELECT * FROM duties")
    async with hand.database.connection() as connection:
        owed = {
            tuple(row) for row in await connection.fetch("SELECT person_id, rule FROM duties WHERE closed_at IS NULL")
        }
    for how, why in OTHERWISE.items():
        await changed(hand, f"UPDATE duties SET {how} WHERE closed_at IS NULL")

        found = await counted(hand)

        assert (how, named(found)) == (how, {(*each, why) for each in owed})
        await changed(hand, "DELETE FROM duties", "INSERT INTO duties SELECT * FROM as_owed")


async def test_an_engine_that_counts_what_was_done_long_before_is_caught(
    hand: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = import_module("services.visits.domain.settle")
    whole = module._new_duty

    def early(care: Care, occurrence: Any, now: Any) -> Duty:
        return cast(Duty, replace(whole(care, occurrence, now), counts_from=occurrence.counts_from - 365 * DAY))

    monkeypatch.setattr(module, "_new_duty", early)
    await hand.hears(enrolled(1, hand.now))
    call = RecordContact(
        contact_id=ContactId(derived("t", "made")), person_id=person(1), kind="hello", strength="voice", outcome="found",
        made_at=hand.now - 300 * DAY,
    )  # fmt: skip
    await hand.asked(call, by=by("neighbour"))

    found = await counted(hand)

    assert named(found) == {(person(1), rule, "counted-too-early") for rule in ("greeting", "reporting")}


async def test_an_engine_that_takes_a_call_for_a_visit_by_an_absence_that_is_not_is_caught(
    hand: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = import_module("services.visits.domain.settle")
    whole = module._new_duty

    def away(care: Care, occurrence: Any, now: Any) -> Duty:
        duty = whole(care, occurrence, now)
        return cast(Duty, replace(duty, kind="hello", strength="voice", instead="with-daughter"))

    monkeypatch.setattr(module, "_new_duty", away)
    monkeypatch.setattr(_Comparison, "_look_at_means", lambda self, duty: None)
    await hand.hears(
        enrolled(2, hand.now),
        PatientAdmitted(stay_id=StayId(derived("t", 2)), hospital="h", admitted_at=hand.now, **where(2)),
    )
    call = RecordContact(
        contact_id=ContactId(derived("t", "made")), person_id=person(2), kind="hello", strength="voice", outcome="found",
        made_at=hand.now,
    )  # fmt: skip
    await hand.asked(call, by=CLERK)

    found = await counted(hand)

    assert named(found) == {(person(2), "ward", "done-falsely"), (person(2), "reporting", "owed-otherwise")}


async def test_an_engine_that_asks_after_nobody_who_did_not_answer_is_caught(
    fresh: Callable[..., Any], repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(silence, "after", lambda care, contact: care)
    install(policy(repository, SILENT))
    async with fresh(service) as database:
        hand = ByHand(service, database, MORNING)
        await hand.hears(enrolled(1, hand.now), enrolled(2, hand.now))
        for n, outcomes in ((1, ("found", "out")), (2, ("out", "found"))):
            for hour, outcome in enumerate(outcomes):
                tried = RecordContact(
                    contact_id=ContactId(derived("t", n, hour)), person_id=person(n), kind="call-on", strength="there",
                    outcome=outcome, note=NOTE, made_at=MORNING + timedelta(minutes=hour),
                )  # fmt: skip
                hand.now = MORNING + timedelta(hours=1)
                await hand.asked(tried, by=CLERK)

        found = await counted(hand)

    assert named(found) == {(person(1), "silent", "missing")}


async def test_an_engine_that_tells_no_newcomer_of_the_warning_that_goes_on_is_caught(
    fresh: Callable[..., Any], repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four was there when it was issued; seven came a day later, eight when it was over, and one lives in a warned city."""
    monkeypatch.setattr(newcomers, "comes", lambda before, after: False)
    install(policy(repository, STORM))
    async with fresh(service) as database:
        hand = ByHand(service, database, MORNING)
        await hand.hears(enrolled(4, hand.now))
        for county in ("north", "south"):
            await hand.asked(warning(county, hand.now + 2 * DAY), by=CLERK)
        await hand.waits(DAY)
        await hand.hears(enrolled(7, hand.now))
        at_once = await counted(hand)
        await hand.waits(timedelta(hours=1))
        found = await counted(hand)
        await hand.waits(DAY)
        await hand.hears(enrolled(8, hand.now))
        await hand.waits(timedelta(hours=1))
        afterwards = await counted(hand)

    assert [named(each) for each in (at_once, found, afterwards)] == [set(), *[{(person(7), "storm", "missing")}] * 2]


async def test_the_whole_engine_tells_everybody_of_a_notice_and_who_comes_is_not_named(
    fresh: Callable[..., Any], repository: Path
) -> None:
    install(policy(repository, STORM))
    async with fresh(service) as database:
        hand = ByHand(service, database, MORNING)
        await hand.hears(enrolled(4, hand.now))
        await hand.asked(warning("north", hand.now + 2 * DAY), by=CLERK)
        await hand.waits(DAY)
        await hand.hears(*(enrolled(n, hand.now) for n in (3, 7)))
        await hand.waits(timedelta(hours=1))

        found = await counted(hand)
        async with database.connection() as connection:
            owed = {row[0] for row in await connection.fetch("SELECT person_id FROM duties")}

    assert (found.exceptions, owed) == ([], {person(4), person(7)})


def warning(county: str, until: datetime) -> IssueNotice:
    return IssueNotice(
        notice_id=derived("t", "storm", county), city="town", county=county, what="storm", title="暴雨", document=None,
        until=until, warns=True, wanted=(), asked=(), people=1, open_until=until,
    )  # fmt: skip


async def test_an_engine_that_still_greets_the_dead_is_caught(hand: ByHand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Care, "ends_with_death", lambda self, duty: False)
    await live(hand)

    found = await counted(hand)

    assert named(found) == {(person(3), rule, "owed-to-the-dead") for rule in ("greeting", "reporting")}


async def test_an_engine_that_does_not_climb_is_caught(hand: ByHand, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of who is never visited nobody above ever learns."""
    monkeypatch.setattr(ladder, "_up", lambda care, duty, held, now, facts: replace(duty, next_rung_at=None))
    await live(hand)

    found = await counted(hand)

    assert found.exceptions == []
    assert {(person(1), "need", "not-climbed"), (person(2), "ward", "not-climbed")} <= set(found.stuck)
    assert {n.why for n in found.stuck} == {"not-climbed"}


async def test_an_engine_that_climbs_and_tells_nobody_is_caught(hand: ByHand, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(care: Care, duty: Duty, *_: Any) -> Duty:
        top = len(care.policy.rules[duty.rule].ladder)
        return replace(duty, rung=top, next_rung_at=None)

    monkeypatch.setattr(ladder, "_up", silent)
    await live(hand)

    found = await counted(hand)

    assert {n.why for n in found.stuck} == {"nobody-told"}


async def test_an_engine_that_leaves_done_what_was_struck_is_caught(
    hand: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(striking, "_reopen", lambda care, duty, now, facts: care)
    await live(hand)
    made = RecordContact(
        contact_id=ContactId(derived("t", "made")), person_id=person(2), kind="call-on", strength="there", outcome="found",
        made_at=hand.now,
    )  # fmt: skip
    struck = StrikeContact(
        strike_id=derived("t", "s"), person_id=person(2), contact_id=made.contact_id, reason=a_reason("登记错了人")
    )
    await hand.asked(made, by=CLERK)
    await hand.asked(struck, by=CLERK)

    found = await counted(hand)

    assert named(found) == {(person(2), "ward", "done-by-struck")}


async def test_an_engine_that_takes_a_call_for_a_visit_is_caught(hand: ByHand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contacts, "what_lacks", lambda care, duty, contact: None if duty.rule == "ward" else Lacks.KIND)
    await live(hand)
    made = RecordContact(
        contact_id=ContactId(derived("t", "made")), person_id=person(2), kind="hello", strength="voice", outcome="found",
        made_at=hand.now,
    )  # fmt: skip
    await hand.asked(made, by=CLERK)

    found = await counted(hand)

    assert named(found) == {(person(2), "ward", "done-falsely")}


async def test_an_engine_that_does_not_give_back_what_a_false_death_ended_is_caught(
    hand: ByHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module("services.visits.domain.grounds"), "_MAY_RETURN", ())
    report = derived("t", 3)
    await hand.hears(enrolled(3, hand.now))
    await hand.hears(DeathReported(report_id=report, source="family", reported_at=hand.now, **where(3)))
    await hand.hears(DeathRetracted(report_id=report, reason=a_reason("namesake"), retracted_at=hand.now, **where(3)))
    await hand.waits(timedelta(hours=1))

    found = await counted(hand)

    assert named(found) == {(person(3), rule, "not-returned") for rule in ("greeting", "reporting")}


async def test_an_engine_that_forgets_birthdays_and_the_long_unvisited_is_caught(
    fresh: Callable[..., Any], repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind in ("_recurring", "_without"):
        monkeypatch.setattr(_Comparison, kind, lambda *_: None)
    install(policy(repository, BIRTHDAY, SELDOM))
    async with fresh(service) as database:
        hand = ByHand(service, database, MORNING)
        await hand.hears(enrolled(1, hand.now))
        async with database.transaction() as tx:
            await tx.execute("UPDATE cares SET birth_year = 1934, birthday = '05-18'")
        await hand.waits(8 * DAY)

        found = await counted(hand)

    assert named(found) == {(person(1), "birthday", "missing"), (person(1), "seldom", "missing")}


async def test_an_engine_that_takes_somebody_for_all_right_who_failed_to_answer_since_is_caught(
    fresh: Callable[..., Any], repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contacts, "_tried_in_vain_since", lambda care, duty, contact: False)
    install(policy(repository, SILENT))
    async with fresh(service) as database:
        hand = ByHand(service, database, MORNING)
        await hand.hears(enrolled(1, hand.now))
        for n, (outcome, hour) in enumerate([("out", 0), ("out", 2), ("found", 1)]):
            tried = RecordContact(
                contact_id=ContactId(derived("t", "tried", n)), person_id=person(1), kind="call-on", strength="there",
                outcome=outcome, note=NOTE, made_at=MORNING + timedelta(hours=hour),
            )  # fmt: skip
            hand.now = MORNING + timedelta(hours=3 + n)
            await hand.asked(tried, by=CLERK)
        await hand.waits(timedelta(hours=1))

        found = await counted(hand)

    assert named(found) == {(person(1), "silent", "still-silent")}


async def test_a_clock_that_stands_still_is_caught(hand: ByHand) -> None:
    """Nobody is woken for ten days: what has fallen due is not missed, and what begins is not owed."""
    await hand.hears(enrolled(1, hand.now))
    hand.now += 10 * DAY

    found = await counted(hand)

    assert set(found.exceptions) == {(person(1), "greeting", "missing"), (person(1), "reporting", "missing")}
    assert set(found.stuck) == {(person(1), "greeting", "not-missed"), (person(1), "reporting", "not-missed")}
