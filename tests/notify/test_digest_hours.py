"""The hour of a digest: it is made up for once when it was slept through, and what is due before it goes out sooner."""

from dataclasses import replace
from datetime import date, timedelta

from contracts.notify import SmsRequested
from services.notify.domain import digest_hour, digest_id_of, reminded
from tests.notify.digests import DIGEST, Trays
from tests.notify.faces import GREETING, LIN, at, done, due_soon, text_of


def test_an_hour_that_was_slept_through_is_made_up_for_once_when_what_happened_meanwhile_is_heard() -> None:
    trays = Trays(due_soon(), due_soon(GREETING))
    awake = DIGEST + timedelta(hours=2)

    at_once = trays.woken(awake)
    soon = trays.hour(awake)
    trays.hear(done(minutes=1500), now=1531)

    assert (at_once, soon) == ([], awake + timedelta(minutes=5))
    (request,) = trays.woken(awake + timedelta(minutes=5))
    assert isinstance(request, SmsRequested) and "您有1项" in text_of(request)
    assert trays.hour(awake) is None


def test_an_hour_that_was_slept_through_until_night_is_made_up_for_in_the_morning() -> None:
    trays = Trays(due_soon(due_minutes=5000))

    assert trays.woken(DIGEST + timedelta(hours=15)) == []

    assert trays.hour(DIGEST) == DIGEST + timedelta(hours=22, minutes=30)


def test_what_is_due_before_the_hour_goes_out_as_soon_as_it_may_and_takes_the_others_along() -> None:
    by_day = Trays(due_soon(due_minutes=600), due_soon(GREETING))
    by_night = Trays()
    by_night.hear(due_soon(minutes=870, due_minutes=1330), now=870)

    (request,) = by_day.woken(at(16))

    assert isinstance(request, SmsRequested) and "您有2项" in text_of(request)
    assert by_day.hour(at(16)) is None
    assert by_night.hour(at(870)) == at(1320)


def test_what_is_due_already_at_its_hour_is_no_reminder_any_more() -> None:
    trays = Trays()
    trays.hear(due_soon(minutes=870, due_minutes=1200), now=870)

    assert trays.hour(at(1200)) is None
    assert trays.woken(at(1320)) == []


def test_what_is_due_already_is_not_needed_to_decide_anything() -> None:
    """It is not loaded any more."""
    trays = Trays(due_soon(due_minutes=600), due_soon(GREETING, due_minutes=5000))
    trays.woken(at(16))
    whole = trays.of[LIN]
    without = replace(whole, reminders=whole.ahead(at(700)))
    for_good = [replace(each, stands=False, said_at=at(700)) for each in whole.reminders.values()]

    said = [[reminded(tray, each, at(701))[1] for each in for_good] for tray in (whole, without)]

    assert len(without.reminders) == 1
    assert said[0] == said[1]
    assert [digest_hour(tray, at(701)) for tray in (whole, without)] == [None, None]


def test_two_digests_of_one_day_are_two_sms() -> None:
    trays = Trays(due_soon(due_minutes=600))
    (first,) = trays.woken(at(16))
    trays.hear(due_soon(GREETING, 60, due_minutes=600), now=60)
    (second,) = trays.woken(at(66))

    assert isinstance(first, SmsRequested) and isinstance(second, SmsRequested)
    assert (first.case_id, first.sms_id) == digest_id_of(LIN, date(2026, 5, 1), 0)
    assert (second.case_id, second.sms_id) == digest_id_of(LIN, date(2026, 5, 1), 1)
