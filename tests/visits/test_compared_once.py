"""A waking compares once: the road asks what changes at this hour, and then when the next change comes."""

import sys
from datetime import datetime

import pytest

from services.visits.domain import Care, next_change, settle
from services.visits.domain.difference import Difference
from services.visits.domain.reconcile import reconcile
from tests.visits.town import GREETING, WEDNESDAY, hours, life

NEXT_WEEK = WEDNESDAY + hours(24 * 7)


def test_who_is_woken_is_compared_once_and_at_another_hour_again(monkeypatch: pytest.MonkeyPatch) -> None:
    li, compared = life(GREETING), list[datetime]()

    def counted(care: Care, now: datetime) -> Difference:
        compared.append(now)
        return reconcile(care, now)

    monkeypatch.setattr(sys.modules[settle.__module__], "reconcile", counted)
    after, _ = settle(li.care, WEDNESDAY + hours(1))
    next_change(after, WEDNESDAY + hours(1))
    next_change(after, NEXT_WEEK)

    assert compared == [WEDNESDAY + hours(1), NEXT_WEEK]


def test_of_two_people_at_one_hour_each_has_a_difference_of_their_own() -> None:
    owed_a_greeting, unknown = life(GREETING), life(GREETING, heard=())

    assert next_change(owed_a_greeting.care, NEXT_WEEK) == NEXT_WEEK
    assert next_change(unknown.care, NEXT_WEEK) is None
