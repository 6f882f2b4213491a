"""When somebody is tested: once after an outage, never at night, and many spread over the days and hours of work."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from contracts.ids import HolderId
from services.notify.domain import hour_of_reach, the_hour_of_the_test_has_come
from services.notify.domain.proving import share
from tests.notify.faces import LIN, MORNING
from tests.notify.rungs import DAY, HOUR, PROVING, Ladder, requests


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
