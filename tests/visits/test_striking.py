"""A contact that was recorded in error is struck: what it discharged is owed again; and nobody answering is a fact."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from contracts.ids import ContactId, StayId, derived
from contracts.refused import Refused
from contracts.visits import ContactStruck
from services.visits.domain import Care, next_change, strike
from services.visits.domain.happenings import Happening
from services.visits.domain.rules import OnEnd, Stack, Without
from tests.reasons import a_reason
from tests.visits.town import (
    GREETING,
    OTHER_STAY,
    PLACE,
    WANG,
    WARD,
    WEDNESDAY,
    Life,
    admitted,
    after,
    cancelled,
    card,
    civil,
    contact,
    enrolled,
    hours,
    life,
    names,
    policy,
    rule,
)

VISITED, LATER = WEDNESDAY + hours(3), WEDNESDAY + hours(30)
WHY = a_reason("记成了别人")
MADE = contact(VISITED).contact_id
ALL_RIGHT = rule("all-right", after("no-answer", hours(4)), party="street", role="neighbour", on_end=OnEnd.SUPERSEDE)


def struck(li: Life, contact_id: ContactId = MADE, at: datetime = LATER) -> list[str]:
    li.care, told = strike(li.care, contact_id, WANG, WHY, at)
    li.told += told
    return names(list(told))


def test_what_a_struck_contact_discharged_is_owed_again_with_its_old_dates() -> None:
    li = life(WARD)
    li.hears(admitted())
    before = li.the("ward")
    li.records(contact(VISITED))

    told = struck(li)

    back = li.the("ward")
    assert (back.due_at, back.opened_at, back.closed_at) == (before.due_at, before.opened_at, None)
    assert told == ["ContactStruck", "DutyOpened", "DutyMissed", "DutyEscalated"]
    assert (
        ContactStruck(contact_id=MADE, reopened=(before.duty_id,), struck_by=WANG, reason=WHY, struck_at=LATER, **PLACE)
        in li.told
    )


def test_a_struck_contact_explains_itself_and_discharges_nothing_more() -> None:
    li = life(WARD)
    li.hears(admitted())
    li.records(contact(VISITED))

    struck(li)

    kept = li.care.contacts[MADE]
    assert (kept.struck_at, kept.struck_by, kept.struck_because) == (LATER, WANG, WHY)


def test_where_the_next_has_come_it_inherits_the_age_of_what_was_not_done_after_all() -> None:
    li = life(GREETING)
    greeted = contact(VISITED, party="street", role="neighbour")
    li.records(greeted)
    li.wakes(civil("2026-05-18 00:00"))
    young = li.owed()["greeting"].due_at

    struck(li, at=civil("2026-05-19 10:00"))

    (owed,) = li.open()
    assert (young, owed.due_at) == (civil("2026-05-25 00:00"), civil("2026-05-18 00:00"))
    assert owed.missed_at == civil("2026-05-19 10:00")


def test_where_a_later_one_was_done_the_struck_one_is_superseded_by_it() -> None:
    li = life(GREETING)
    li.records(contact(VISITED, 1, party="street", role="neighbour"))
    li.wakes(civil("2026-05-18 00:00"))
    li.records(contact(civil("2026-05-18 09:00"), 2, party="street", role="neighbour"))

    struck(li, contact(VISITED).contact_id, at=civil("2026-05-19 10:00"))

    first, second = li.care.duties.values()
    assert li.open() == []
    assert (first.closed_by_id, second.closed_as) == (second.duty_id, "done")


def test_time_without_a_visit_is_counted_without_the_struck_one() -> None:
    unvisited = rule("unvisited", Without(timedelta(days=90), timedelta(days=7)), stack=Stack.SUPERSEDE)
    li = life(unvisited)
    li.records(contact(WEDNESDAY + timedelta(days=10), 1))
    li.records(contact(WEDNESDAY + timedelta(days=50), 2))

    struck(li, contact(VISITED, 2).contact_id, at=WEDNESDAY + timedelta(days=51))

    assert next_change(li.care, WEDNESDAY + timedelta(days=51)) == WEDNESDAY + timedelta(days=100)


def test_striking_names_a_contact_that_stands() -> None:
    li = life(WARD)
    li.records(contact(VISITED))

    with pytest.raises(Refused) as refused:
        strike(li.care, ContactId(derived("test", "contact", 9)), WANG, WHY, LATER)

    assert refused.value.rule == "contact-unknown"


def test_a_contact_is_struck_once() -> None:
    li = life(WARD)
    li.records(contact(VISITED))
    struck(li)

    with pytest.raises(Refused) as refused:
        struck(li)

    assert refused.value.rule == "contact-struck"


def unanswering(**other: Any) -> Life:
    begun = Life(policy(ALL_RIGHT, outcomes_silent=frozenset({"out"}), **other))
    begun.hears(enrolled(), card())
    return begun


def silences(care: Care) -> list[Happening]:
    return [one for one in care.happenings.values() if one.event == "no-answer"]


def test_who_does_not_answer_is_owed_certainty_within_hours() -> None:
    li = unanswering()

    told = li.records(contact(VISITED, outcome="out"))

    assert names(told) == ["ContactMade", "DutyOpened"]
    owed = li.owed()["all-right"]
    assert (owed.cause_kind, owed.due_at) == ("silence", VISITED + hours(4))


def test_one_silence_is_one_duty_however_often_nobody_answers() -> None:
    li = unanswering()

    li.records(contact(VISITED, 1, outcome="out"))
    li.records(contact(VISITED + hours(1), 2, outcome="out"))

    assert len(li.open()) == 1


def test_whoever_meets_them_ends_the_silence() -> None:
    li = unanswering()
    li.records(contact(VISITED, 1, outcome="out"))

    told = li.records(contact(VISITED + hours(1), 2, party="hall", role="warden"))

    assert "DutySuperseded" in names(told)
    assert li.open() == []
    assert silences(li.care)[0].until == VISITED + hours(1)


@pytest.mark.parametrize(
    "paper",
    [
        pytest.param({"kind": "chore"}, id="of a kind that does not reach them"),
        pytest.param({"strength": "word"}, id="too weak to see or hear them"),
    ],
)
def test_what_does_not_reach_them_ends_no_silence_and_begins_none(paper: dict[str, str]) -> None:
    li = unanswering()
    li.records(contact(VISITED, 1, outcome="out", **paper))
    begun = silences(li.care)
    li.records(contact(VISITED, 2, outcome="out"))

    li.records(contact(VISITED + hours(1), 3, **paper))

    assert (begun, [one.until for one in silences(li.care)]) == ([], [None])
    assert li.owed().keys() == {"all-right"}
    assert not li.care.last_made


def test_paper_that_is_younger_than_an_attempt_does_not_keep_a_silence_from_beginning() -> None:
    li = unanswering()
    li.records(contact(VISITED + hours(1), 1, kind="chore"))

    li.records(contact(VISITED, 2, outcome="out", recorded_at=VISITED + hours(2)))

    assert li.owed().keys() == {"all-right"}


def test_a_silence_that_was_let_go_mutes_no_later_one() -> None:
    li = unanswering(waives={"chief": frozenset({"street"})})
    li.records(contact(VISITED, 1, outcome="out"))
    li.waives("all-right", VISITED + hours(1))

    li.records(contact(VISITED + hours(2), 2, outcome="out"))

    assert li.owed()["all-right"].cause_id == contact(VISITED, 2).contact_id


def test_an_attempt_before_the_waiver_was_let_go_with_it() -> None:
    li = unanswering(waives={"chief": frozenset({"street"})})
    li.records(contact(VISITED, 1, outcome="out"))
    li.waives("all-right", VISITED + hours(3))

    li.records(contact(VISITED + hours(2), 2, outcome="out", recorded_at=VISITED + hours(4)))

    assert li.open() == []


def test_a_visit_before_the_silence_does_not_end_it() -> None:
    li = unanswering()
    li.records(contact(VISITED, 1, outcome="out"))

    li.records(contact(VISITED - hours(1), 2, recorded_at=VISITED + hours(1)))

    assert li.owed().keys() == {"all-right"}


def test_a_struck_attempt_never_was_a_silence() -> None:
    li = unanswering()
    li.records(contact(VISITED, 1, outcome="out"))

    struck(li, at=VISITED + hours(1))

    assert li.open() == []


def test_a_silence_goes_on_where_the_contact_that_ended_it_is_struck() -> None:
    li = unanswering()
    li.records(contact(VISITED, 1, outcome="out"))
    li.records(contact(VISITED + hours(1), 2, party="street", role="neighbour"))

    struck(li, contact(VISITED, 2).contact_id, at=VISITED + hours(2))

    assert li.owed().keys() == {"all-right"}
    assert silences(li.care)[0].until is None


def test_what_is_written_down_late_is_marked() -> None:
    li = life(WARD)

    li.records(contact(VISITED, 1, recorded_at=VISITED + hours(48)))
    li.records(contact(VISITED, 2, recorded_at=VISITED + hours(49)))

    assert [made.entered_late for made in li.care.contacts.values()] == [False, True]


def test_who_was_met_since_is_not_silent_because_an_attempt_is_written_down_late() -> None:
    li = unanswering()
    li.records(contact(VISITED, 1))

    li.records(contact(VISITED - hours(1), 2, outcome="out", recorded_at=VISITED + hours(1)))

    assert li.open() == []


def test_a_meeting_that_is_written_down_late_ends_no_silence_in_which_another_attempt_has_failed_since() -> None:
    li = unanswering()
    li.records(contact(VISITED, 1, outcome="out"))
    li.records(contact(VISITED + hours(2), 2, outcome="out"))

    li.records(contact(VISITED + hours(1), 3, recorded_at=VISITED + hours(3)))

    assert li.owed().keys() == {"all-right"}


def test_nor_is_the_duty_of_that_silence_done_by_it() -> None:
    li = unanswering()
    li.records(contact(VISITED, 1, outcome="out"))
    li.records(contact(VISITED + hours(2), 2, outcome="out"))

    li.records(contact(VISITED + hours(1), 3, party="street", role="neighbour", recorded_at=VISITED + hours(3)))

    assert li.owed().keys() == {"all-right"}


def test_a_silence_keeps_its_age_when_another_contact_is_struck() -> None:
    li = unanswering()
    li.records(contact(VISITED, 1, outcome="out"))
    li.records(contact(VISITED - hours(1), 2, outcome="out", recorded_at=VISITED + hours(1)))
    li.records(contact(VISITED - hours(2), 3, recorded_at=VISITED + hours(2)))
    owed = li.owed()

    struck(li, contact(VISITED, 3).contact_id, at=VISITED + hours(3))

    assert li.owed() == owed


def test_what_ended_with_a_silence_is_not_owed_again_when_the_attempt_is_struck() -> None:
    li = unanswering()
    li.records(contact(VISITED, 1, outcome="out"))
    li.records(contact(VISITED + hours(1), 2, party="hall", role="warden"))

    told = struck(li, at=VISITED + hours(2))

    assert told == ["ContactStruck"]


def test_what_another_contact_would_have_discharged_is_done_by_that_one() -> None:
    li = life(WARD)
    li.hears(admitted())
    li.records(contact(VISITED, 1))
    li.records(contact(VISITED + hours(1), 2))

    told = struck(li)

    assert told == ["ContactStruck", "DutyDone"]
    assert li.the("ward").closed_by_id == contact(VISITED, 2).contact_id


def test_of_the_causes_that_supersede_one_another_one_is_owed_also_after_a_strike() -> None:
    li = life(replace(WARD, stack=Stack.SUPERSEDE))
    li.hears(admitted())
    li.records(contact(VISITED))
    li.hears(admitted(OTHER_STAY), at=VISITED + hours(1))

    struck(li, at=VISITED + hours(2))

    assert [(duty.cause_id, duty.due_at) for duty in li.open()] == [(OTHER_STAY, WEDNESDAY + hours(24))]


def test_what_was_raised_in_error_hands_its_age_to_nobody_when_it_is_owed_after_all() -> None:
    li = life(replace(WARD, stack=Stack.SUPERSEDE))
    li.hears(admitted())
    li.records(contact(VISITED))
    li.hears(cancelled(), at=VISITED + hours(1))
    li.hears(admitted(OTHER_STAY), at=VISITED + hours(2))

    struck(li, at=VISITED + hours(3))

    assert [(duty.cause_id, duty.due_at) for duty in li.open()] == [(OTHER_STAY, VISITED + hours(26))]


def test_of_several_causes_each_has_the_age_of_a_struck_one_also_when_the_last_proves_false() -> None:
    li = life(replace(WARD, stack=Stack.SUPERSEDE))
    third = StayId(derived("test", "a third stay"))
    li.hears(admitted())
    li.records(contact(VISITED))
    li.hears(admitted(OTHER_STAY), at=VISITED + hours(1))
    li.hears(admitted(third), at=VISITED + hours(2))
    struck(li, at=VISITED + hours(3))

    li.hears(cancelled(), cancelled(third), at=VISITED + hours(4))

    assert [(duty.cause_id, duty.due_at) for duty in li.open()] == [(OTHER_STAY, WEDNESDAY + hours(24))]


def test_the_age_of_a_struck_one_ends_with_the_later_one_that_was_done() -> None:
    li = life(GREETING)
    li.records(contact(VISITED, 1, party="street", role="neighbour"))
    li.wakes(civil("2026-05-18 00:00"))
    li.records(contact(civil("2026-05-18 09:00"), 2, party="street", role="neighbour"))
    li.wakes(civil("2026-05-25 00:00"))

    struck(li, contact(VISITED).contact_id, at=civil("2026-05-25 10:00"))

    assert li.owed()["greeting"].due_at == civil("2026-06-01 00:00")


def test_what_has_climbed_is_not_set_back_by_the_age_that_it_is_given() -> None:
    li = life(GREETING)
    li.records(contact(VISITED, 1, party="street", role="neighbour"))
    li.wakes(civil("2026-05-26 10:00"))
    climbed = li.owed()["greeting"]

    struck(li, contact(VISITED).contact_id, at=civil("2026-05-26 11:00"))

    older = li.owed()["greeting"]
    assert (older.missed_at, older.due_at) == (climbed.missed_at, civil("2026-05-18 00:00"))
    assert older.rung > climbed.rung


def test_what_was_overdue_after_all_did_not_end_with_the_class() -> None:
    li = life(GREETING)
    li.records(contact(VISITED, 1, party="street", role="neighbour"))
    li.wakes(civil("2026-05-18 00:00"))
    li.hears(card(2, "at-home"), at=civil("2026-05-19 10:00"))

    struck(li, contact(VISITED).contact_id, at=civil("2026-05-20 10:00"))

    assert li.owed()["greeting"].due_at == civil("2026-05-18 00:00")


def test_what_took_the_place_of_a_struck_one_has_its_age_also_when_it_is_struck_itself() -> None:
    li = life(GREETING)
    li.records(contact(VISITED, 1, party="street", role="neighbour"))
    li.wakes(civil("2026-05-18 00:00"))
    li.records(contact(civil("2026-05-18 09:00"), 2, party="street", role="neighbour"))

    struck(li, contact(VISITED, 1).contact_id, at=civil("2026-05-19 10:00"))
    struck(li, contact(VISITED, 2).contact_id, at=civil("2026-05-19 11:00"))

    assert li.owed()["greeting"].due_at == civil("2026-05-18 00:00")


def test_a_silence_that_never_was_does_not_go_on() -> None:
    li = unanswering()
    li.records(contact(VISITED, 1, outcome="out"))
    struck(li, at=VISITED + hours(1))

    li.records(contact(VISITED + hours(2), 2, outcome="out"))

    assert li.owed()["all-right"].cause_id == contact(VISITED, 2).contact_id
