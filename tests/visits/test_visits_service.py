"""Visits by hand: what a person of Shuangta is owed, by that city's own pack, and what becomes of it."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bus.decisions import Rejected
from bus.testing import MORNING, ByHand
from contracts.personal import SealedContact, SealedIdentity
from contracts.registry import Holder
from contracts.visits import ContactMade, DutyDone, DutyEscalated, DutyMissed, DutyOpened, DutySuperseded, DutyWaived
from services.visits.domain import Care
from services.visits.policy import Installed, load_files
from services.visits.store import care_store
from tests.visits.shuangta import (
    ANOTHER_OFFICER,
    BY_BUREAU,
    BY_LIAISON,
    CHEN,
    DEPARTMENT,
    END_OF_MAY,
    KEYS,
    LI,
    LIAISON,
    LIN,
    NOTE,
    OFFICER,
    REPORT,
    SUNDAY_MIDNIGHT,
    WATER,
    WU,
    ZHANG,
    admitted,
    bearing,
    carded,
    contact,
    died,
    enrolled,
    of,
    opened_after,
    retracted,
    to_the_second,
    waiver,
)


async def test_enrolment_and_an_admission_open_the_duties_of_the_pack(hand: ByHand) -> None:
    said = await hand.hears(enrolled(), admitted())
    again = await hand.hears(enrolled(), admitted())

    assert {
        rule: (duty.party, duty.role, to_the_second(duty.due_at)) for rule, duty in of(DutyOpened, said).items()
    } == {
        BY_LIAISON: ("unit", "liaison", MORNING + timedelta(hours=24)),
        BY_BUREAU: ("bureau", "bureau-officer", MORNING + timedelta(days=3)),
        "weekly-greeting": ("community", "community-worker", SUNDAY_MIDNIGHT),
        "monthly-call": ("bureau", "bureau-officer", END_OF_MAY),
    }
    assert (len(said), again) == (4, [])


async def test_an_admission_that_is_heard_before_the_enrolment_waits_for_it(hand: ByHand) -> None:
    before = await hand.hears(admitted())
    after = await hand.hears(enrolled())

    assert (before, len(of(DutyOpened, after))) == ([], 4)


async def test_the_liaison_s_visit_discharges_the_duty_of_the_unit_and_not_that_of_the_bureau(hand: ByHand) -> None:
    opened = of(DutyOpened, await hand.hears(enrolled(), admitted()))

    first, said = await hand.asked(contact(), by=LIAISON)
    second, again = await hand.asked(contact(), by=LIAISON)

    assert first == second == {"contact_id": str(contact().contact_id), "discharged": [str(opened[BY_LIAISON].duty_id)]}
    assert ([type(event) for event in said], again) == ([ContactMade, DutyDone], [])
    care: Care = await hand.state(Care, ZHANG)
    assert (len(care.contacts), care.duties[opened[BY_BUREAU].duty_id].is_open) == (1, True)


async def test_a_call_of_may_that_is_entered_in_june_is_found_by_what_is_loaded(hand: ByHand) -> None:
    may = of(DutyOpened, await hand.hears(enrolled()))["monthly-call"]
    await hand.waits(END_OF_MAY - MORNING + timedelta(days=4))

    answer, said = await hand.asked(contact(kind="phone", strength="phone"), by=OFFICER)

    assert answer["discharged"] == [str(may.duty_id)]
    assert [type(event) for event in said] == [ContactMade, DutyDone, DutySuperseded, DutyOpened]
    june = END_OF_MAY + timedelta(days=30)
    assert to_the_second(of(DutyOpened, said)["monthly-call"].due_at) == june
    assert await hand.differences() == []


async def test_a_duty_is_waived_by_a_named_person_with_a_reason_and_once(hand: ByHand) -> None:
    duty_id = of(DutyOpened, await hand.hears(enrolled(), admitted()))[BY_BUREAU].duty_id

    _, said = await hand.asked(waiver(duty_id), by=DEPARTMENT)
    with pytest.raises(Rejected) as closed:
        await hand.asked(waiver(duty_id, name="another"), by=DEPARTMENT)

    (waived,) = said
    assert isinstance(waived, DutyWaived)
    assert (waived.duty_id, waived.waived_by) == (duty_id, WU)
    assert KEYS.open(waived.reason, kind="reason", person=WU) == "转院外地治疗"
    assert (closed.value.rule, closed.value.field) == ("duty-closed", "duty_id")


async def test_who_owes_a_duty_does_not_waive_it_in_whatever_role_they_ask(hand: ByHand) -> None:
    """P1: a unit that owed visits was silent for five years; by waiving its own it could have renewed that each year."""
    also_liaison = Holder(
        holder_id=CHEN, role="liaison", party="unit", unit_id=WATER,
        name=SealedIdentity("v1.A256GCM.identity.k1." + "w" * 40), phone=SealedContact("v1.A256GCM.contact.k1." + "w" * 40),
    )  # fmt: skip
    opened = of(DutyOpened, await hand.hears(enrolled(), carded(), admitted()))
    await hand.hears(carded().model_copy(update={"version": 2, "holders": (also_liaison,)}))

    with pytest.raises(Rejected) as by_role:
        await hand.asked(waiver(opened[BY_BUREAU].duty_id), by=OFFICER)
    with pytest.raises(Rejected) as by_person:
        await hand.asked(waiver(opened[BY_LIAISON].duty_id, name="another"), by=OFFICER)
    _, said = await hand.asked(waiver(opened[BY_LIAISON].duty_id, name="third"), by=ANOTHER_OFFICER)

    said_no = [(no.value.rule, no.value.field, no.value.status, no.value.reason) for no in (by_role, by_person)]
    assert said_no == [("their-own-duty", "by", 403, "自己欠的事项自己不能免办：请有权免办的另一角色写明理由")] * 2
    assert [type(event) for event in said] == [DutyWaived]


@pytest.mark.parametrize("steps", [[97], [12] * 8 + [1]], ids=["at once, after days", "as time passes"])
async def test_what_nobody_does_is_missed_once_and_climbs_rung_by_rung(hand: ByHand, steps: list[int]) -> None:
    await hand.hears(enrolled(), admitted())

    said = [event for hours in steps for event in await hand.waits(timedelta(hours=hours))]
    later = await hand.waits(timedelta(hours=1))

    assert sorted(event.rule for event in said if isinstance(event, DutyMissed)) == [BY_BUREAU, BY_LIAISON]
    assert sorted((e.rule, e.rung, e.role) for e in said if isinstance(e, DutyEscalated)) == [
        (BY_BUREAU, 1, "organisation-department"),
        (BY_LIAISON, 1, "unit-leader"),
        (BY_LIAISON, 2, "bureau-officer"),
        (BY_LIAISON, 3, "organisation-department"),
    ]
    assert (len(said), later) == (6, [])


async def test_a_death_ends_what_is_owed_to_the_living_and_its_retraction_gives_it_back(hand: ByHand) -> None:
    opened = of(DutyOpened, await hand.hears(enrolled(), admitted()))

    ended = await hand.hears(died())
    back = await hand.hears(retracted())

    assert {(e.duty_id, e.by, e.by_id) for e in of(DutySuperseded, ended).values()} == {
        (duty.duty_id, "death", REPORT) for duty in opened.values()
    }
    assert [(rule, e.role) for rule, e in of(DutyOpened, ended).items()] == [("death-family-visit", "bureau-officer")]
    assert [(rule, e.by) for rule, e in of(DutySuperseded, back).items()] == [("death-family-visit", "retraction")]
    assert {rule: (e.duty_id, e.due_at) for rule, e in of(DutyOpened, back).items()} == {
        rule: (e.duty_id, e.due_at) for rule, e in opened.items()
    }


async def test_the_whole_chain_is_told_in_the_city_s_own_words(hand: ByHand) -> None:
    opened = of(DutyOpened, await hand.hears(enrolled(), carded(), admitted()))
    await hand.waits(timedelta(hours=30))
    late = contact(outcome="not-home", note=NOTE, made_at=MORNING + timedelta(hours=30))
    await hand.asked(late, by=LIAISON)
    async with hand.http(KEYS) as doors:
        path = f"/duties/{opened[BY_LIAISON].duty_id}/explanation"
        chain = (await doors.get(path, headers=bearing(OFFICER))).json()

    assert chain["owed"] == ["管理单位", "在职联络员", "走访"]
    assert [rung["zh"] for rung in chain["escalations"]] == [
        "单位负责人",
        "老干部局",
        "组织部",
    ]  # all empty: passed over
    (tried,) = chain["contacts"]
    assert tried["zh"] == "在职联络员 当面 不在家 （没有办成）"
    assert (tried["role"], tried["outcome"], tried["made_by"], tried["made_at"]) == (
        "liaison", "not-home", str(LIN), "2026-05-12T07:00:00Z",
    )  # fmt: skip


async def test_whichever_of_enrolment_and_card_comes_first_the_duties_are_told_under_one_id(
    fresh: Callable[..., Any], repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One decision of registry says both; they come on two topics, and in another order when they are heard again."""
    care_store.books.install(Installed.read(repository / "policies" / "shuangta"), load_files)

    by_enrolment = await opened_after(fresh, enrolled(), carded())
    by_card = await opened_after(fresh, carded(), enrolled())

    assert by_enrolment.keys() >= {"weekly-greeting", "monthly-call"}
    assert by_card == by_enrolment


async def test_the_rebuilt_tables_equal_the_live_ones(hand: ByHand) -> None:
    opened = of(DutyOpened, await hand.hears(enrolled(), admitted()))
    await hand.hears(enrolled(LI))
    await hand.asked(contact(), by=LIAISON)
    await hand.asked(waiver(opened[BY_BUREAU].duty_id), by=DEPARTMENT)
    await hand.waits(timedelta(days=8))
    await hand.hears(died(), retracted(), admitted(LI))

    assert await hand.differences() == []
