"""The doors of visits take and refuse with the right word, show nobody beyond a token, and say what the person asks for."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from bus.decisions import Caller, Rejected
from bus.testing import MORNING, ByHand
from contracts.ids import derived
from contracts.registry import AskFirst, Hours
from contracts.visits import DutyOpened
from services.visits.domain import Care
from tests.visits.shuangta import (
    BY_BUREAU,
    CHEN,
    GRAIN,
    KEYS,
    LI,
    LIAISON,
    LIN,
    MILL_LANE,
    OFFICER,
    WATER,
    ZHANG,
    admitted,
    bearing,
    carded,
    contact,
    enrolled,
    of,
)


@pytest.mark.parametrize(
    ("words", "rule", "field"),
    [
        ({"person_id": LI}, "person-unknown", "person_id"),
        ({"kind": "letter"}, "kind-unknown", "kind"),
        ({"strength": "telepathy"}, "strength-unknown", "strength"),
        ({"outcome": "perhaps"}, "outcome-unknown", "outcome"),
        ({"outcome": "refused"}, "note-required", "note"),
        ({"witness": CHEN}, "witness-is-maker", "witness"),
        ({"made_at": MORNING + timedelta(minutes=2)}, "made-in-the-future", "made_at"),
    ],
)
async def test_what_is_refused_names_its_rule_and_field_and_leaves_nothing(
    hand: ByHand, words: dict[str, Any], rule: str, field: str
) -> None:
    await hand.hears(enrolled())

    with pytest.raises(Rejected) as refused:
        await hand.asked(contact(**words), by=OFFICER)

    assert (refused.value.rule, refused.value.field) == (rule, field)
    assert (await hand.state(Care, ZHANG)).contacts == {}


async def test_the_doors_take_and_refuse_with_the_right_word(hand: ByHand) -> None:
    await hand.hears(enrolled(), admitted())
    body = contact().model_dump(mode="json", exclude_defaults=True)
    other = {**body, "contact_id": str(derived("test", "another contact"))}
    stranger = LIAISON.model_copy(update={"unit": GRAIN})
    async with hand.http(KEYS) as doors:

        async def post(words: dict[str, Any], by: Caller = LIAISON) -> Any:
            return await doors.post("/contacts", json=words, headers=bearing(by))

        taken, again = await post(body), await post(body)
        otherwise = await post({**body, "outcome": "not-home"})
        elsewhere = await post(other, stranger)
        unknown = await post({**other, "outcome": "perhaps"})
        unreadable = await post({**other, "made_at": "yesterday"})
        owed = await doors.get("/duties", params={"person_id": str(ZHANG)}, headers=bearing(LIAISON))
        nothing = await doors.get("/duties", params={"person_id": str(ZHANG)}, headers=bearing(stranger))
        nobody = await doors.get("/duties", params={"person_id": str(LI)}, headers=bearing(LIAISON))

    assert (taken.status_code, again.status_code, taken.content) == (201, 201, again.content)
    assert otherwise.status_code == 409
    assert (elsewhere.status_code, elsewhere.json()["rule"]) == (403, "out-of-reach")
    assert (unknown.status_code, unknown.json()["field"]) == (422, "outcome")
    assert (unreadable.status_code, [e["field"] for e in unreadable.json()["errors"]]) == (422, ["made_at"])
    assert {line["rule"] for line in owed.json()} == {BY_BUREAU, "weekly-greeting", "monthly-call"}
    assert nothing.json() == []
    assert (nobody.status_code, nobody.json()["rule"], nobody.json()["field"]) == (404, "person-unknown", "person_id")


@pytest.mark.parametrize(
    ("role", "reach", "status"),
    [
        ("liaison", {"unit": WATER}, 200),
        ("liaison", {"unit": GRAIN}, 403),
        ("liaison", {}, 403),
        ("community-worker", {"unit": MILL_LANE}, 200),
        ("community-worker", {}, 403),
        ("bureau-officer", {}, 200),
        ("bureau-officer", {"county": "东区"}, 200),
        ("bureau-officer", {"county": "西区"}, 403),
    ],
)
async def test_nobody_reads_or_acts_outside_the_unit_or_county_of_their_token(
    hand: ByHand, role: str, reach: dict[str, Any], status: int
) -> None:
    """Zhang is of the water bureau in the east county, and lives in Mill Lane. Li of no community is nobody's neighbour."""
    opened = of(DutyOpened, await hand.hears(enrolled(), carded(), admitted()))
    await hand.hears(enrolled(LI))
    duty_id = opened[BY_BUREAU].duty_id
    body = contact().model_dump(mode="json", exclude_defaults=True)
    async with hand.http(KEYS) as doors:
        bearer = bearing(Caller(person=str(CHEN), role=role, **reach))

        recorded = await doors.post("/contacts", json=body, headers=bearer)
        explained = await doors.get(f"/duties/{duty_id}/explanation", headers=bearer)
        owed = await doors.get("/duties", params={"closed": "true"}, headers=bearer)

    seen = {UUID(line["person_id"]) for line in owed.json()}
    assert (recorded.status_code, explained.status_code) == ((201, 200) if status == 200 else (403, 403))
    assert (ZHANG in seen) == (status == 200)
    assert (LI in seen) == (status == 200 and role != "community-worker")


async def test_whoever_sees_a_duty_sees_what_the_person_asks_for(hand: ByHand) -> None:
    asked = {
        "wishes": ("ask-first", "deaf", "hours"),
        "hours": (Hours(begin="12:00", end="15:00"),),
        "ask_first": AskFirst(role="liaison", holder_id=LIN),
    }
    opened = of(DutyOpened, await hand.hears(enrolled(), carded().model_copy(update=asked)))
    async with hand.http(KEYS) as doors:
        owed = (await doors.get("/duties", headers=bearing(OFFICER))).json()
        sheet = await doors.get("/duties", headers=bearing(OFFICER) | {"accept": "text/csv"})
        why = await doors.get(f"/duties/{opened['monthly-call'].duty_id}/explanation", headers=bearing(OFFICER))

    said = ["先找的人：在职联络员", "听力不便", "不便联系的时间：12:00-15:00"]
    assert {line["rule"]: (line["kind"], line["strength"], line["instead"], line["wishes"]) for line in owed} == {
        "weekly-greeting": ("visit", "in-person", "听力不便", said),
        "monthly-call": ("visit", "in-person", "听力不便", said),
    }
    assert "先找的人：在职联络员" in sheet.content.decode("utf-8-sig")
    assert why.json()["ask_first"] == {"role": "liaison", "holder_id": str(LIN)}
    assert "；本人意愿（先找的人：在职联络员；听力不便；不便联系的时间：12:00-15:00）" in why.json()["sentence"]
