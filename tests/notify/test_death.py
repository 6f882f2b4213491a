"""A death is the most dangerous event: greetings stop the moment that it is heard, in whatever order it comes."""

from contracts.notify import SmsRequested, SmsWithdrawn
from services.notify.domain import case_id_of, sms_id_of
from tests.notify.faces import (
    BEREAVEMENT,
    GREETING,
    LIN,
    REPORT,
    ZHANG,
    accepted,
    at,
    card,
    died,
    escalated,
    greeting,
    held_back,
    kinds,
    opened,
    retracted,
    superseded,
    unknown,
)
from tests.notify.hearing import Told

GREETING_TO_LIN = sms_id_of(case_id_of(GREETING), "opened", LIN, 0)
AGAIN_TO_LIN = sms_id_of(case_id_of(GREETING), "opened", LIN, 1)


def test_a_greeting_that_no_carrier_has_is_withdrawn_at_once() -> None:
    told = Told(card(), greeting())

    said = told.hear(died(), now=at(20))

    assert said == (
        SmsWithdrawn(
            city="shuangta", county="donghu", person_id=ZHANG, sms_id=GREETING_TO_LIN, lane="normal", why="death",
            withdrawn_at=at(20),
        ),
    )  # fmt: skip


def test_of_the_dead_nobody_is_told_but_what_the_death_itself_asks_for() -> None:
    told = Told(card(), died(), greeting(), escalated(GREETING))
    assert told.said == []

    said = told.hear(opened(BEREAVEMENT, message="death-family", cause="death"))

    assert kinds(said) == ["CaseOpened", "SmsRequested"]


def test_a_death_that_only_the_card_tells_stops_greetings_too() -> None:
    told = Told(card(), greeting())

    assert kinds(told.hear(card(2, deaths=(REPORT,)))) == ["SmsWithdrawn"]


def test_a_report_that_was_retracted_before_it_was_heard_is_no_death() -> None:
    told = Told(card(1, deaths=(REPORT,)), retracted(), died(), greeting())

    assert kinds(tuple(told.said)) == ["CaseOpened", "SmsRequested"]


def test_when_the_report_is_retracted_a_greeting_that_was_held_back_is_told_after_all() -> None:
    told = Told(card(), greeting(), died(), held_back(GREETING_TO_LIN))

    said = told.hear(retracted())

    assert [fact.sms_id for fact in said if isinstance(fact, SmsRequested)] == [AGAIN_TO_LIN]


def test_when_the_report_is_retracted_first_the_greeting_waits_for_what_became_of_the_old_sms() -> None:
    told = Told(card(), greeting(), died(), retracted())
    assert kinds(told.hear(retracted())) == []

    said = told.hear(held_back(GREETING_TO_LIN), held_back(GREETING_TO_LIN))

    assert [fact.sms_id for fact in said if isinstance(fact, SmsRequested)] == [AGAIN_TO_LIN]


def test_a_greeting_that_slipped_out_is_not_told_twice_when_the_report_is_retracted() -> None:
    for went_out in (accepted(GREETING_TO_LIN), unknown(GREETING_TO_LIN)):
        told = Told(card(), greeting(), died(), retracted())

        assert told.hear(went_out) == ()


def test_a_greeting_that_the_death_superseded_is_told_when_it_is_owed_again() -> None:
    told = Told(
        card(), greeting(), died(), superseded(GREETING, "death", minutes=21), held_back(GREETING_TO_LIN), retracted()
    )

    said = told.hear(greeting(minutes=41))

    assert kinds(said) == ["CaseOpened", "SmsRequested"]


def test_a_false_death_is_recalled_from_those_who_were_told_of_it() -> None:
    told = Told(card(), died(), opened(BEREAVEMENT, message="death-family", cause="death"))
    told.hear(accepted(told.requests[0].sms_id), retracted())

    said = told.hear(superseded(BEREAVEMENT, "retraction", minutes=41))

    assert kinds(said) == ["CaseClosed", "SmsRequested"]
