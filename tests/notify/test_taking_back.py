"""What need not have been said is withdrawn, or recalled from everybody who was told; what is owed again is told again."""

from contracts.notify import CaseClosed, SmsRequested, SmsWithdrawn
from services.notify.domain import sms_id_of
from tests.notify.faces import (
    HOSPITAL,
    LIN,
    PHONES,
    WANG,
    ZHANG,
    ZHAO,
    accepted,
    at,
    card,
    delivered,
    done,
    escalated,
    held_back,
    holder,
    kinds,
    opened,
    phone_of,
    superseded,
    text_of,
    unknown,
    waived,
)
from tests.notify.hearing import Told
from tests.notify.test_telling import HOSPITAL_CASE, TO_LIN


def test_when_the_visit_is_made_what_is_unsent_is_withdrawn() -> None:
    told = Told(card(), opened())

    said = told.hear(done())

    assert said == (
        CaseClosed(
            city="shuangta", county="donghu", person_id=ZHANG, case_id=HOSPITAL_CASE, duty_id=HOSPITAL, why="done", closed_at=at(90)
        ),
        SmsWithdrawn(
            city="shuangta", county="donghu", person_id=ZHANG, sms_id=TO_LIN, lane="urgent", why="closed", withdrawn_at=at(0)
        ),
    )  # fmt: skip


def test_when_the_visit_is_made_what_was_sent_is_left_alone() -> None:
    for closing in (done(), waived(), superseded(by="duty"), superseded(by="policy")):
        told = Told(card(), opened(), accepted(TO_LIN), delivered(TO_LIN))

        assert kinds(told.hear(closing)) == ["CaseClosed"]


def test_the_end_of_a_duty_may_be_heard_before_its_beginning() -> None:
    told = Told(card(), superseded())

    assert told.hear(opened()) == ()


def test_a_cancelled_admission_withdraws_an_sms_that_nobody_has_seen() -> None:
    told = Told(card(), opened())

    assert kinds(told.hear(superseded())) == ["CaseClosed", "SmsWithdrawn"]
    assert told.hear(held_back(TO_LIN)) == ()


def test_a_cancelled_admission_is_recalled_from_everybody_who_was_told() -> None:
    told = Told(card(), opened(), accepted(TO_LIN), escalated(minutes=10))
    to_wang = told.requests[-1].sms_id
    told.hear(unknown(to_wang))

    said = told.hear(superseded(), superseded())

    recalls = [fact for fact in said if isinstance(fact, SmsRequested)]
    assert kinds(said) == ["CaseClosed", "SmsRequested", "SmsRequested"]
    assert {(recall.holder_id, recall.template, recall.lane) for recall in recalls} == {
        (LIN, "case-recalled", "urgent"),
        (WANG, "case-recalled", "urgent"),
    }
    assert text_of(recalls[0]) == "【双塔市委老干部局】编号JTLP（张老）此前的通知已撤回，无需前往，请勿打扰本人及家属。"


def test_an_sms_that_could_not_be_withdrawn_in_time_is_recalled_when_that_is_known() -> None:
    told = Told(card(), opened(), superseded())

    said = told.hear(accepted(TO_LIN))

    assert [fact.template for fact in said if isinstance(fact, SmsRequested)] == ["case-recalled"]


def test_a_recall_goes_to_the_number_that_was_told_although_the_liaison_has_changed() -> None:
    told = Told(card(), opened(), accepted(TO_LIN), card(2, holder("liaison", ZHAO)))

    told.hear(superseded())

    recalls = [request for request in told.requests if request.template == "case-recalled"]
    assert [phone_of(recall) for recall in recalls] == [PHONES[LIN]]


def test_an_admission_that_was_cancelled_and_entered_again_is_told_again() -> None:
    told = Told(card(), opened(), accepted(TO_LIN), superseded(minutes=30))

    said = told.hear(opened(minutes=45))

    again = sms_id_of(HOSPITAL_CASE, "opened", LIN, 1)
    assert kinds(said) == ["CaseOpened", "SmsRequested", "SmsWithdrawn"]
    assert said[1:] == (
        told.requests[-1],
        SmsWithdrawn(
            city="shuangta", county="donghu", person_id=ZHANG, sms_id=sms_id_of(HOSPITAL_CASE, "recall", LIN, 0), lane="urgent",
            why="other-holder", withdrawn_at=at(0),
        ),
    )  # fmt: skip
    assert told.requests[-1].sms_id == again
    assert told.hear(opened(minutes=45), superseded(minutes=30)) == ()


def test_a_visit_that_was_made_is_not_told_again_when_its_duty_is_said_anew() -> None:
    """The database of visits was set back to an earlier backup: it says again what it has said."""
    told = Told(card(), opened(), accepted(TO_LIN), done(minutes=30))

    assert told.hear(opened(minutes=60)) == ()


def test_a_visit_that_was_made_is_told_after_all_when_its_owner_says_that_it_is_owed() -> None:
    told = Told(card(), opened(), accepted(TO_LIN), done(minutes=30))

    assert kinds(told.hear(escalated(minutes=70))) == ["CaseOpened", "SmsRequested"]


def test_what_went_out_is_taken_back_also_when_the_gateway_was_set_back_and_takes_it_for_held_back() -> None:
    told = Told(card(), opened(), accepted(TO_LIN), held_back(TO_LIN))

    said = told.hear(superseded())

    assert kinds(said) == ["CaseClosed", "SmsRequested"]
    assert told.requests[-1].template == "case-recalled"
