"""A contact that was recorded in error is struck: what it discharged is owed again; and nobody answering is a fact."""

import pytest

from contracts.refused import Refused
from contracts.visits import ContactStruck
from tests.visits.strikes import LATER, MADE, VISITED, WHY, struck
from tests.visits.town import (
    PLACE,
    WANG,
    WARD,
    admitted,
    contact,
    hours,
    life,
)


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


def test_a_contact_is_struck_once() -> None:
    li = life(WARD)
    li.records(contact(VISITED))
    struck(li)

    with pytest.raises(Refused) as refused:
        struck(li)

    assert refused.value.rule == "contact-struck"


def test_what_is_written_down_late_is_marked() -> None:
    li = life(WARD)

    li.records(contact(VISITED, 1, recorded_at=VISITED + hours(48)))
    li.records(contact(VISITED, 2, recorded_at=VISITED + hours(49)))

    assert [made.entered_late for made in li.care.contacts.values()] == [False, True]


def test_what_another_contact_would_have_discharged_is_done_by_that_one() -> None:
    li = life(WARD)
    li.hears(admitted())
    li.records(contact(VISITED, 1))
    li.records(contact(VISITED + hours(1), 2))

    told = struck(li)

    assert told == ["ContactStruck", "DutyDone"]
    assert li.the("ward").closed_by_id == contact(VISITED, 2).contact_id
