"""Before blame, a reminder: what is due soon lies in the tray of whoever must act, and goes out as one SMS a day."""

from datetime import date, timedelta

import pytest

from contracts.event import Event
from contracts.ids import DutyId, PersonId, derived
from contracts.notify import SmsRequested
from services.notify.domain import Tray, digest_hour, digest_id_of, digest_status_heard, reminded
from tests.notify.digests import CASE, DIGEST, TO_LIN, Trays
from tests.notify.faces import (
    BEREAVEMENT,
    GREETING,
    HOSPITAL,
    LIN,
    VOICE,
    WANG,
    ZHAO,
    accepted,
    at,
    card,
    died,
    done,
    due_soon,
    escalated,
    holder,
    opened,
    phone_of,
    retracted,
    superseded,
    text_of,
    waived,
)


def test_one_sms_says_how_many_duties_are_due_soon_and_when_the_first_and_names_nobody() -> None:
    trays = Trays(due_soon(), due_soon(GREETING, 20, due_minutes=2000))

    (request,) = trays.woken(DIGEST)
    again = trays.woken(DIGEST + timedelta(seconds=1))

    assert isinstance(request, SmsRequested)
    assert text_of(request) == "【双塔市委老干部局】您有2项走访服务待办，最早时限5月2日18:20，请按时办理并登记。"
    assert request == SmsRequested(
        city="shuangta", county="donghu", person_id=PersonId(LIN), sms_id=TO_LIN, lane="normal", case_id=CASE,
        role="liaison", holder_id=LIN, phone=request.phone, phone_index=request.phone_index, text=request.text,
        template="due-soon-digest", parts=1, expires_at=at(2880), owed_since=at(10), requested_at=DIGEST,
    )  # fmt: skip
    assert phone_of(request) == "+8619900001234"
    assert (again, trays.hour(DIGEST)) == ([], None)


def test_nobody_is_woken_before_the_hour_or_when_there_is_nothing_to_say() -> None:
    trays = Trays(due_soon())

    assert trays.hour(at(10)) == DIGEST
    assert trays.woken(DIGEST - timedelta(minutes=1)) == []
    assert digest_hour(Tray(LIN, VOICE), DIGEST) is None


@pytest.mark.parametrize(
    "fact",
    [done(), waived(), superseded(by="policy"), escalated(), died()],
    ids=lambda fact: type(fact).__name__,
)
def test_what_was_closed_or_went_to_the_next_rung_or_died_is_not_in_it_and_nothing_left_is_no_sms(fact: Event) -> None:
    trays = Trays(due_soon())

    trays.hear(fact, now=100)

    assert trays.hour(at(100)) is None
    assert trays.woken(DIGEST) == []


def test_who_must_act_since_an_escalation_is_reminded_of_what_is_due_soon_after_it() -> None:
    trays = Trays(escalated(minutes=5, role="unit-leader"), due_soon(minutes=10, role="unit-leader"))

    assert (trays.duties(), trays.duties(WANG)) == (set(), {HOSPITAL})


def test_what_is_owed_again_after_it_was_closed_is_reminded_of() -> None:
    """Its contact was struck, and it is due soon since; or its cause stands again."""
    struck = Trays(done(minutes=5), due_soon(minutes=10))
    again = Trays(due_soon(), superseded(minutes=20), opened(minutes=30))

    assert (struck.duties(), again.duties()) == ({HOSPITAL}, {HOSPITAL})


def test_of_the_dead_only_what_their_death_asks_for_is_reminded_of() -> None:
    not_heard_of = DutyId(derived("duty", "never opened here"))
    trays = Trays(opened(BEREAVEMENT, message="death-family", cause="death"))

    trays.hear(due_soon(), due_soon(BEREAVEMENT), due_soon(not_heard_of), died(), now=100)

    assert trays.duties() == {BEREAVEMENT}


def test_a_death_that_was_retracted_before_the_hour_costs_no_reminder() -> None:
    trays = Trays(due_soon())

    trays.hear(died(), retracted(), now=100)

    assert trays.duties() == {HOSPITAL}


def test_whoever_takes_the_role_over_is_reminded_and_the_one_before_is_not() -> None:
    trays = Trays(due_soon())

    trays.hear(card(2, holder("liaison", ZHAO)), now=100)

    assert (trays.duties(LIN), trays.duties(ZHAO)) == (set(), {HOSPITAL})


def test_while_the_holder_is_away_the_deputy_is_reminded_and_after_it_the_holder() -> None:
    acting = holder("liaison", ZHAO).model_copy(update={"deputy_for": LIN})
    trays = Trays(card(2, acting), due_soon())
    meanwhile = trays.duties(LIN), trays.duties(ZHAO)

    trays.hear(card(3, holder("liaison", LIN)), now=100)

    assert meanwhile == (set(), {HOSPITAL})
    assert (trays.duties(LIN), trays.duties(ZHAO)) == ({HOSPITAL}, set())


def test_a_reminder_of_a_role_that_nobody_holds_waits_for_somebody() -> None:
    trays = Trays(due_soon(role="community-worker"))
    before = dict(trays.of)

    trays.hear(card(2, holder("community-worker", ZHAO)), now=100)

    assert (before, trays.duties(ZHAO)) == ({}, {HOSPITAL})


def test_what_was_told_is_told_again_only_when_it_is_said_anew() -> None:
    trays = Trays(due_soon())
    trays.woken(DIGEST)
    trays.of[LIN], _ = digest_status_heard(trays.of[LIN], accepted(TO_LIN), at(1411))

    trays.hear(due_soon(), died(), retracted(), card(2, holder("liaison", ZHAO)), now=1500)
    trays.hear(card(3, holder("liaison", LIN)), now=1510)
    as_before = trays.duties()
    trays.hear(due_soon(minutes=1600, due_minutes=5000), now=1600)

    assert as_before == set()
    assert trays.hour(at(1600)) == DIGEST + timedelta(days=1)
    (request,) = trays.woken(DIGEST + timedelta(days=1))
    assert isinstance(request, SmsRequested)
    assert (request.sms_id, "您有1项" in text_of(request)) == (digest_id_of(LIN, date(2026, 5, 3), 0)[1], True)


def test_of_what_a_notice_says_of_one_duty_the_latest_counts_in_whatever_order_it_comes() -> None:
    trays = Trays(due_soon())
    (laid,) = trays.of[LIN].reminders.values()
    trays.hear(done(), now=100)
    (taken,) = trays.of[LIN].reminders.values()

    ends = [
        reminded(reminded(Tray(LIN, VOICE), one, at(100))[0], other, at(100))[0].pending(at(100))
        for one, other in ((laid, taken), (taken, laid), (laid, laid))
    ]

    assert [len(pending) for pending in ends] == [0, 0, 1]
