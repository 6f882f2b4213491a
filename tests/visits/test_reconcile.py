"""What must be owed: from facts, policy and hour, in whatever order they were heard."""

from dataclasses import replace

import pytest

from services.visits.domain import learning, next_change, settle
from tests.visits.town import (
    GREETING,
    REPORTING,
    WARD,
    WEDNESDAY,
    admitted,
    cancelled,
    civil,
    duty_id,
    hours,
    life,
    widowed,
)


def test_duties_may_be_given_in_any_order() -> None:
    li = life(GREETING, REPORTING)
    for monday in ("2026-05-18 00:00", "2026-05-25 00:00"):
        li.wakes(civil(monday))

    backwards = replace(li.care, duties=dict(reversed(list(li.care.duties.items()))))

    assert settle(backwards, civil("2026-05-26 10:00"))[1] == settle(li.care, civil("2026-05-26 10:00"))[1]


def test_the_newest_of_a_rule_is_the_newest_also_where_nothing_says_what_followed() -> None:
    li = life(REPORTING)
    li.wakes(civil("2026-05-18 00:00"))
    newest, oldest = li.the("reporting"), li.open()[0]

    unsaid = replace(oldest, followed_by=None)
    told = settle(replace(li.care, duties={newest.duty_id: newest, oldest.duty_id: unsaid}), civil("2026-05-18 01:00"))[
        1
    ]

    assert told == ()


def test_a_state_that_contradicts_itself_is_refused_and_not_settled_for_ever() -> None:
    li = life(WARD)
    li.hears(admitted())
    misplaced = replace(li.care, duties={duty_id("elsewhere"): li.the("ward")})

    with pytest.raises(RuntimeError):
        settle(learning.admission_cancelled(misplaced, cancelled(), WEDNESDAY), WEDNESDAY)


def test_what_is_not_settled_yet_changes_now() -> None:
    li = life(WARD)

    unsettled = learning.admitted(li.care, admitted(), WEDNESDAY)

    assert next_change(unsettled, WEDNESDAY) == WEDNESDAY


def test_settling_twice_changes_nothing() -> None:
    li = life()
    li.hears(admitted(), widowed())

    once = li.care

    assert settle(once, WEDNESDAY) == (once, ())
    assert settle(once, WEDNESDAY)[0] is once


def test_what_did_not_change_is_the_very_same() -> None:
    li = life()
    li.hears(admitted())
    before = li.care

    li.hears(widowed(), at=WEDNESDAY + hours(1))

    assert li.care.stays is before.stays
    assert all(li.care.duties[id_] is duty for id_, duty in before.duties.items())
