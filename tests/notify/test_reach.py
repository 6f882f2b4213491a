"""Every rung is proved reachable (feature 69): a delivery or an answer proves, else a test goes out, else somebody above learns."""

from uuid import UUID

import pytest

from contracts.digest import Own, own_of
from contracts.ids import HolderId, PersonId
from contracts.notify import HolderReachable, HolderUnreachable, SmsRequested
from services.notify.domain import reported
from tests.notify.faces import CHEN, LIN, PHONES, WANG, phone_of, text_of
from tests.notify.rungs import DAY, HOUR, LINS, PROVING, Ladder, below, requests


def test_a_delivery_proves_for_a_month_and_no_test_is_sent() -> None:
    ladder = Ladder()
    ladder.relies()
    for _ in range(6):
        ladder.until(20 * DAY)
        ladder.delivered()

    assert (ladder.said, ladder.reach().proved(ladder.now), ladder.reach().proved_by) == ([], True, "delivered")


def test_whoever_is_new_is_given_the_first_interval_and_then_one_test_that_offers_its_answer() -> None:
    ladder = Ladder()
    ladder.relies()

    early = ladder.until(31 * DAY - 7 * DAY - HOUR, quiet=frozenset({LIN}))
    (request,) = ladder.until(10 * DAY, quiet=frozenset({LIN}))[:1]

    assert early == []
    assert isinstance(request, SmsRequested)
    assert text_of(request) == (
        "【双塔市委老干部局】这是一条测试短信，核实您能否收到通知，无需前往。回复1已知晓 2无法前往 3非本人"
    )
    assert request == SmsRequested(
        city="shuangta", county="donghu", person_id=PersonId(LIN), sms_id=request.sms_id, lane="normal",
        case_id=request.case_id, role="liaison", holder_id=LIN, phone=request.phone, phone_index=LINS, text=request.text,
        template="reach-test", parts=1, expires_at=request.expires_at, requested_at=request.requested_at,
    )  # fmt: skip
    assert (own_of(request.sms_id), phone_of(request)) == (Own.TEST, PHONES[LIN])
    assert PROVING.is_work(request.requested_at)


@pytest.mark.parametrize("answer", ["known", "cannot"])
def test_an_answer_proves_where_no_carrier_gives_receipts(answer: str) -> None:
    ladder = Ladder()
    ladder.relies()
    while ladder.reach().tested_at is None:
        ladder.until(HOUR, quiet=frozenset({LIN}))

    ladder.answers(answer)
    after = ladder.until(20 * DAY, quiet=frozenset({LIN}))

    assert (after, ladder.reach().proved_by, ladder.reach().unreachable_since) == ([], "answered", None)


def test_who_neither_is_reached_nor_answers_is_an_incident_and_whoever_is_above_is_told_in_one_sms() -> None:
    ladder = Ladder().whole()

    said = ladder.until(45 * DAY, quiet=frozenset({LIN}))

    (incident,) = [fact for fact in said if isinstance(fact, HolderUnreachable)]
    tests, reports = requests(said), requests(said, "holders-unreachable")
    first = next(test for test in tests if test.holder_id == LIN)
    assert incident == HolderUnreachable(
        city="shuangta", county="donghu", holder_id=LIN, role="liaison", why="silent", tested_at=first.requested_at,
        told_to=WANG, unreachable_since=first.requested_at + 3 * DAY,
    )  # fmt: skip
    assert [(each.holder_id, own_of(each.sms_id)) for each in reports] == [(WANG, Own.REPORT)]
    assert text_of(reports[0]) == "【双塔市委老干部局】您下一级有1位责任人的手机收不到短信，请登录系统查看并更正号码。"
    assert PROVING.is_work(reports[0].requested_at)
    assert incident.unreachable_since < reports[0].requested_at < incident.unreachable_since + 4 * DAY


def test_while_nothing_proves_it_a_test_goes_out_every_week_until_one_arrives() -> None:
    ladder = Ladder().whole()
    ladder.until(45 * DAY, quiet=frozenset({LIN}))

    weeks = [request.requested_at for request in requests(ladder.until(21 * DAY, quiet=frozenset({LIN, WANG, CHEN})))
             if request.holder_id == LIN]  # fmt: skip
    ladder.delivered()

    assert len(weeks) == 3
    assert ladder.said[-1][1] == HolderReachable(
        city="shuangta", county="donghu", holder_id=LIN, role="liaison", why="proved", reachable_at=ladder.now
    )
    assert ladder.reach(WANG).reports[LIN].stands is False


def test_who_is_reached_again_before_the_morning_costs_no_report() -> None:
    ladder = Ladder().whole()
    while ladder.reach().unreachable_since is None:
        ladder.until(HOUR, quiet=frozenset({LIN}))
    ladder.delivered()

    assert requests(ladder.until(7 * DAY), "holders-unreachable") == []


def test_several_below_are_told_of_in_one_sms() -> None:
    ladder = Ladder().whole()
    three = [HolderId(UUID(int=n)) for n in (1, 2, 3)]
    for each in three:
        ladder.decided(WANG, reported(ladder.reach(WANG), below(each, ladder.now), ladder.now))

    (report,) = requests(ladder.until(4 * DAY), "holders-unreachable")

    assert "您下一级有3位责任人" in text_of(report)


def test_what_somebody_cannot_be_told_who_cannot_be_reached_either_goes_to_the_next_level() -> None:
    ladder = Ladder().whole()

    said = ladder.until(60 * DAY, quiet=frozenset({LIN, WANG}))

    reports = requests(said, "holders-unreachable")
    assert {each.holder_id for each in reports} - {WANG} == {CHEN}
    assert set(ladder.reach(CHEN).reports) == {LIN, WANG}

    ladder.delivered(WANG)
    assert [each.below_id for each in ladder.reach(CHEN).reports.values() if each.stands] == []
    assert ladder.reach(WANG).reports[LIN].stands


def test_nobody_above_is_an_incident_all_the_same() -> None:
    ladder = Ladder()
    ladder.relies(of=CHEN, role="bureau-officer", above=None)

    said = ladder.until(40 * DAY, quiet=frozenset({CHEN}))

    assert [fact.told_to for fact in said if isinstance(fact, HolderUnreachable)] == [None]
