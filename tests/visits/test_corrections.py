"""What is said once more of a fact, and otherwise: what it raised already stays as it was raised (features 54, 76).

Rows 12 and 57 owe a visit from when we knew, and so much after somebody was sent home; none of them says that a hospital that
writes down the same discharge again may put it off. The rule that follows: a correction moves the opening of what has not
opened yet, and only where the policy counts from when it happened; what was owed by then, also where the system slept over
its hour, stays with its dates. That it was never due only a discharge that is taken back says, or an admission.
"""

from itertools import permutations

import pytest

from services.visits.domain.rules import CountedFrom, Trigger
from tests.visits.town import (
    WEDNESDAY,
    admitted,
    after,
    cancelled,
    discharge_cancelled,
    discharged,
    enrolled,
    hours,
    life,
    rule,
)

HOME = rule("home", after("stay-discharged", hours(96), opens=hours(48)))
FROM_THEN = rule("home", Trigger("stay-discharged", hours(48), hours(96), CountedFrom.HAPPENED))
SENT_HOME = discharged(at=WEDNESDAY)
WRITTEN_AGAIN = discharged(at=WEDNESDAY + hours(20), recorded_at=WEDNESDAY + hours(59))


@pytest.mark.parametrize("home", [HOME, FROM_THEN], ids=["from when we knew", "from when it happened"])
@pytest.mark.parametrize("asleep", [False, True], ids=["awake", "asleep"])
def test_a_discharge_that_is_corrected_moves_no_visit_that_is_owed_by_then(home: object, asleep: bool) -> None:
    li = life(home)  # type: ignore[arg-type]
    li.hears(admitted(), SENT_HOME)
    if not asleep:
        li.wakes(WEDNESDAY + hours(48))

    li.hears(WRITTEN_AGAIN, at=WEDNESDAY + hours(60))

    assert li.owed()["home"].due_at == WEDNESDAY + hours(96)


def test_a_hospital_that_writes_the_same_discharge_each_day_puts_the_visit_off_by_none() -> None:
    li = life(HOME)
    li.hears(admitted(), SENT_HOME)
    for days in (1, 2, 3):
        at = WEDNESDAY + hours(24 * days - 4)
        li.hears(discharged(at=WEDNESDAY, recorded_at=at), at=at)

    assert li.owed()["home"].due_at == WEDNESDAY + hours(96)


def test_what_has_not_opened_yet_counts_from_the_corrected_hour_where_the_policy_counts_from_when_it_happened() -> None:
    li = life(FROM_THEN)
    li.hears(admitted(), SENT_HOME)
    li.hears(discharged(at=WEDNESDAY + hours(20), recorded_at=WEDNESDAY + hours(30)), at=WEDNESDAY + hours(30))

    too_early = li.wakes(WEDNESDAY + hours(48))
    li.wakes(WEDNESDAY + hours(68))

    assert too_early == []
    assert li.owed()["home"].due_at == WEDNESDAY + hours(20 + 96)


@pytest.mark.parametrize("never", [discharge_cancelled(at=WEDNESDAY + hours(50)), cancelled()], ids=["out", "in"])
def test_of_what_was_never_due_nobody_hears_after_an_outage(never: object) -> None:
    li = life(HOME)
    li.hears(admitted(), SENT_HOME)

    told = li.hears(never, at=WEDNESDAY + hours(60))  # type: ignore[arg-type]

    assert (told, li.open()) == ([], [])


def test_who_was_sent_home_anew_is_owed_it_from_the_first_word_of_that_in_whatever_order_it_is_heard() -> None:
    """Sent home, taken back the next day, sent home again, which is written down twice."""
    day = hours(24)
    story = [
        SENT_HOME,
        discharge_cancelled(at=WEDNESDAY + day),
        discharged(at=WEDNESDAY + 5 * day, recorded_at=WEDNESDAY + 5 * day),
        discharged(at=WEDNESDAY + 5 * day, recorded_at=WEDNESDAY + 6 * day),
    ]
    for order in permutations(range(4)):
        li = life(rule("home", after("stay-discharged", hours(96))), heard=())
        li.hears(admitted(), at=WEDNESDAY + 7 * day)
        heard_at = {n: WEDNESDAY + 7 * day + hours(turn) for turn, n in enumerate(order)}
        for n in order:
            li.hears(story[n], at=heard_at[n])

        li.hears(enrolled(), at=WEDNESDAY + 8 * day)

        assert [duty.due_at for duty in li.open()] == [min(heard_at[2], heard_at[3]) + hours(96)]
