"""AB角: while a holder is away the deputy stands on the cards; it begins and ends by itself, at the hours that were said."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from bus.testing import MORNING, TEST, ByHand, bearer
from contracts.event import Event
from contracts.ids import HolderId
from contracts.refused import Refused
from contracts.registry import HolderAway, HolderBack, PersonCard
from services.registry.domain import Away, Deputies, away
from services.registry.requests.changes import StateWish
from tests.registry.grouping import forming, link
from tests.registry.reforms import OFFICER, enrol, last_cards, officer, person
from tests.registry.town import GRAIN, KEYS, WATER, appointing, assigning, named, settled

AWAY = named("away")
DAY = timedelta(days=1)
A, B, C = (HolderId(named("holder", name)) for name in ("甲", "乙", "丙"))


def going(deputy: str = "水代", begins: timedelta = DAY, **other: Any) -> dict[str, Any]:
    return {
        "away_id": str(AWAY),
        "from_at": (MORNING + begins).isoformat(),
        "until_at": (MORNING + begins + 2 * DAY).isoformat(),
        "deputy": officer(deputy),
        **other,
    }


def away_of(name: str, ending: UUID | None = None) -> str:
    return f"/holders/{named('holder', name)}/away" + (f"/{ending}/ending" if ending is not None else "")


def last_card(said: list[Event]) -> PersonCard:
    return [event for event in said if isinstance(event, PersonCard)][-1]


async def test_the_deputy_stands_on_the_card_from_the_hour_that_was_said_to_the_hour_that_was_said(
    doors: httpx.AsyncClient, town: ByHand
) -> None:
    await enrol(town, 1)

    answer = await doors.post(away_of("水丙"), json=going(), headers=OFFICER)
    told, *_ = before = await settled(town)
    begun = await settled(town, DAY)
    silence = await settled(town, DAY)
    over = await settled(town, DAY)

    assert answer.status_code == 201
    assert isinstance(told, HolderAway) and told.deputy_id == named("holder", "水代")
    leaders = [last_cards(said)[person(1)]["unit-leader"] for said in (before, begun, over)]
    assert leaders == ["水丙", "水代", "水丙"]
    assert silence == []
    acting = {h.role: h.deputy_for for h in last_card(begun).holders}
    assert (acting["unit-leader"], acting["liaison"]) == (named("holder", "水丙"), None)


async def test_a_liaison_has_a_deputy_for_their_own_people_alone(doors: httpx.AsyncClient, town: ByHand) -> None:
    await enrol(town, 1)
    await enrol(town, 2, liaison="联己")

    await doors.post(away_of("联戊"), json=going(begins=timedelta()), headers=OFFICER)
    cards = last_cards(await settled(town))

    assert {who: shown["liaison"] for who, shown in cards.items()} == {person(1): "水代"}


async def test_an_officer_who_is_back_early_acts_again_at_once(doors: httpx.AsyncClient, town: ByHand) -> None:
    await enrol(town, 1)
    await doors.post(away_of("水丙"), json=going(), headers=OFFICER)
    await settled(town, DAY)

    back = await doors.post(away_of("水丙", AWAY), headers=OFFICER)
    said = await settled(town)
    again = await doors.post(away_of("水丙", AWAY), headers=OFFICER)
    unknown = await doors.post(away_of("水丙", named("never")), headers=OFFICER)

    assert (back.status_code, again.status_code, unknown.status_code) == (201, 201, 422)
    assert [type(event) for event in said] == [HolderBack, PersonCard]
    assert last_cards(said)[person(1)]["unit-leader"] == "水丙"


async def test_somebody_who_stands_on_no_card_is_not_away_and_nobody_is_their_own_deputy(
    doors: httpx.AsyncClient, town: ByHand
) -> None:
    await enrol(town, 1)

    stranger = await doors.post(away_of("路人"), json=going(), headers=OFFICER)
    themselves = await doors.post(away_of("水丙"), json=going("水丙"), headers=OFFICER)
    number = await doors.post(away_of("水丙"), json=going(until_at=1778461200), headers=OFFICER)

    assert [a.status_code for a in (stranger, themselves, number)] == [422] * 3
    assert [a.json().get("rule") for a in (stranger, themselves)] == ["holder-unknown", "own-deputy"]


async def test_who_says_that_somebody_is_away_reaches_all_on_whose_cards_they_stand(
    doors: httpx.AsyncClient, town: ByHand
) -> None:
    await enrol(town, 1)
    await enrol(town, 2, unit_id=GRAIN)
    leader = bearer(KEYS, "unit-leader", unit=WATER)
    elsewhere = bearer(KEYS, "bureau-officer", county="西区")

    own = await doors.post(away_of("水丙"), json=going(), headers=leader)
    of_all = await doors.post(away_of("局乙"), json=going(), headers=leader)
    of_another = await doors.post(away_of("水丙"), json=going(), headers=elsewhere)

    assert [a.status_code for a in (own, of_all, of_another)] == [201, 403, 403]
    assert (of_all.json()["rule"], of_all.json()["field"]) == ("out-of-reach", "holder_id")


async def test_whoever_is_named_for_somebody_has_a_deputy_on_all_their_cards_in_every_role(
    doors: httpx.AsyncClient, town: ByHand
) -> None:
    """The officer of a group of two units, who holds a key as well; and the doctor of one of them."""
    await enrol(town, 1)
    await enrol(town, 2, unit_id=GRAIN)
    await doors.post("/groups", json=forming(), headers=OFFICER)
    for n in (1, 2):
        assert (await link(doors, n)).status_code == 201
    await join(doors, 1, "keyholder", "组员甲")
    await join(doors, 2, "family-doctor", "医庚")
    await settled(town)

    for name, deputy in (("组员甲", "组员乙"), ("医庚", "医辛")):
        words = going(deputy, away_id=str(named("away", name)))
        assert (await doors.post(away_of(name), json=words, headers=OFFICER)).status_code == 201
    before, begun = last_cards(await settled(town)), last_cards(await settled(town, DAY))
    over = last_cards(await settled(town, 2 * DAY))

    held = [
        (person(1), "group-officer"),
        (person(1), "keyholder"),
        (person(2), "group-officer"),
        (person(2), "family-doctor"),
    ]
    shown = [[cards[who][role] for who, role in held] for cards in (before, begun, over)]
    themselves = ["组员甲", "组员甲", "组员甲", "医庚"]
    assert shown == [themselves, ["组员乙", "组员乙", "组员乙", "医辛"], themselves]
    assert await town.differences() == []


async def test_of_who_joins_while_away_the_deputy_stands_on_the_card(doors: httpx.AsyncClient, town: ByHand) -> None:
    await enrol(town, 1, 2)
    await join(doors, 1, "family-doctor", "医庚")
    await settled(town)
    await doors.post(away_of("医庚"), json=going("医辛", begins=timedelta()), headers=OFFICER)
    await settled(town)

    await join(doors, 2, "family-doctor", "医庚")

    assert last_cards(await settled(town, timedelta(seconds=1)))[person(2)]["family-doctor"] == "医辛"


async def test_a_deputy_stands_on_the_card_though_another_statement_came_in_the_same_transaction(
    doors: httpx.AsyncClient, town: ByHand
) -> None:
    """Of the new liaison nobody knew yet that they are away; the second statement found nobody new on the card."""
    await enrol(town, 1)
    await enrol(town, 2, liaison=None)
    await doors.post(away_of("联戊"), json=going("联代", begins=timedelta()), headers=OFFICER)
    await settled(town)
    requests = (assigning(person(2), "联戊"), StateWish(person_id=person(2), wish_id=named("wish"), wish="deaf"))

    await town.asking.decide([town.asking.item(each.model_copy(update={"by": TEST})) for each in requests])

    assert last_cards(await settled(town, timedelta(seconds=1)))[person(2)]["liaison"] == "联代"


async def join(doors: httpx.AsyncClient, n: int, role: str, name: str) -> None:
    member = {"member_id": str(named("member", n, role, name)), "role": role, "holder": officer(name)}
    answer = await doors.post(f"/people/{person(n)}/team", json=member, headers=OFFICER)
    assert answer.status_code == 201, answer.text


async def test_whoever_of_the_bureau_is_away_is_replaced_on_every_card_below_and_what_is_rebuilt_is_equal(
    doors: httpx.AsyncClient, town: ByHand
) -> None:
    await enrol(town, 1)
    await enrol(town, 2, unit_id=GRAIN)

    await doors.post(away_of("局乙"), json=going("局代"), headers=OFFICER)
    await settled(town)
    begun = last_cards(await settled(town, DAY))
    await doors.post(away_of("局乙", AWAY), headers=OFFICER)
    over = last_cards(await settled(town))
    await settled(town, 30 * DAY)

    assert [cards[person(n)]["bureau-officer"] for cards in (begun, over) for n in (1, 2)] == [
        "局代", "局代", "局乙", "局乙"
    ]  # fmt: skip
    assert await town.differences() == []


def gone(deputy: HolderId, begins: timedelta = timedelta(), said: datetime = MORNING) -> Away:
    seal = appointing(WATER, "某")
    begin = MORNING + begins
    return Away(named("away", deputy, said), deputy, seal.name, seal.phone, begin, begin + DAY, reported_at=said)


def deputies(*of: tuple[HolderId, Away]) -> dict[HolderId, Deputies]:
    found: dict[HolderId, Deputies] = {}
    for holder, each in of:
        known = found.get(holder, Deputies(holder))
        found[holder] = replace(known, away={**known.away, each.away_id: each})
    return found


LATER = MORNING + timedelta(hours=1)


@pytest.mark.parametrize(
    ("all_away", "acting", "concerned"),
    [
        ([], None, {A}),
        ([(A, gone(B))], B, {A, B}),
        ([(A, gone(B, begins=DAY))], None, {A, B}),
        ([(A, gone(B)), (A, gone(C, said=LATER))], C, {A, B, C}),
        ([(A, gone(B)), (B, gone(C))], C, {A, B, C}),
        ([(A, gone(B)), (B, gone(A))], B, {A, B}),
        ([(A, gone(B, begins=-2 * DAY))], None, {A}),
        ([(A, gone(B, said=MORNING + DAY))], None, {A}),
    ],
    ids=["nobody-away", "away", "not-yet", "said-last", "deputy-away-too", "circle", "over", "not-said-yet"],
)
def test_who_acts_and_whose_going_and_coming_changes_that(
    all_away: list[tuple[HolderId, Away]], acting: HolderId | None, concerned: set[HolderId]
) -> None:
    now = MORNING + timedelta(hours=2)
    found = away.acting_for(deputies(*all_away), A, now)

    assert (found.deputy_id if found else None) == acting
    assert set(away.concerned(deputies(*all_away), [A], now)) == concerned


def test_what_is_over_already_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        away.report(Deputies(A), gone(B, begins=-2 * DAY))

    assert (refused.value.rule, refused.value.field) == ("over-already", "until_at")
