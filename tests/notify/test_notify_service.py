"""Notify by hand: who is told, once, of whom, and what of it stands in its tables."""

from collections.abc import AsyncIterator, Callable, Iterable
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bus.testing import ByHand, bearer, record
from contracts.event import Event
from contracts.notify import CaseAcknowledged, CaseOpened, PeopleRead, SmsRequested, SmsWithdrawn
from services.notify.domain import Notice, SmsStatus, case_id_of, sms_id_of
from services.notify.service import service
from services.notify.tables import notice_store, reach_store
from tests.notify.faces import (
    GREETING,
    HOSPITAL,
    LIN,
    MORNING,
    NAMES,
    PHONES,
    RING,
    VOICE,
    ZHANG,
    accepted,
    card,
    delivered,
    died,
    done,
    escalated,
    failed,
    greeting,
    opened,
    phone_of,
    reply,
    retracted,
    superseded,
    text_of,
    unknown,
)

HOSPITAL_CASE, GREETING_CASE = case_id_of(HOSPITAL), case_id_of(GREETING)
MINUTE = timedelta(minutes=1)
TO_LIN = sms_id_of(HOSPITAL_CASE, "opened", LIN, 0)


@pytest.fixture(autouse=True)
def voice(monkeypatch: pytest.MonkeyPatch) -> None:
    for store in (notice_store, reach_store):
        monkeypatch.setitem(store.given, "voice", VOICE)


@pytest.fixture
async def hand(fresh: Callable[..., Any]) -> AsyncIterator[ByHand]:
    async with fresh(service) as database:
        yield ByHand(service, database, MORNING)


def kinds(said: list[Event]) -> list[type[Event]]:
    return [type(event) for event in said]


async def told_under(fresh: Callable[..., Any], heard: Iterable[tuple[Event, datetime]]) -> frozenset[tuple[str, str]]:
    """Each fact and its id, told by a database of its own that hears this, one after the other."""
    async with fresh(service) as database:
        hand = ByHand(service, database, MORNING)
        await hand.stand()
        for n, (event, at) in enumerate(heard):
            await hand.hearing.hear("test-topic", [record(event, n, at=at)])
        return frozenset((type(event).__name__, headers["ce_id"]) for event, headers in await hand.told())


async def everything_kept(hand: ByHand) -> dict[str, bytes]:
    """Every column of every table, as it stands on disk."""
    kept: dict[str, bytes] = {}
    async with hand.database.connection() as connection:
        for table in service.metadata.sorted_tables:
            for row in await connection.fetch(f'SELECT * FROM "{table.name}"'):
                for column, value in row.items():
                    said = value if isinstance(value, bytes) else str(value).encode()
                    kept[f"{table.name}.{column}"] = kept.get(f"{table.name}.{column}", b"") + said
    return kept


async def test_a_duty_that_is_heard_before_the_card_is_parked_and_told_once_when_it_comes(hand: ByHand) -> None:
    before = await hand.hears(opened())
    parked: Notice = await hand.state(Notice, ZHANG)
    told = await hand.hears(card())
    again = await hand.hears(opened(), card(), card(2))

    assert (kinds(before), parked.cases[HOSPITAL_CASE].parked_since) == ([CaseOpened], MORNING)
    assert kinds(told) == [SmsRequested]
    assert isinstance(told[0], SmsRequested)
    assert (told[0].sms_id, phone_of(told[0])) == (TO_LIN, PHONES[LIN])
    assert "张老已住院" in text_of(told[0])
    assert again == []
    assert (await hand.state(Notice, ZHANG)).cases[HOSPITAL_CASE].parked_since is None


async def test_a_death_withdraws_what_is_not_sent_and_leaves_what_is(hand: ByHand) -> None:
    said = await hand.hears(card(), opened(), greeting(), accepted(TO_LIN))

    withdrawn = await hand.hears(died())
    again = await hand.hears(died())

    assert kinds(said) == [CaseOpened, SmsRequested, CaseOpened, SmsRequested]
    greeting_to_lin = sms_id_of(GREETING_CASE, "opened", LIN, 0)
    assert [(type(e), e.sms_id, e.why) for e in withdrawn if isinstance(e, SmsWithdrawn)] == [
        (SmsWithdrawn, greeting_to_lin, "death")
    ]
    assert (len(withdrawn), again) == (1, [])


async def test_a_reply_of_1_acknowledges_the_case_and_records_no_contact(hand: ByHand) -> None:
    (_, request) = await hand.hears(card(), opened())
    assert isinstance(request, SmsRequested)

    said = await hand.hears(accepted(TO_LIN), reply(request), reply(request))

    assert said == [
        CaseAcknowledged(
            city="shuangta", county="donghu", person_id=ZHANG, case_id=HOSPITAL_CASE, duty_id=HOSPITAL, role="liaison",
            holder_id=LIN, acknowledged_at=reply(request).replied_at,
        )
    ]  # fmt: skip
    case = (await hand.state(Notice, ZHANG)).cases[HOSPITAL_CASE]
    assert (case.stands, case.closed_at) == (True, None)


async def test_whichever_of_duty_card_and_reply_comes_last_what_is_told_has_one_id(
    fresh: Callable[..., Any], hand: ByHand
) -> None:
    """They come on three topics, at three times, and in another order when a database that was set back hears them again."""
    (_, request) = await hand.hears(card(), opened())
    assert isinstance(request, SmsRequested)
    at_home = reply(request).replied_at.astimezone(ZoneInfo("Asia/Shanghai"))  # as a city's own gateway may write it
    replied = reply(request).model_copy(update={"replied_at": at_home})
    facts = [(card(), MORNING), (opened(), MORNING + MINUTE), (replied, MORNING + 2 * MINUTE)]

    told = [await told_under(fresh, [(accepted(TO_LIN), MORNING), *order]) for order in permutations(facts)]

    assert [{name for name, _ in ids} for ids in told] == [{"CaseOpened", "SmsRequested", "CaseAcknowledged"}] * 6
    assert len(set(told)) == 1


async def test_whether_it_went_out_is_heard_before_or_after_the_retraction_what_takes_it_back_has_one_id(
    fresh: Callable[..., Any],
) -> None:
    known = [(card(), MORNING), (opened(), MORNING + MINUTE)]
    facts = [(accepted(TO_LIN), MORNING + 2 * MINUTE), (superseded(), MORNING + 3 * MINUTE)]

    first, other = [await told_under(fresh, [*known, *order]) for order in permutations(facts)]

    assert [sum(name == "SmsRequested" for name, _ in ids) for ids in (first, other)] == [2, 2]
    assert {told for told in other if told[0] == "SmsRequested"} <= first


async def test_what_is_heard_of_an_sms_ends_the_same_in_whatever_order_it_comes(hand: ByHand) -> None:
    await hand.hears(card(), opened())
    statuses = [accepted(TO_LIN), unknown(TO_LIN), failed(TO_LIN), delivered(TO_LIN)]
    ends = set()
    for order in permutations(statuses):
        await hand.hears(*order)
        ends.add((await hand.state(Notice, ZHANG)).sms[TO_LIN].status)
        async with hand.database.connection() as connection:
            await connection.execute("TRUNCATE notices, journal CASCADE")
        await hand.hears(card(), opened())

    assert ends == {SmsStatus.DELIVERED}


async def test_a_case_that_was_opened_again_after_a_false_death_is_listed_and_one_that_is_closed_is_not(
    hand: ByHand,
) -> None:
    await hand.hears(opened(), greeting(), done(HOSPITAL), died(), superseded(GREETING, "death", 21))
    await hand.hears(retracted(), greeting(42))

    async with hand.http(RING) as doors:
        officer = bearer(RING, "bureau-officer")
        cases = (await doors.get("/cases", headers=officer)).json()
        parked = (await doors.get("/cases", params={"parked": "true"}, headers=officer)).json()

    assert [case["case_id"] for case in cases] == [str(GREETING_CASE)]
    assert parked == cases


@pytest.mark.parametrize(("county", "seen"), [(None, 1), ("donghu", 1), ("xihu", 0)])
async def test_nobody_sees_a_case_outside_the_county_of_their_token(
    hand: ByHand, county: str | None, seen: int
) -> None:
    await hand.hears(card(), opened())

    async with hand.http(RING) as doors:
        cases = (await doors.get("/cases", headers=bearer(RING, "bureau-officer", county=county))).json()

    assert len(cases) == seen


async def test_the_sms_of_a_duty_are_told_with_what_became_of_each(hand: ByHand) -> None:
    await hand.hears(card(), opened(), delivered(TO_LIN), escalated())

    async with hand.http(RING) as doors:
        found = (await doors.get(f"/duties/{HOSPITAL}/messages", headers=bearer(RING, "bureau-officer"))).json()
        elsewhere = bearer(RING, "bureau-officer", county="xihu")
        unseen = (await doors.get(f"/duties/{HOSPITAL}/messages", headers=elsewhere)).json()

    (read,) = [fact for fact in await hand.said() if isinstance(fact, PeopleRead)]
    assert (read.what, read.people, read.role) == ("messages", (card().person_id,), "bureau-officer")
    assert [(sms["stage"], sms["role"], sms["status"]) for sms in found] == [
        ("opened", "liaison", "delivered"),
        ("rung-1", "unit-leader", "requested"),
    ]
    assert (found[0]["holder_id"], unseen) == (str(LIN), [])


async def test_nothing_personal_stands_in_clear_in_any_column(hand: ByHand) -> None:
    (_, request) = await hand.hears(card(), opened())
    assert isinstance(request, SmsRequested)
    await hand.hears(accepted(TO_LIN), reply(request), escalated())
    await hand.waits(timedelta(minutes=30))

    kept = await everything_kept(hand)

    secrets = ["张国栋", "张老", *NAMES.values(), *(phone.removeprefix("+86") for phone in PHONES.values())]
    assert {(where, word) for where, said in kept.items() for word in secrets if word.encode() in said} == set()
    assert {where for where, said in kept.items() if "双塔市水利局".encode() in said} >= {"journal.words"}
    assert "双塔市水利局".encode() in kept["notices.unit_name"]


async def test_the_rebuilt_tables_equal_the_live_ones(hand: ByHand) -> None:
    (_, request) = await hand.hears(card(), opened())
    assert isinstance(request, SmsRequested)
    await hand.hears(greeting(), unknown(TO_LIN), reply(request, "cannot"))
    await hand.waits(timedelta(hours=1))
    await hand.hears(escalated(), died(), retracted(), superseded(GREETING), done())

    assert await hand.differences() == []
