"""How a person wishes to be reached: stated at the door as the city's pack has it, on the card, and sealed where it is theirs."""

from typing import Any

import httpx
import pytest

from bus.testing import ByHand
from contracts.ids import HolderId
from contracts.registry import AskFirst, Hours, PersonCard, WishStated
from tests.registry.reforms import OFFICER, enrol, officer, person
from tests.registry.town import WATER, named, settled

AT = f"/people/{person(1)}"
REST = {"from": "12:00", "until": "15:00"}
NIGHT = {"from": "21:00", "until": "07:00"}
DAUGHTER, GRANDCHILD = (HolderId(named("holder", name)) for name in ("女丙", "孙戊"))


def stating(wish: str, **more: Any) -> dict[str, Any]:
    return {"wish_id": str(named("wish", wish, *more.values())), "wish": wish, **more}


def joining(role: str, name: str, **other: Any) -> dict[str, Any]:
    return {"member_id": str(named("member", role, name)), "role": role, "holder": officer(name), **other}


async def ask(doors: httpx.AsyncClient, body: dict[str, Any]) -> tuple[int, list[tuple[str, str]]]:
    """Status, and of each refusal the field and the rule."""
    answer = await doors.post(f"{AT}/wishes", json=body, headers=OFFICER)
    told = answer.json()
    errors = told.get("errors") or ([told] if "rule" in told else [])
    return answer.status_code, [(error["field"], error["rule"]) for error in errors]


async def card(town: ByHand) -> PersonCard:
    return [event for event in await town.said() if isinstance(event, PersonCard)][-1]


@pytest.fixture
async def zhang(doors: httpx.AsyncClient, town: ByHand) -> httpx.AsyncClient:
    await enrol(town, 1)
    for name in ("女丙", "子丁"):
        await doors.post(f"{AT}/team", json=joining("relative", name), headers=OFFICER)
    await town.said()
    return doors


async def test_hours_and_whom_to_ask_first_are_on_the_card_and_no_word_or_number_of_theirs(
    zhang: httpx.AsyncClient, town: ByHand
) -> None:
    body = stating("hours", hours=[REST, NIGHT], words="午休，夜里也不要打")
    assert await ask(zhang, body) == (201, [])
    assert await ask(zhang, stating("ask-first", ask_first={"role": "relative", "holder_id": str(DAUGHTER)})) == (
        201,
        [],
    )
    assert await ask(zhang, stating("deaf")) == (201, [])

    said = await town.said()
    now = [event for event in said if isinstance(event, PersonCard)][-1]
    stated = [event for event in said if isinstance(event, WishStated)]

    assert now.wishes == ("ask-first", "deaf", "hours")
    assert now.hours == (Hours(begin="12:00", end="15:00"), Hours(begin="21:00", end="07:00"))
    assert now.ask_first == AskFirst(role="relative", holder_id=DAUGHTER)
    assert [(one.wish, len(one.hours), one.ask_first is not None) for one in stated] == [
        ("hours", 2, False), ("ask-first", 0, True), ("deaf", 0, False),
    ]  # fmt: skip
    assert not [
        one for event in said for word in ("午休", "女丙", "1990000") if word in (one := event.model_dump_json())
    ]


async def test_the_file_says_what_was_asked_for(zhang: httpx.AsyncClient) -> None:
    await ask(zhang, stating("hours", hours=[REST], words="要午休"))
    await ask(zhang, stating("ask-first", ask_first={"role": "relative"}))

    lines = (await zhang.get(f"{AT}/file", headers=OFFICER)).json()["lines"]

    assert [line["zh"] for line in lines if line["what"] == "wish.stated"] == [
        "本人意愿：意愿 不便联系的时间，原话 要午休，不便联系的钟点 12:00-15:00",
        "本人意愿：意愿 先找的人，先找 亲属",
    ]


async def test_where_nobody_is_named_it_is_whoever_is_first_in_the_role(zhang: httpx.AsyncClient, town: ByHand) -> None:
    await ask(zhang, stating("ask-first", ask_first={"role": "relative"}))
    before = (await card(town)).ask_first

    await zhang.post(f"{AT}/team", json=joining("relative", "孙戊", first=True), headers=OFFICER)
    after = (await card(town)).ask_first

    assert (before, after) == (
        AskFirst(role="relative", holder_id=DAUGHTER),
        AskFirst(role="relative", holder_id=GRANDCHILD),
    )


async def test_whom_they_named_and_who_left_is_replaced_by_nobody(zhang: httpx.AsyncClient, town: ByHand) -> None:
    await ask(zhang, stating("ask-first", ask_first={"role": "relative", "holder_id": str(DAUGHTER)}))
    leaving = {"leaving_id": str(named("leaving")), "reason": "迁往外地"}
    await zhang.post(f"{AT}/team/{named('member', 'relative', '女丙')}/leaving", json=leaving, headers=OFFICER)

    now = await card(town)

    assert now.ask_first == AskFirst(role="relative")
    assert [holder.role for holder in now.holders].count("relative") == 1
    await settled(town)
    assert await town.differences() == []


@pytest.mark.parametrize(
    ("body", "refusals"),
    [
        (stating("hours"), [("hours", "hours-missing")]),
        (stating("ask-first"), [("ask_first", "ask-first-missing")]),
        (stating("deaf", hours=[REST]), [("hours", "carries-no-hours")]),
        (stating("hours", hours=[REST], ask_first={"role": "relative"}), [("ask_first", "carries-nobody")]),
        (stating("hours", hours=[{"from": "9:00", "until": "12:00"}]), [("hours.0.from", "clock")]),
        (stating("hours", hours=[{"from": "12:00", "until": "24:00"}]), [("hours.0.until", "clock")]),
        (stating("hours", hours=[{"from": 1200, "until": "15:00"}]), [("hours.0.from", "clock")]),
        (stating("hours", hours=[{"from": "１２:００", "until": "15:00"}]), [("hours.0.from", "clock")]),
        (stating("hours", hours=[{"from": "12:00", "until": "12:00"}]), [("hours.0.until", "no-span")]),
        (stating("hours", hours=[REST, {"from": "14:00", "until": "16:00"}]), [("hours", "hours-overlap")]),
        (stating("hours", hours=[{"from": "08:00", "until": "07:00"}]), [("hours", "no-hour-left")]),
        (stating("hours", hours=[REST] * 5), [("hours", "too-long")]),
        (stating("hours", hours=[{"from": "12:00"}]), [("hours.0.until", "missing")]),
        (stating("ask-first", ask_first={"role": "godmother"}), [("ask_first.role", "unknown-code")]),
        (stating("ask-first", ask_first={"role": "relative", "phone": "1"}), [("ask_first.phone", "extra-forbidden")]),
        (stating("moonlight", hours=[REST]), [("wish", "unknown-code")]),
        (stating("ask-first", ask_first={"role": "keyholder"}), [("ask_first", "ask-first-unknown")]),
        (
            stating("ask-first", ask_first={"role": "relative", "holder_id": str(named("a stranger"))}),
            [("ask_first", "ask-first-unknown")],
        ),
        (stating("ask-first", ask_first={"role": "organisation-department"}), [("ask_first", "ask-first-unknown")]),
    ],
)
async def test_what_cannot_be_asked_for_is_refused_with_field_and_rule_and_leaves_nothing(
    zhang: httpx.AsyncClient, town: ByHand, body: dict[str, Any], refusals: list[tuple[str, str]]
) -> None:
    assert await ask(zhang, body) == (422, refusals)
    assert await town.said() == []


async def test_whoever_is_of_the_unit_or_the_community_can_be_asked_first(
    zhang: httpx.AsyncClient, town: ByHand
) -> None:
    for role in ("liaison", "community-worker"):
        assert (await ask(zhang, stating("ask-first", ask_first={"role": role})))[0] == 201, (role, WATER)

    first = (await card(town)).ask_first

    assert first is not None and first.role == "community-worker" and first.holder_id is not None
