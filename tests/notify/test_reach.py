"""Every rung is proved reachable (feature 69): a delivery or an answer proves, else a test goes out, else somebody above learns."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

import pytest

from contracts.digest import Own, own_of
from contracts.event import Event
from contracts.ids import HolderId, PersonId
from contracts.notify import HolderReachable, HolderUnreachable, SmsRequested
from services.notify.domain import (
    Proving,
    Reach,
    Reached,
    Reliance,
    Relied,
    Report,
    answered,
    delivered,
    hour_of_reach,
    relied_on,
    reported,
    the_hour_of_the_test_has_come,
)
from services.notify.domain.proving import share
from services.notify.domain.reaching import settle
from tests.notify.faces import CHEN, LIN, MORNING, PHONES, VOICE, WANG, WATER_BUREAU, holder, phone_of, text_of

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
PROVING = cast(Proving, VOICE.courtesy.proving)
LANDLINE = "057188888888"


def number_of(phone: str, holder_id: HolderId = LIN) -> UUID:
    number = VOICE.number(holder("liaison", holder_id, phone).phone, holder_id)
    assert number is not None
    return number


LINS = number_of(PHONES[LIN])


def reliance(
    now: datetime, people: int = 1, *, of: HolderId = LIN, role: str = "liaison", phone: str | None = None,
    above: HolderId | None = WANG,
) -> Reliance:  # fmt: skip
    said = Relied(WATER_BUREAU, holder(role, of, phone).phone, above)
    return Reliance(of, role, "shuangta", "donghu", said, people, now)


def below(of: HolderId, now: datetime) -> Report:
    return Report(of, "liaison", "shuangta", "donghu", now, True, now)


class Ladder:
    """Holders, and what they pass up to one another; the hours come as they name them."""

    def __init__(self, now: datetime = MORNING) -> None:
        self.now, self.of = now, dict[HolderId, Reach]()
        self.said: list[tuple[datetime, Event]] = []

    def reach(self, holder_id: HolderId = LIN) -> Reach:
        return self.of.get(holder_id, Reach(holder_id, VOICE))

    def decided(self, holder_id: HolderId, outcome: Reached) -> None:
        self.of[holder_id], facts, passed = outcome
        assert settle(self.of[holder_id], self.now) == (self.of[holder_id], (), ())
        self.said += [(self.now, fact) for fact in facts]
        for to, report in passed:
            self.decided(to, reported(self.reach(to), report, self.now))

    def relies(self, people: int = 1, *, of: HolderId = LIN, role: str = "liaison", phone: str | None = None,
               above: HolderId | None = WANG) -> None:  # fmt: skip
        said = reliance(self.now, people, of=of, role=role, phone=phone, above=above)
        self.decided(of, relied_on(self.reach(of), said, self.now))

    def whole(self) -> "Ladder":
        self.relies()
        self.relies(of=WANG, role="unit-leader", above=CHEN)
        self.relies(of=CHEN, role="bureau-officer", above=None)
        return self

    def delivered(self, to: HolderId = LIN, number: UUID | None = None) -> None:
        number = number or number_of(PHONES[to], to)
        self.decided(to, delivered(self.reach(to), number, self.now, self.now))

    def answers(self, answer: str, number: UUID = LINS) -> None:
        self.decided(LIN, answered(self.reach(), number, answer, self.now, self.now))

    def until(self, time: timedelta, *, quiet: frozenset[HolderId] = frozenset(), awake: bool = True) -> list[Event]:
        """What was said meanwhile; whoever is not quiet has what is sent to them delivered."""
        end, before = self.now + time, len(self.said)
        while awake and (
            hours := [(at, of) for of, each in self.of.items() if (at := hour_of_reach(each, self.now)) is not None]
        ):
            hour, of = min(hours)
            if hour > end:
                break
            self.now = max(hour, self.now)
            seen = len(self.said)
            self.decided(of, the_hour_of_the_test_has_come(self.of[of], self.now))
            for _, fact in self.said[seen:]:
                if isinstance(fact, SmsRequested) and fact.holder_id not in quiet:
                    self.delivered(fact.holder_id)
        self.now = end
        return [fact for _, fact in self.said[before:]]

    def woken(self) -> list[Event]:
        before = len(self.said)
        for of in list(self.of):
            self.decided(of, the_hour_of_the_test_has_come(self.of[of], self.now))
        return [fact for _, fact in self.said[before:]]


def requests(facts: list[Event], template: str = "reach-test") -> list[SmsRequested]:
    return [fact for fact in facts if isinstance(fact, SmsRequested) and fact.template == template]


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


def test_somebody_else_at_the_number_is_an_incident_at_once_and_is_sent_no_more() -> None:
    ladder = Ladder().whole()
    ladder.until(33 * DAY)
    ladder.answers("wrong-person")
    ladder.delivered()  # on the handset of somebody else

    after = ladder.until(30 * DAY)

    assert ladder.reach().why == "wrong-person"
    assert [each for each in requests(after) if each.holder_id == LIN] == []


def test_an_answer_takes_back_that_it_was_somebody_else() -> None:
    ladder = Ladder().whole()
    ladder.answers("wrong-person")
    ladder.until(HOUR)
    ladder.answers("known")

    assert (ladder.reach().unreachable_since, ladder.reach().proved(ladder.now)) == (None, True)


def test_a_number_that_takes_no_sms_is_an_incident_when_its_test_would_be_due() -> None:
    ladder = Ladder()
    ladder.relies(phone=LANDLINE)

    early, later = ladder.until(23 * DAY), ladder.until(10 * DAY)

    assert early == []
    assert [fact.why for fact in later if isinstance(fact, HolderUnreachable)] == ["no-number"]
    assert requests(later) == []


def test_another_number_is_proved_by_nothing_that_went_to_the_first_and_is_tested_within_the_spread() -> None:
    ladder = Ladder()
    ladder.relies()
    ladder.delivered()
    ladder.until(HOUR)
    ladder.relies(0, phone="+8619900009999")
    ladder.delivered(number=LINS)  # late, and to the first

    assert not ladder.reach().proved(ladder.now)
    (request,) = requests(ladder.until(10 * DAY, quiet=frozenset({LIN})))[:1]
    assert phone_of(request) == "+8619900009999"


def test_another_number_of_who_cannot_be_reached_is_tested_at_once_and_the_incident_stands_until_it_is_proved() -> None:
    ladder = Ladder().whole()
    ladder.until(45 * DAY, quiet=frozenset({LIN}))
    ladder.relies(0, phone="+8619900009999")

    (request,) = requests(ladder.until(3 * DAY, quiet=frozenset({LIN, WANG, CHEN})))[:1]
    before = ladder.reach().unreachable_since
    ladder.delivered(number=number_of("+8619900009999"))

    assert phone_of(request) == "+8619900009999"
    assert before is not None
    assert ladder.reach().unreachable_since is None


def test_whose_deputy_acts_is_not_tested_and_when_they_are_back_soon_but_not_blamed_for_an_old_test() -> None:
    ladder = Ladder().whole()
    while ladder.reach().tested_at is None:
        ladder.until(HOUR, quiet=frozenset({LIN}))
    ladder.relies(-1)
    away = ladder.until(60 * DAY, quiet=frozenset({LIN}))
    ladder.relies()

    assert ladder.reach().unreachable_since is None
    assert [each for each in requests(away) if each.holder_id == LIN] == []
    back = [each.holder_id for each in requests(ladder.until(10 * DAY, quiet=frozenset({LIN})))]
    assert LIN in back


def test_an_incident_of_whom_nobody_counts_on_any_more_is_over() -> None:
    ladder = Ladder().whole()
    ladder.until(45 * DAY, quiet=frozenset({LIN}))
    ladder.relies(-1)

    fact = ladder.said[-1][1]
    assert isinstance(fact, HolderReachable) and fact.why == "released"
    assert not ladder.reach(WANG).reports[LIN].stands


def test_after_an_outage_one_test_goes_out_and_not_in_the_first_minute() -> None:
    ladder = Ladder()
    ladder.relies()
    ladder.until(70 * DAY, awake=False)

    at_once = ladder.woken()
    after = requests(ladder.until(9 * DAY, quiet=frozenset({LIN})))

    assert at_once == []
    assert len(after) == 1


def test_a_test_that_is_asked_anew_by_a_database_that_was_set_back_is_the_same_sms_and_next_months_is_another() -> None:
    ladder = Ladder()
    ladder.relies()
    while (before := ladder.reach()).tested_at is None:
        (hour,) = (at for at in [hour_of_reach(before, ladder.now)] if at is not None)
        ladder.until(hour - ladder.now, quiet=frozenset({LIN}))
    (first,) = requests([fact for _, fact in ladder.said])
    set_back = replace(before, tested_at=None, tested_number=None, test_at=first.requested_at)
    again = requests(list(the_hour_of_the_test_has_come(set_back, first.requested_at + timedelta(minutes=4))[1]))
    ladder.delivered()
    later = requests(ladder.until(34 * DAY))

    assert [each.sms_id == first.sms_id for each in (*again, *later)] == [True, False]


def test_a_delivery_that_was_slept_through_is_heard_before_and_costs_no_test() -> None:
    ladder = Ladder()
    ladder.relies()
    ladder.until(70 * DAY, awake=False)
    ladder.woken()
    ladder.delivered()

    assert requests(ladder.until(20 * DAY)) == []


def test_a_clock_that_leaps_from_noon_to_noon_still_tests() -> None:
    ladder = Ladder(MORNING + 3 * HOUR)
    ladder.relies()
    sent = []
    for _ in range(45):
        ladder.now += DAY
        sent += requests(ladder.woken())

    assert len(sent) >= 1


def test_whoever_wakes_up_at_night_twice_tests_nobody_before_the_morning() -> None:
    ladder = Ladder()
    ladder.relies()
    nights = []
    for _ in range(45):
        ladder.now = (ladder.now + DAY).replace(hour=15)  # eleven in the evening of the city
        nights += requests(ladder.woken())
    by_day = requests(ladder.until(5 * DAY, quiet=frozenset({LIN})))

    assert (nights, len(by_day)) == ([], 1)


def test_nobody_is_tested_in_a_role_that_the_pack_does_not_test() -> None:
    ladder = Ladder()
    ladder.relies(role="relative", above=None)

    assert (ladder.until(90 * DAY), ladder.reach().top) == ([], None)


def test_a_pack_that_tests_nobody_tests_nobody() -> None:
    silent = replace(VOICE, courtesy=replace(VOICE.courtesy, proving=None))
    reach, facts, passed = relied_on(Reach(LIN, silent), reliance(MORNING), MORNING)

    assert (hour_of_reach(reach, MORNING), facts, passed) == (None, (), ())


def test_the_tests_of_many_are_spread_over_the_days_and_hours_of_work() -> None:
    many = [HolderId(UUID(int=(n * 0x9E3779B97F4A7C15F39CC0605CEDC835) % 2**128)) for n in range(1, 2001)]
    hours = [PROVING.at_work(PROVING.due(MORNING, each), each) for each in many]
    by_day: dict[object, int] = {}
    for hour in hours:
        by_day[hour.date()] = by_day.get(hour.date(), 0) + 1

    assert all(PROVING.is_work(hour) for hour in hours)
    assert all(MORNING + 24 * DAY <= hour <= MORNING + 34 * DAY for hour in hours)
    assert len(by_day) >= 5
    nightly = [PROVING.at_work(MORNING + 12 * HOUR, each) for each in many]
    assert len({hour.hour for hour in nightly}) == 8  # nine to five
    assert max(by_day.values()) <= 2000 * 0.45  # of a week the days before its end
    assert all(0 <= share(each) < 1 for each in many)
