"""Units end, and what is owed to their people is owed on: each duty is found again, or it is said what closed it (P12, ★10)."""

from datetime import timedelta

import httpx
import pytest
from prometheus_client import REGISTRY

from bus.testing import MORNING, ByHand, bearer
from contracts.ids import ContactId, PersonId, derived
from services.visits import metrics
from services.visits.domain import Care
from tests.visits.reforms import (
    BUREAU,
    CLOSED,
    SOON,
    STATION,
    begun,
    card,
    doors,
    fates,
    heard,
    owed,
    proof,
    town,
    whole,
)
from tests.visits.shuangta import BY_BUREAU, BY_LIAISON, DEPARTMENT, GRAIN, KEYS, LI, LIAISON, ZHANG, contact, waiver

__all__ = ["doors", "town"]


async def test_what_was_owed_before_a_reform_is_owed_on_and_until_the_last_card_has_come_it_says_who_is_awaited(
    town: ByHand, doors: httpx.AsyncClient
) -> None:
    before = await owed(town)

    await heard(town, begun())
    at_first = await proof(doors)
    await heard(town, card(ZHANG, GRAIN, 2))
    half = await proof(doors)
    await heard(town, card(LI, GRAIN, 2))

    assert len(before) == 6
    assert at_first == whole(6, awaited=sorted(map(str, (ZHANG, LI))), whole=False)
    assert half == whole(6, awaited=[str(LI)], whole=False)
    assert await proof(doors) == whole(6)
    lines = await fates(doors)
    assert {line["duty_id"] for line in lines} == {str(each) for each in before}
    assert {(line["fate"], line["unit_id"]) for line in lines} == {("open", str(GRAIN))}
    assert await town.differences() == []


async def test_it_is_proved_alike_in_whatever_order_cards_and_reform_are_heard(
    town: ByHand, doors: httpx.AsyncClient
) -> None:
    """Li's card is heard before anything is known of a reform, Zhang's before anybody of the unit was asked."""
    await heard(town, card(LI, GRAIN, 2))
    await town.hears(begun(), begun(), card(ZHANG, GRAIN, 2))
    await town.waits(SOON)

    assert await proof(doors) == whole(6)
    assert await town.differences() == []


async def test_what_was_closed_since_says_why(town: ByHand, doors: httpx.AsyncClient) -> None:
    await heard(town, begun())
    met = contact(contact_id=ContactId(derived("test", "met")), made_at=town.now)
    await town.asked(met, by=LIAISON)
    (bureau_s,) = [d for d in (await town.state(Care, ZHANG)).duties.values() if d.rule == BY_BUREAU]
    await town.asked(waiver(bureau_s.duty_id), by=DEPARTMENT)
    await heard(town, card(ZHANG, GRAIN, 2), card(LI, GRAIN, 2))

    closed = {line["rule"]: line for line in await fates(doors) if line["fate"] == "closed"}

    assert await proof(doors) == whole(6, open=4, closed=2)
    assert closed.keys() == {BY_LIAISON, BY_BUREAU}
    assert (closed[BY_LIAISON]["closed_as"], closed[BY_LIAISON]["closed_by_id"]) == ("done", str(met.contact_id))
    assert (closed[BY_BUREAU]["closed_as"], closed[BY_BUREAU]["reason"]) == ("waived", "转院外地治疗")


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM duties WHERE rule = $1",
        CLOSED.format("'done', closed_by = 'contact', closed_by_id = duty_id"),
        CLOSED.format("'superseded', closed_by = 'duty', closed_by_id = person_id"),
    ],
)  # fmt: skip
async def test_a_duty_that_is_lost_on_the_way_is_named_and_counted(
    town: ByHand, doors: httpx.AsyncClient, damage: str
) -> None:
    await heard(town, begun(), card(ZHANG, GRAIN, 2), card(LI, GRAIN, 2))
    sound = await figures(town)
    async with town.database.transaction() as tx:
        await tx.execute(damage, BY_LIAISON)

    assert await proof(doors) == whole(6, open=5, vanished=1, whole=False)
    (first, *_) = await fates(doors)
    assert (first["person_id"], first["fate"]) == (str(ZHANG), "vanished")
    assert (sound["vanished"], (await figures(town))["vanished"]) == (0, 1)


async def test_whose_card_does_not_come_is_an_alarm_and_so_is_who_was_never_heard_of(
    town: ByHand, doors: httpx.AsyncClient
) -> None:
    stranger = PersonId(derived("test", "nobody yet"))
    await heard(town, begun(ZHANG, LI, stranger), card(LI, GRAIN, 2))

    town.now = MORNING + timedelta(hours=2)
    await town.stand()

    assert (await proof(doors))["awaited"] == sorted(map(str, (ZHANG, stranger)))
    assert await figures(town) == {"awaited": 2, "oldest": 7200, "vanished": 0}


async def figures(town: ByHand) -> dict[str, float | None]:
    async with town.database.connection() as connection:
        await metrics.measure(connection)
    names = {"awaited": "people_awaited", "oldest": "people_awaited_oldest_seconds", "vanished": "duties_vanished"}
    return {name: REGISTRY.get_sample_value(f"bifang_lineage_{gauge}") for name, gauge in names.items()}


async def test_who_came_while_the_unit_ended_is_awaited_with_the_others(town: ByHand, doors: httpx.AsyncClient) -> None:
    """The reform was drawn up without Li."""
    await heard(town, begun(ZHANG), card(ZHANG, GRAIN, 2))

    assert (await proof(doors))["awaited"] == [str(LI)]


async def test_each_reads_the_proof_for_their_own_people(town: ByHand, doors: httpx.AsyncClient) -> None:
    heirs = {GRAIN: (ZHANG,), STATION: (LI,)}
    await heard(town, begun(heirs=heirs), card(ZHANG, GRAIN, 2), card(LI, STATION, 2))

    of_grain = await proof(doors, bearer(KEYS, "liaison", unit=GRAIN))
    of_station = await proof(doors, bearer(KEYS, "liaison", unit=STATION))
    unknown = await doors.get(f"/lineages/{derived('x')}/duties", headers=BUREAU)

    assert (of_grain, of_station) == (whole(4, people=1), whole(2, people=1))
    assert (unknown.status_code, unknown.json()["field"]) == (404, "lineage_id")
