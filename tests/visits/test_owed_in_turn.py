"""What a cadence raises: one duty a period, and what becomes of it in the next."""

from datetime import time

from services.visits.domain.care import By
from services.visits.domain.rules import Cadence, Every, Hour
from tests.visits.town import (
    GREETING,
    REPORTING,
    WEDNESDAY,
    civil,
    contact,
    enrolled,
    life,
    names,
    rule,
)


def test_each_week_owes_one_greeting_to_those_who_live_alone() -> None:
    li = life(GREETING)

    greeting = li.owed()["greeting"]

    assert (greeting.occurrence, greeting.due_at) == ("week:2026-05-11", civil("2026-05-18 00:00"))
    assert life(GREETING, heard=(enrolled("at-home"),)).care.duties == {}


def test_a_greeting_that_was_given_does_not_reopen_before_the_next_week() -> None:
    li = life(GREETING)
    li.records(contact(WEDNESDAY, party="street", role="neighbour"))

    this_week = li.wakes(civil("2026-05-17 23:59"))
    next_week = li.wakes(civil("2026-05-18 00:00"))

    assert this_week == []
    assert names(next_week) == ["DutyOpened"]


def test_the_next_week_supersedes_an_undone_greeting_by_name_and_inherits_its_age() -> None:
    li = life(GREETING)
    first = li.the("greeting")

    told = li.wakes(civil("2026-05-18 00:00"))

    heir = li.owed()["greeting"]
    assert names(told) == ["DutyOpened", "DutySuperseded", "DutyMissed", "DutyEscalated"]
    assert (heir.occurrence, heir.due_at, heir.rung) == ("week:2026-05-18", first.due_at, 1)
    assert (li.care.duties[first.duty_id].closed_by, li.care.duties[first.duty_id].closed_by_id) == (
        By.DUTY,
        heir.duty_id,
    )


def test_reports_that_must_each_be_made_stand_beside_one_another() -> None:
    li = life(REPORTING)

    li.wakes(civil("2026-05-18 00:00"))

    assert [duty.occurrence for duty in li.open()] == ["week:2026-05-11", "week:2026-05-18"]


def test_a_person_who_comes_after_the_due_hour_is_owed_from_the_next_period() -> None:
    saturday = civil("2026-05-16 09:00")
    li = life(REPORTING, heard=())

    li.hears(enrolled(), at=saturday)
    assert li.open() == []
    li.wakes(civil("2026-05-18 00:00"))

    assert li.owed()["reporting"].occurrence == "week:2026-05-18"


def test_what_opens_at_an_hour_of_the_period_opens_then() -> None:
    li = life(rule("thursday", Cadence(Every.WEEK, Hour(4, time(8)), None)))
    assert li.open() == []

    li.wakes(civil("2026-05-14 08:00"))

    assert li.owed()["thursday"].opened_at == civil("2026-05-14 08:00")
