"""Reachability by hand: whom the cards name is proved by what is delivered and answered, or tested, or told of further up."""

from datetime import timedelta
from io import BytesIO
from typing import Any

from prometheus_client import REGISTRY
from python_calamine import CalamineWorkbook

from bus.testing import ByHand, bearer
from contracts.digest import Own, own_of
from contracts.event import Event
from contracts.gateway import SmsDelivered, SmsFailed, SmsReplied
from contracts.ids import DutyId, HolderId, PersonId, derived
from contracts.notify import HolderReachable, HolderUnreachable, SmsRequested
from contracts.registry import Holder
from services.notify import metrics
from services.notify.domain import Notice, Reach, Tray
from tests.notify.faces import (
    CHEN,
    HOSPITAL,
    LIN,
    RING,
    WANG,
    ZHAO,
    card,
    died,
    done,
    holder,
    opened,
    phone_of,
    reply,
    text_of,
)

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NOBODY: frozenset[HolderId] = frozenset()
_NEXT = "SELECT least((SELECT min(wake_at) FROM reaches), (SELECT min(wake_at) FROM trays), (SELECT min(wake_at) FROM notices))"


def on_the_handset(request: SmsRequested, hand: ByHand) -> SmsDelivered:
    return SmsDelivered(
        city="shuangta", county="donghu", person_id=request.person_id, sms_id=request.sms_id, holder_id=request.holder_id,
        phone_index=request.phone_index, delivered_at=hand.now,
    )  # fmt: skip


def never(request: SmsRequested, hand: ByHand) -> SmsFailed:
    return SmsFailed(
        city="shuangta", county="donghu", person_id=request.person_id, sms_id=request.sms_id, kind="undeliverable",
        failed_at=hand.now,
    )  # fmt: skip


async def passes(hand: ByHand, time: timedelta, unreached: frozenset[HolderId] = NOBODY) -> list[Event]:
    """Each hour comes when it was named; to whoever is unreached every SMS fails, to all others it is delivered."""
    end, said, sent = hand.now + time, await hand.waits(timedelta(0)), 0
    while True:
        for request in [fact for fact in said[sent:] if isinstance(fact, SmsRequested)]:
            became = never if request.holder_id in unreached else on_the_handset
            said += await hand.hears(became(request, hand))
        sent = len(said)
        async with hand.database.connection() as connection:
            hour = await connection.fetchval(_NEXT)
        if hour is None or hour > end:
            return said + await hand.waits(end - hand.now)
        said += await hand.waits(max(hour - hand.now, timedelta(0)))


def requests(said: list[Event], template: str = "reach-test") -> list[SmsRequested]:
    return [fact for fact in said if isinstance(fact, SmsRequested) and fact.template == template]


async def listed(hand: ByHand, **asked: str) -> list[dict[str, Any]]:
    async with hand.http(RING) as doors:
        found: list[dict[str, Any]] = (
            await doors.get("/reachability", params=asked, headers=bearer(RING, "bureau-officer"))
        ).json()
    return found


async def test_whoever_a_card_names_is_tested_once_in_the_month_and_a_delivery_proves_it(hand: ByHand) -> None:
    await hand.hears(card(), card(), card(2))

    early = await passes(hand, 23 * DAY)
    tests = requests(await passes(hand, 11 * DAY))

    assert early == []
    assert {test.holder_id for test in tests} == {LIN, WANG, CHEN}
    assert len({test.requested_at.date() for test in tests}) > 1
    assert [own_of(test.sms_id) for test in tests] == [Own.TEST] * 3
    assert await listed(hand) == []
    lines = await listed(hand, everybody="true")
    assert [(line["proved_by"], line["people"]) for line in lines] == [("delivered", 1)] * 3
    assert await hand.state(Notice, PersonId(LIN)) is None and await hand.state(Tray, LIN) is None
    assert await hand.differences() == []


async def test_the_sms_of_every_day_proves_and_nobody_is_tested(hand: ByHand) -> None:
    await hand.hears(card(), opened())
    said = await hand.said()
    for month in range(3):
        told = await hand.hears(opened(_duty(month)))
        said += await hand.hears(*(on_the_handset(each, hand) for each in told if isinstance(each, SmsRequested)))
        said += [
            fact for fact in await passes(hand, 20 * DAY) if isinstance(fact, SmsRequested) and fact.holder_id == LIN
        ]

    assert requests(said) == []


def _duty(n: int) -> DutyId:
    return DutyId(derived("duty", "month", n))


async def test_a_number_that_fails_is_tested_is_an_incident_is_told_up_and_is_over_when_it_is_answered(
    hand: ByHand,
) -> None:
    await hand.hears(card())
    said = await passes(hand, 34 * DAY, frozenset({LIN}))
    while not any(isinstance(fact, HolderUnreachable) for fact in said):
        said += await passes(hand, HOUR, frozenset({LIN}))
    (incident,) = (fact for fact in said if isinstance(fact, HolderUnreachable))
    said += await passes(hand, 4 * DAY, frozenset({LIN}))
    (report,) = requests(said, "holders-unreachable")
    (line,) = await listed(hand)
    async with hand.database.connection() as connection:
        await metrics.measure(connection)
    counted = REGISTRY.get_sample_value("bifang_holders_unreachable")
    last = [test for test in requests(said) if test.holder_id == LIN][-1]
    answer = reply(last).model_copy(update={"person_id": LIN, "holder_id": LIN, "replied_at": hand.now})
    over = await hand.hears(answer)
    async with hand.database.connection() as connection:
        await metrics.measure(connection)

    assert (incident.holder_id, incident.why, incident.told_to) == (LIN, "silent", WANG)
    assert (report.holder_id, "您下一级有1位责任人" in text_of(report)) == (WANG, True)
    assert (line["holder_id"], line["roles"], line["why"], line["told_to"], line["proved_at"]) == (
        str(LIN), ["liaison"], "silent", str(WANG), None,
    )  # fmt: skip
    assert counted == 1
    assert [type(fact) for fact in over] == [HolderReachable]
    assert (await listed(hand), REGISTRY.get_sample_value("bifang_holders_unreachable")) == ([], 0)
    assert await hand.differences() == []


async def test_another_number_on_the_card_is_tested_and_only_what_reaches_it_ends_the_incident(hand: ByHand) -> None:
    await hand.hears(card())
    await passes(hand, 45 * DAY, frozenset({LIN}))
    await hand.hears(card(2, *_everybody(holder("liaison", LIN, phone="+8619900009999"))))

    said = await passes(hand, 4 * DAY, frozenset({WANG, CHEN}))

    test = next(test for test in requests(said) if test.holder_id == LIN)
    assert phone_of(test) == "+8619900009999"
    assert [fact.holder_id for fact in said if isinstance(fact, HolderReachable)] == [LIN]


async def test_while_a_deputy_acts_the_holder_is_not_tested_and_the_deputy_is_new(hand: ByHand) -> None:
    await hand.hears(card())
    acting = holder("liaison", ZHAO).model_copy(update={"deputy_for": LIN})
    await hand.hears(card(2, *_everybody(acting)))

    said = requests(await passes(hand, 34 * DAY))
    away = await hand.state(Reach, LIN)
    await hand.hears(card(3, *_everybody(holder("liaison", LIN))))
    back = requests(await passes(hand, 10 * DAY))

    assert {test.holder_id for test in said} == {ZHAO, WANG, CHEN}
    assert away.test_at is None
    assert LIN in {test.holder_id for test in back}


async def test_on_whom_only_the_dead_counted_is_tested_no_more_once_the_family_was_visited(hand: ByHand) -> None:
    await hand.hears(card(), opened(cause="death"), died())
    await hand.waits(timedelta(0))
    owing = (await hand.state(Reach, LIN)).top
    await hand.hears(done())
    await hand.waits(timedelta(0))

    assert owing is not None
    assert (await hand.state(Reach, LIN)).top is None
    assert requests(await passes(hand, 60 * DAY)) == []


async def test_after_an_outage_of_seventy_days_each_is_sent_one_test(hand: ByHand) -> None:
    await hand.hears(card())
    await hand.waits(timedelta(0))
    hand.now += 70 * DAY

    at_once = requests(await hand.waits(timedelta(0)))
    said = requests(await passes(hand, 9 * DAY))

    assert at_once == []
    assert sorted(test.holder_id for test in said) == sorted((LIN, WANG, CHEN))


async def test_somebody_else_who_answers_for_a_case_is_an_incident_of_the_number(hand: ByHand) -> None:
    (request,) = (fact for fact in await hand.hears(card(), opened()) if isinstance(fact, SmsRequested))
    await hand.waits(timedelta(0))
    answer: SmsReplied = reply(request, "wrong-person").model_copy(update={"holder_id": LIN})

    said = await hand.hears(answer)

    assert [fact.why for fact in said if isinstance(fact, HolderUnreachable)] == ["wrong-person"]


async def test_the_list_is_had_as_a_sheet_in_chinese_and_by_nobody_outside_the_county(hand: ByHand) -> None:
    await hand.hears(card(), opened(HOSPITAL))
    await passes(hand, 45 * DAY, frozenset({LIN}))

    async with hand.http(RING) as doors:
        officer = bearer(RING, "bureau-officer")
        sheet = await doors.get("/reachability", params={"format": "xlsx", "everybody": "true"}, headers=officer)
        elsewhere = await doors.get("/reachability", headers=bearer(RING, "bureau-officer", county="xihu"))
        refused = await doors.get("/reachability", headers=bearer(RING, "community-worker"))

    first, *rest = CalamineWorkbook.from_filelike(BytesIO(sheet.content)).get_sheet_by_index(0).to_python()
    assert first[:2] == ["收信人编号", "角色"]
    assert next(row[1] for row in rest) == "在职联络员"
    assert (elsewhere.json(), refused.status_code) == ([], 403)


def _everybody(liaison: Holder) -> tuple[Holder, ...]:
    return liaison, holder("unit-leader", WANG), holder("bureau-officer", CHEN)
