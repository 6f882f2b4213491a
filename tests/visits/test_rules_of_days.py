"""What a rule may wait for in the calendar: a festival, a season, a birthday, and nobody having been there for so long."""

from dataclasses import replace

from services.visits.domain import next_change
from services.visits.domain.rules import Means, Yearly
from tests.visits.almanacs import ALMANAC, BIRTHDAY, DAY, FESTIVAL, HEAT, UNVISITED, under_the_almanac
from tests.visits.town import WEDNESDAY, Life, civil, contact, enrolled, life, policy, rule


def test_a_festival_is_owed_once_a_year_from_before_it_until_its_end() -> None:
    li = under_the_almanac(FESTIVAL)
    assert li.open() == []
    assert next_change(li.care, WEDNESDAY) == civil("2026-10-08 00:00")

    li.wakes(civil("2026-10-08 00:00"))
    visit = li.owed()["festival"]
    li.records(contact(civil("2026-10-15 09:00"), party="hall", role="warden"))
    li.wakes(civil("2026-10-19 00:00"))

    assert (visit.occurrence, visit.due_at) == ("double-ninth:2026", civil("2026-10-19 00:00"))
    assert li.open() == []
    assert next_change(li.care, civil("2026-10-19 00:00")) == civil("2027-09-28 00:00")


def test_what_opens_before_its_year_begins_opens_in_the_year_before() -> None:
    li = under_the_almanac(rule("new-year", Yearly("new-year", opens=-10 * DAY, due=DAY)))

    li.wakes(civil("2026-12-22 00:00"))

    assert (li.owed()["new-year"].occurrence, li.owed()["new-year"].due_at) == (
        "new-year:2027",
        civil("2027-01-02 00:00"),
    )
    assert next_change(li.care, civil("2026-12-22 00:00")) == civil("2027-01-02 00:00")


def test_who_is_enrolled_after_the_festival_is_not_asked_for_it() -> None:
    li = Life(policy(FESTIVAL, almanac=ALMANAC))

    li.hears(enrolled(), at=civil("2026-10-20 09:00"))

    assert li.open() == []
    assert next_change(li.care, civil("2026-10-20 09:00")) == civil("2027-09-28 00:00")


def test_who_is_enrolled_within_its_window_is_owed_it() -> None:
    li = Life(policy(FESTIVAL, almanac=ALMANAC))

    li.hears(enrolled(), at=civil("2026-10-18 09:00"))

    assert li.owed()["festival"].due_at == civil("2026-10-19 00:00")


def test_a_season_is_due_at_the_end_of_its_last_day() -> None:
    li = under_the_almanac(HEAT)

    li.wakes(civil("2026-07-07 00:00"))

    assert (li.owed()["heat"].opened_at, li.owed()["heat"].due_at) == (
        civil("2026-07-07 00:00"),
        civil("2026-08-23 00:00"),
    )


def test_a_lunar_birthday_is_kept_by_the_moon_each_year() -> None:
    """Born on the first day of the leap third month of 1936: the third month, where the year has no leap one."""
    li = under_the_almanac(BIRTHDAY)
    li.care = replace(li.care, birth_year=1936, birthday="04-21")

    li.wakes(WEDNESDAY)
    this_year = li.owed().get("birthday")
    li.wakes(civil("2027-04-04 00:00"))

    assert this_year is None  # it was in April, before they were known here
    assert (li.owed()["birthday"].occurrence, li.owed()["birthday"].due_at) == (
        "lunar-birthday:2027",
        civil("2027-04-08 00:00"),
    )


def test_of_whom_the_birth_is_not_known_no_birthday_is_asked() -> None:
    li = under_the_almanac(BIRTHDAY)

    assert li.open() == []
    assert next_change(li.care, WEDNESDAY) is None


def test_whom_nobody_has_visited_for_so_long_is_owed_a_visit() -> None:
    li = life(UNVISITED)
    assert next_change(li.care, WEDNESDAY) == WEDNESDAY + 90 * DAY

    li.wakes(WEDNESDAY + 90 * DAY)
    first = li.owed()["unvisited"]
    li.records(contact(WEDNESDAY + 95 * DAY))

    assert (first.due_at, first.cause_kind) == (WEDNESDAY + 97 * DAY, "without")
    assert li.open() == []
    assert next_change(li.care, WEDNESDAY + 95 * DAY) == WEDNESDAY + 185 * DAY


def test_only_a_contact_that_would_do_begins_the_time_anew() -> None:
    li = life(UNVISITED)

    li.records(contact(WEDNESDAY + 50 * DAY, 1, outcome="out"))
    li.records(contact(WEDNESDAY + 50 * DAY, 2, strength="voice"))
    li.records(contact(WEDNESDAY + 50 * DAY, 3, party="hall", role="warden"))
    li.records(contact(WEDNESDAY + 50 * DAY, 4, kind="chore"))
    li.wakes(WEDNESDAY + 90 * DAY)

    assert li.owed().keys() == {"unvisited"}


def test_a_contact_of_a_joint_party_and_of_a_kind_that_counts_as_well_begins_it_anew() -> None:
    li = life(replace(UNVISITED, means=Means("hello", "voice"), joint=frozenset({"hall"})))

    li.records(contact(WEDNESDAY + 50 * DAY, kind="call-on", party="hall", role="warden"))

    assert next_change(li.care, WEDNESDAY + 50 * DAY) == WEDNESDAY + 140 * DAY


def test_who_was_let_go_is_asked_for_again_after_as_long() -> None:
    li = life(UNVISITED)
    li.wakes(WEDNESDAY + 90 * DAY)
    waived_at = WEDNESDAY + 91 * DAY

    li.waives("unvisited", at=waived_at)

    assert next_change(li.care, waived_at) == waived_at + 90 * DAY
    li.wakes(waived_at + 90 * DAY)
    assert li.owed().keys() == {"unvisited"}
