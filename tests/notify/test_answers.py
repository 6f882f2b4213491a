"""What a holder answers, and what happens when nobody can be reached."""

from contracts.notify import CaseAcknowledged, CaseHandedOver, SmsRequested, SmsWithdrawn
from services.notify.domain import case_id_of, next_change, sms_id_of, the_hour_has_come
from tests.notify.faces import (
    GREETING,
    HOSPITAL,
    LIN,
    WANG,
    ZHANG,
    ZHAO,
    accepted,
    at,
    card,
    delivered,
    done,
    escalated,
    failed,
    greeting,
    held_back,
    holder,
    kinds,
    opened,
    reply,
    unknown,
)
from tests.notify.hearing import Told

HOSPITAL_CASE = case_id_of(HOSPITAL)
TO_LIN = sms_id_of(HOSPITAL_CASE, "opened", LIN, 0)
TO_WANG = sms_id_of(HOSPITAL_CASE, "rung-1", WANG, 0)


def handed_over(why: str, minutes: float) -> CaseHandedOver:
    return CaseHandedOver(
        city="shuangta", county="donghu", person_id=ZHANG, case_id=HOSPITAL_CASE, duty_id=HOSPITAL, role="liaison",
        holder_id=LIN, why=why, handed_over_at=at(minutes),
    )  # fmt: skip


def test_a_reply_of_1_acknowledges_the_case_and_closes_nothing() -> None:
    told = Told(card(), opened(), accepted(TO_LIN))
    answer = reply(told.requests[0])

    said = told.hear(answer, answer)

    assert said == (
        CaseAcknowledged(
            city="shuangta", county="donghu", person_id=ZHANG, case_id=HOSPITAL_CASE, duty_id=HOSPITAL, role="liaison",
            holder_id=LIN, acknowledged_at=at(5),
        ),
    )  # fmt: skip
    assert told.notice.cases[HOSPITAL_CASE].stands


def test_a_reply_of_1_withdraws_what_nobody_below_has_seen_yet() -> None:
    told = Told(card(), opened(), escalated(minutes=3), accepted(TO_WANG))

    said = told.hear(reply(told.requests[1], minutes=5))

    assert kinds(said) == ["CaseAcknowledged", "SmsWithdrawn"]
    assert [(fact.sms_id, fact.why) for fact in said if isinstance(fact, SmsWithdrawn)] == [(TO_LIN, "acknowledged")]


def test_a_reply_of_1_never_keeps_it_from_those_above() -> None:
    """For the duty has left that rung by then, and those above are counted as told."""
    told = Told(card(), opened(), accepted(TO_LIN), escalated(minutes=3))

    said = told.hear(reply(told.requests[0], minutes=5))

    assert kinds(said) == ["CaseAcknowledged"]
    assert told.notice.sms[TO_WANG].unsent


def test_one_who_knows_is_not_told_at_a_higher_rung_of_what_was_asked_before_they_said_so() -> None:
    told = Told(card(1, holder("liaison", LIN), holder("unit-leader", LIN)), opened(), accepted(TO_LIN))
    told.hear(escalated(minutes=3))

    said = told.hear(reply(told.requests[0], minutes=5))

    assert kinds(said) == ["CaseAcknowledged", "SmsWithdrawn"]


def test_what_the_old_liaison_knew_the_new_one_is_told() -> None:
    told = Told(card(), opened(), accepted(TO_LIN))
    told.hear(reply(told.requests[0]))

    left = told.hear(card(2, holder("unit-leader", WANG)), now=at(8))
    parked_since = told.notice.cases[HOSPITAL_CASE].parked_since
    said = told.hear(card(3, holder("liaison", ZHAO), holder("unit-leader", WANG)))
    back = told.hear(card(4, holder("liaison", LIN), holder("unit-leader", WANG)))

    assert (left, parked_since) == ((), at(8))
    assert [fact.holder_id for fact in said if isinstance(fact, SmsRequested)] == [ZHAO]
    assert [fact.why for fact in back if isinstance(fact, SmsWithdrawn)] == ["other-holder"]
    assert kinds(back) == ["SmsWithdrawn"]


def test_knowing_is_not_doing_so_a_later_rung_is_told_all_the_same() -> None:
    told = Told(card(), opened(), accepted(TO_LIN))
    told.hear(reply(told.requests[0]))

    said = told.hear(escalated(minutes=60))

    assert kinds(said) == ["SmsRequested"]


def test_a_reply_of_2_or_3_hands_the_case_over() -> None:
    for answer in ("cannot", "wrong-person"):
        told = Told(card(), opened(), accepted(TO_LIN))

        assert told.hear(reply(told.requests[0], answer)) == (handed_over(answer, 5),)


def test_any_other_reply_is_kept_and_changes_nothing() -> None:
    told = Told(card(), opened(), accepted(TO_LIN))

    assert told.hear(reply(told.requests[0], "other")) == ()
    assert [kept.answer for kept in told.notice.replies.values()] == ["other"]


def test_a_reply_after_the_visit_changes_nothing() -> None:
    for answer in ("known", "cannot", "wrong-person"):
        told = Told(card(), opened(), accepted(TO_LIN), done())

        assert told.hear(reply(told.requests[0], answer)) == ()


def test_a_reply_may_be_heard_before_what_it_answers() -> None:
    """Our database was set back: what the holder answered is read again before the duty is."""
    first = Told(card(), opened())

    told = Told(card(), reply(first.requests[0]), opened())

    assert kinds(tuple(told.said)) == ["CaseOpened", "SmsRequested", "CaseAcknowledged", "SmsWithdrawn"]


def test_an_urgent_sms_that_reached_nobody_sends_the_case_on_once() -> None:
    for status in (failed(TO_LIN), unknown(TO_LIN), held_back(TO_LIN, "expired")):
        told = Told(card(), opened())

        assert told.hear(status, status, now=at(2)) == (handed_over("cannot-reach", 2),)


def test_after_it_went_on_a_late_receipt_only_completes_the_picture() -> None:
    told = Told(card(), opened(), unknown(TO_LIN))

    assert told.hear(delivered(TO_LIN)) == ()


def test_a_greeting_that_reached_nobody_does_not_wake_the_ladder() -> None:
    to_lin = sms_id_of(case_id_of(GREETING), "opened", LIN, 0)
    told = Told(card(), greeting())

    assert told.hear(failed(to_lin)) == ()


def test_an_sms_that_reached_nobody_does_not_hand_over_what_is_acknowledged() -> None:
    told = Told(card(), opened(), escalated(minutes=3), accepted(TO_WANG))
    told.hear(reply(told.requests[1], minutes=5))

    assert told.hear(failed(TO_LIN)) == ()


def test_one_above_who_cannot_be_reached_is_gone_past_although_somebody_below_knows() -> None:
    told = Told(card(), opened(), accepted(TO_LIN), escalated(minutes=3))
    told.hear(reply(told.requests[0], minutes=5))

    assert kinds(told.hear(failed(TO_WANG))) == ["CaseHandedOver"]


def test_an_urgent_sms_of_which_nothing_is_heard_sends_the_case_on_after_its_time() -> None:
    told = Told(card(), opened(), now=at(0))
    assert next_change(told.notice, at(1)) == at(10)
    early = the_hour_has_come(told.notice, at(9))

    notice, said = the_hour_has_come(told.notice, at(10))

    assert early == (told.notice, ())
    assert said == (handed_over("cannot-reach", 10),)
    assert next_change(notice, at(10)) is None


def test_nothing_waits_for_an_hour_once_the_carrier_has_it() -> None:
    told = Told(card(), opened(), greeting(), accepted(TO_LIN))

    assert next_change(told.notice, at(1)) is None
