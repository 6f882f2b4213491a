"""Nobody answered: that is a fact, and certainty is owed within hours, until somebody meets them."""

import pytest

from tests.visits.strikes import VISITED, silences, struck, unanswering
from tests.visits.town import contact, hours, names


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


def test_a_silence_that_never_was_does_not_go_on() -> None:
    li = unanswering()
    li.records(contact(VISITED, 1, outcome="out"))
    struck(li, at=VISITED + hours(1))

    li.records(contact(VISITED + hours(2), 2, outcome="out"))

    assert li.owed()["all-right"].cause_id == contact(VISITED, 2).contact_id
