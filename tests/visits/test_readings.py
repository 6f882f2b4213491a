"""Whoever is shown what is owed to a named person, and what was done, is known before it is shown."""

from bus.decisions import Caller
from bus.testing import MORNING, ByHand
from contracts.event import Event
from contracts.visits import DutyOpened, PeopleRead
from tests.visits.shuangta import (
    BY_LIAISON,
    CHEN,
    GRAIN,
    KEYS,
    LI,
    LIN,
    OFFICER,
    WATER,
    ZHANG,
    admitted,
    bearing,
    enrolled,
    of,
)

OF_EAST = OFFICER.model_copy(update={"county": "东区"})
ELSEWHERE = Caller(person=str(LIN), role="liaison", unit=GRAIN)


def readings(said: list[Event]) -> list[PeopleRead]:
    return [fact for fact in said if isinstance(fact, PeopleRead)]


async def test_who_is_shown_one_person_is_told_with_role_and_purpose_and_who_is_shown_nothing_is_not(
    hand: ByHand,
) -> None:
    await hand.hears(enrolled(LI))
    said = await hand.hears(enrolled(), admitted())
    duty_id, ledger = of(DutyOpened, said)[BY_LIAISON].duty_id, "/coverage/ledger"
    async with hand.http(KEYS) as doors:
        for path, query in (
            (f"/people/{ZHANG}/contacts", {"purpose": "visit"}), ("/duties", {"person_id": str(ZHANG)}),
            (f"/duties/{duty_id}/explanation", {}), (ledger, {"by": "person", "of": str(ZHANG)}),
            (ledger, {"of": str(ZHANG)}), (ledger, {"by": "person", "of": str(WATER)}), (ledger, {"of": str(WATER)}),
        ):  # fmt: skip
            answer = await doors.get(path, params=query, headers=bearing(OF_EAST))
            assert answer.status_code == 200, answer.text
        told = readings(await hand.said())
        for path in (f"/people/{ZHANG}/contacts", f"/duties?person_id={ZHANG}", f"/duties/{duty_id}/explanation"):
            await doors.get(path, headers=bearing(ELSEWHERE))
        refused = await doors.get(f"/people/{ZHANG}/contacts?purpose=看看", headers=bearing(OF_EAST))

    assert [(fact.what, fact.purpose, {*fact.people}) for fact in told] == [
        ("contacts", "visit", {ZHANG}),
        ("duties", "unsaid", {ZHANG}),
        ("explanation", "unsaid", {ZHANG}),
        ("ledger", "unsaid", {ZHANG}),
        ("ledger", "unsaid", {ZHANG, LI}),
    ]
    assert {(fact.read_by, fact.role, fact.city, fact.county, fact.read_at) for fact in told} == {
        (str(CHEN), "bureau-officer", "双塔市", "东区", MORNING)
    }
    assert (readings(await hand.said()), refused.status_code) == ([], 422)
    assert await hand.differences() == []
