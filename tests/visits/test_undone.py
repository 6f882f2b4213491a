"""What was taken back, and comes again: owed once, as old as it is, whatever the order in which it is loaded."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.visits.domain import Care, Happening, next_change, settle
from services.visits.domain.causes import ABSENCE
from services.visits.domain.happened import with_happening
from services.visits.domain.policy import Instead
from services.visits.domain.rules import CountedFrom, Means, OnEnd, Stack, Trigger, Without, Yearly
from tests.visits.almanacs import under_the_almanac
from tests.visits.town import (
    CHANGE,
    HARDSHIP,
    OTHER_REPORT,
    OTHER_STAY,
    REPORT,
    REPORTING,
    STAY,
    WARD,
    WEDNESDAY,
    Life,
    admitted,
    after,
    cancelled,
    card,
    civil,
    contact,
    died,
    discharge_cancelled,
    discharged,
    enrolled,
    hours,
    in_need,
    life,
    lives,
    names,
    not_in_need,
    not_widowed,
    policy,
    rule,
    says_known,
    widowed,
)

DAY = timedelta(days=1)
LATEST = replace(WARD, stack=Stack.SUPERSEDE)
HOME = rule("home", after("stay-discharged", hours(168)))


def test_who_is_sent_home_anew_is_owed_a_visit_anew() -> None:
    """Sent home in error, taken back the next day, sent home three weeks later: nobody is blamed for the three weeks."""
    li = life(HOME)
    li.hears(admitted(), discharged())
    li.hears(discharge_cancelled(at=WEDNESDAY + DAY), at=WEDNESDAY + DAY)
    back = WEDNESDAY + 21 * DAY

    li.hears(discharged(at=back, recorded_at=back), at=back)

    assert li.owed()["home"].due_at == back + hours(168)


def test_a_discharge_that_is_recorded_again_is_the_same_discharge() -> None:
    li = life(HOME)
    li.hears(admitted(), discharged(recorded_at=WEDNESDAY + hours(2)))
    li.records(contact(WEDNESDAY + hours(3)))

    li.hears(discharged(recorded_at=WEDNESDAY + hours(9)), at=WEDNESDAY + hours(9))

    assert li.open() == []


def test_of_two_stays_that_go_on_again_one_visit_is_owed_with_the_age_of_the_older() -> None:
    inside = replace(LATEST, on_end=OnEnd.SUPERSEDE)
    li = life(inside)
    li.hears(admitted())
    li.hears(discharged(), at=WEDNESDAY + hours(2))
    li.hears(admitted(OTHER_STAY), at=WEDNESDAY + hours(3))

    told = li.hears(discharge_cancelled(at=WEDNESDAY + hours(4)), at=WEDNESDAY + hours(4))

    assert [(duty.cause_id, duty.due_at) for duty in li.open()] == [(OTHER_STAY, WEDNESDAY + hours(24))]
    assert names(told) == ["DutyChanged"]


def test_what_comes_back_and_is_the_newer_takes_the_place_of_the_older() -> None:
    inside = replace(LATEST, on_end=OnEnd.SUPERSEDE)
    li = life(inside)
    li.hears(admitted())
    li.hears(admitted(OTHER_STAY), at=WEDNESDAY + hours(1))
    li.hears(discharged(OTHER_STAY), at=WEDNESDAY + hours(2))
    li.hears(cancelled(OTHER_STAY), at=WEDNESDAY + hours(3))

    assert [(duty.cause_id, duty.due_at) for duty in li.open()] == [(STAY, WEDNESDAY + hours(24))]


def test_what_is_older_by_its_own_deadline_climbs_by_that() -> None:
    """The second stay is heard of late: it had begun before the first."""
    li = life(replace(LATEST, when=Trigger("stay-admitted", hours(0), hours(24), CountedFrom.HAPPENED)))
    li.hears(admitted())

    li.hears(admitted(OTHER_STAY, at=WEDNESDAY - hours(20)), at=WEDNESDAY + hours(1))

    owed = li.owed()["ward"]
    assert (owed.due_at, owed.next_rung_at) == (WEDNESDAY + hours(4), WEDNESDAY + hours(4))


def test_who_was_given_time_by_an_acknowledgement_keeps_it_in_the_next() -> None:
    li = life(LATEST)
    li.hears(admitted())
    li.hears(says_known(li.the("ward"), "clerk", WEDNESDAY + hours(20)), at=WEDNESDAY + hours(20))

    li.hears(admitted(OTHER_STAY), at=WEDNESDAY + hours(21))

    assert (li.owed()["ward"].due_at, li.owed()["ward"].next_rung_at) == (WEDNESDAY + hours(24), WEDNESDAY + hours(44))


def test_who_said_long_before_that_they_know_delays_nothing_that_is_due_earlier() -> None:
    due_in_a_month = replace(LATEST, when=Trigger("stay-admitted", hours(0), 30 * DAY, CountedFrom.HAPPENED))
    li = life(due_in_a_month)
    li.hears(admitted())
    li.hears(says_known(li.the("ward"), "clerk", WEDNESDAY))

    li.hears(admitted(OTHER_STAY, at=WEDNESDAY - 28 * DAY))

    assert li.owed()["ward"].next_rung_at == li.owed()["ward"].due_at == WEDNESDAY + 2 * DAY


def test_what_takes_the_place_of_another_is_reminded_of_by_the_older_hour() -> None:
    li = life(replace(LATEST, remind=hours(6)))
    li.hears(admitted())

    li.hears(admitted(OTHER_STAY), at=WEDNESDAY + hours(1))
    told = li.wakes(WEDNESDAY + hours(18))

    assert names(told) == ["DutyDueSoon"]


def test_what_was_done_by_the_means_of_an_absence_is_done() -> None:
    unvisited = rule("unvisited", Without(lasting=90 * DAY, due=7 * DAY), stack=Stack.SUPERSEDE)
    li = Life(policy(unvisited, absences={"away": Instead({"call-on": Means("hello", "voice")})}))
    li.hears(enrolled(), card())
    li.care = with_happening(li.care, Happening(REPORT, ABSENCE, "away", WEDNESDAY, WEDNESDAY, WEDNESDAY + 100 * DAY))
    li.wakes(WEDNESDAY + 91 * DAY)
    rung_up = WEDNESDAY + 92 * DAY

    li.records(contact(rung_up, kind="hello", strength="voice"))
    li.wakes(WEDNESDAY + 101 * DAY)

    assert li.open() == []
    assert next_change(li.care, WEDNESDAY + 101 * DAY) == rung_up + 90 * DAY


def test_what_a_false_report_had_stopped_comes_back_alone_though_as_long_again_has_passed() -> None:
    unvisited = rule("unvisited", Without(lasting=20 * DAY, due=7 * DAY))
    li = life(unvisited)
    li.wakes(WEDNESDAY + 21 * DAY)
    owed = li.owed()
    li.hears(died(at=WEDNESDAY + 22 * DAY), at=WEDNESDAY + 22 * DAY)

    told = li.hears(lives(at=WEDNESDAY + 60 * DAY), at=WEDNESDAY + 60 * DAY)

    assert names(told)[:2] == ["DutyOpened", "DutyMissed"]
    assert [duty.duty_id for duty in li.open()] == [owed["unvisited"].duty_id]


def test_a_festival_is_asked_once_also_when_a_new_version_narrows_its_window() -> None:
    wide = rule("festival", Yearly("double-ninth", opens=-20 * DAY, due=DAY))
    li = under_the_almanac(wide)
    li.wakes(civil("2026-09-28 00:00"))
    li.records(contact(civil("2026-09-29 09:00")))

    narrow = replace(wide, when=Yearly("double-ninth", opens=-5 * DAY, due=DAY))
    li.under(policy(narrow, version="v2", almanac=li.first.almanac), at=civil("2026-10-01 00:00"))
    li.wakes(civil("2026-10-14 00:00"))

    assert li.open() == []


def test_a_period_under_two_reports_of_death_one_after_the_other_is_not_asked_for() -> None:
    li = life(REPORTING)
    li.records(contact(WEDNESDAY, party="hall", role="warden"))
    li.hears(died(REPORT, WEDNESDAY))
    li.hears(died(OTHER_REPORT, civil("2026-05-20 10:00")), at=civil("2026-05-20 10:00"))
    li.hears(lives(REPORT, civil("2026-05-21 10:00")), at=civil("2026-05-21 10:00"))

    li.hears(lives(OTHER_REPORT, civil("2026-05-23 10:00")), at=civil("2026-05-23 10:00"))

    assert li.open() == []


@pytest.mark.parametrize("backwards", [False, True])
def test_of_two_absences_the_order_counts_in_which_they_were_reported_not_that_in_which_they_are_loaded(
    backwards: bool,
) -> None:
    by_voice, by_word = Instead({"call-on": Means("hello", "voice")}), Instead({"call-on": Means("hello", "word")})
    li = Life(policy(WARD, absences={"away": by_voice, "abroad": by_word}))
    li.hears(enrolled(), card())
    both = {
        REPORT: Happening(REPORT, ABSENCE, "away", WEDNESDAY, WEDNESDAY, WEDNESDAY + 9 * DAY),
        HARDSHIP: Happening(HARDSHIP, ABSENCE, "abroad", WEDNESDAY, WEDNESDAY + hours(1), WEDNESDAY + 9 * DAY),
    }
    li.care = replace(li.care, happenings=dict(reversed(both.items())) if backwards else both)

    li.hears(admitted(), at=WEDNESDAY + hours(2))

    assert li.owed()["ward"].means == Means("hello", "voice")


def test_of_stays_that_were_heard_before_the_person_the_last_is_owed_in_whatever_order_they_are_loaded() -> None:
    waiting = life(LATEST, heard=())
    waiting.hears(admitted())
    waiting.hears(admitted(OTHER_STAY), at=WEDNESDAY + hours(1))
    turned = replace(waiting.care, stays=dict(reversed(list(waiting.care.stays.items()))))

    assert owed_by(waiting.care) == owed_by(turned) == [OTHER_STAY]


def owed_by(care: Care) -> list[object]:
    known = replace(care, kind="elder", classed_at=WEDNESDAY + hours(2))
    return [duty.cause_id for duty in settle(known, WEDNESDAY + hours(2))[0].duties.values() if duty.is_open]


def test_what_a_false_report_raised_is_recalled_by_name_and_all_else_is_as_it_was() -> None:
    """The hardship of another, and the husband of another: what was owed before is owed again, as old as it was."""
    bereaved = rule("bereaved", after("family-changed", hours(24)))
    call = rule("call", after("hardship-reported", hours(48)), stack=Stack.SUPERSEDE)
    li = life(bereaved, call)
    other = in_need(at=WEDNESDAY - DAY).model_copy(update={"hardship_id": OTHER_REPORT})
    li.hears(other, at=WEDNESDAY)
    owed = li.owed()

    li.hears(in_need(), widowed(), at=WEDNESDAY + hours(1))
    raised = li.owed()
    li.hears(not_in_need(), not_widowed(), at=WEDNESDAY + hours(2))

    gone = {duty.cause_id: (duty.closed_by, duty.closed_by_id) for duty in li.care.duties.values() if not duty.is_open}
    assert set(raised) == {"bereaved", "call"}
    assert gone == {CHANGE: ("retraction", CHANGE), HARDSHIP: ("retraction", HARDSHIP)}
    assert li.owed() == owed


def test_a_retraction_that_is_heard_first_keeps_the_report_from_counting() -> None:
    li = life(rule("bereaved", after("family-changed", hours(24))))

    li.hears(not_widowed(), widowed())

    assert li.owed() == {}
