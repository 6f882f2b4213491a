"""A case that can be told to nobody waits in sight: no card, no holder, no template, no number that takes an SMS."""

from contracts.notify import SmsRequested
from services.notify.domain import case_id_of, sms_id_of
from tests.notify.faces import (
    GREETING,
    LIN,
    WANG,
    accepted,
    at,
    card,
    failed,
    greeting,
    holder,
    kinds,
    opened,
    phone_of,
    superseded,
)
from tests.notify.hearing import Told
from tests.notify.test_telling import HOSPITAL_CASE, TO_LIN


def test_a_case_waits_in_sight_until_the_card_is_known_and_is_then_told() -> None:
    told = Told(opened(), now=at(0))
    waiting = told.notice.cases[HOSPITAL_CASE]

    said = told.hear(card(), now=at(7))

    assert (kinds(tuple(told.said))[:1], waiting.parked_since) == (["CaseOpened"], at(0))
    assert kinds(said) == ["SmsRequested"]
    assert told.notice.cases[HOSPITAL_CASE].parked_since is None


def test_a_case_waits_until_somebody_holds_the_role() -> None:
    told = Told(card(1, holder("unit-leader", WANG)), opened())
    assert told.requests == []

    said = told.hear(card(2, holder("liaison", LIN), holder("unit-leader", WANG)))

    assert [fact.holder_id for fact in said if isinstance(fact, SmsRequested)] == [LIN]


def test_a_template_that_the_pack_lacks_parks_the_case_and_stops_nothing_else() -> None:
    told = Told(card(), opened(message="no-such-template"))

    said = told.hear(greeting())

    assert kinds(said) == ["CaseOpened", "SmsRequested"]
    assert told.notice.cases[HOSPITAL_CASE].parked_since == at(0)


def test_a_landline_cannot_be_told_and_its_case_is_seen() -> None:
    told = Told(card(1, holder("liaison", LIN, "+8657188888888")), opened())

    assert told.requests == []
    assert told.notice.cases[HOSPITAL_CASE].parked_since == at(0)


def test_a_case_whose_sms_failed_is_seen_until_the_card_names_another_number_and_is_then_told() -> None:
    told = Told(card(), greeting())

    to_the_same = told.hear(failed(told.requests[0].sms_id), card(2, holder("liaison", LIN)), now=at(3))
    parked_since = told.notice.cases[case_id_of(GREETING)].parked_since
    to_another = told.hear(card(3, holder("liaison", LIN, "+8619900007777")))

    assert (to_the_same, parked_since) == ((), at(3))
    assert [phone_of(fact) for fact in to_another if isinstance(fact, SmsRequested)] == ["+8619900007777"]
    assert told.notice.cases[case_id_of(GREETING)].parked_since is None
    assert told.hear(failed(told.requests[1].sms_id), card(4), card(5, holder("liaison", LIN, "+8619900007777"))) == ()


def test_a_failure_that_was_heard_before_our_own_request_is_not_tried_again_at_the_same_number() -> None:
    to_lin = sms_id_of(case_id_of(GREETING), "opened", LIN, 0)
    told = Told(card(), failed(to_lin), greeting())

    assert [request.sms_id for request in told.requests] == [to_lin]
    assert told.notice.cases[case_id_of(GREETING)].parked_since == at(0)


def test_a_recall_that_failed_waits_for_nothing() -> None:
    told = Told(card(), opened(), accepted(TO_LIN), superseded())

    assert told.hear(failed(told.requests[1].sms_id)) == ()
    assert told.notice.cases[HOSPITAL_CASE].parked_since is None
