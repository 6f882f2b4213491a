"""Who is told what, once, in the fewest words."""

from contracts.notify import SmsRequested
from services.notify.domain import case_id_of, settle, sms_id_of
from tests.notify.faces import (
    BEREAVEMENT,
    CHEN,
    GREETING,
    HOSPITAL,
    LIN,
    NIGHT,
    PHONES,
    WANG,
    ZHAO,
    accepted,
    at,
    card,
    delivered,
    done,
    escalated,
    failed,
    greeting,
    holder,
    kinds,
    opened,
    phone_of,
    text_of,
    unknown,
)
from tests.notify.hearing import Told

HOSPITAL_CASE = case_id_of(HOSPITAL)
TO_LIN = sms_id_of(HOSPITAL_CASE, "opened", LIN, 0)


def test_the_liaison_is_told_of_an_admission_in_one_sms() -> None:
    told = Told(card())

    said = told.hear(opened())

    assert kinds(said) == ["CaseOpened", "SmsRequested"]
    request = said[1]
    assert isinstance(request, SmsRequested)
    assert (request.sms_id, request.role, request.holder_id, request.lane) == (TO_LIN, "liaison", LIN, "urgent")
    assert phone_of(request) == PHONES[LIN]
    assert (
        text_of(request)
        == "【双塔市委老干部局】张老已住院，请于5月3日09:00前看望并登记。编号JTLP。回复1已知晓 2无法前往 3非本人"
    )
    assert request.parts == 1


def test_a_holder_is_told_once_however_often_we_hear_of_the_duty() -> None:
    told = Told(card(), opened())

    said = told.hear(opened(), card(), opened(minutes=3), accepted(TO_LIN), opened(), card(version=2))

    assert said == ()


def test_a_duty_without_a_message_tells_nobody_but_its_later_rung_does() -> None:
    told = Told(card())
    assert told.hear(opened(GREETING, message=None)) == ()

    said = told.hear(escalated(GREETING))

    assert kinds(said) == ["CaseOpened", "SmsRequested"]
    assert kinds(told.hear(done(GREETING))) == ["CaseClosed", "SmsWithdrawn"]


def test_each_rung_is_told_once_though_it_be_the_same_holder() -> None:
    told = Told(card(), opened(), accepted(TO_LIN))

    said = told.hear(escalated(rung=1), escalated(rung=2, role="bureau-officer", minutes=120), escalated(rung=1))

    assert [(fact.role, fact.holder_id) for fact in said if isinstance(fact, SmsRequested)] == [
        ("unit-leader", WANG),
        ("bureau-officer", CHEN),
    ]


def test_quiet_hours_hold_a_greeting_until_seven_and_let_an_admission_pass() -> None:
    told = Told(card(), now=NIGHT)

    told.hear(greeting(), opened())

    by_template = {request.template: request for request in told.requests}
    seven = at(22 * 60)
    assert by_template["weekly-greeting"].not_before == seven
    assert by_template["weekly-greeting"].expires_at == at(22 * 60 + 48 * 60)
    assert by_template["hospital-visit-liaison"].not_before is None


def test_a_new_liaison_is_told_and_the_old_one_is_not_sent_what_he_has_not_seen() -> None:
    told = Told(card(), opened())

    said = told.hear(card(2, holder("liaison", ZHAO)))

    assert kinds(said) == ["SmsRequested", "SmsWithdrawn"]
    assert [request.holder_id for request in told.requests] == [LIN, ZHAO]


def test_while_somebody_is_away_the_deputy_is_told_and_they_themselves_afterwards_of_what_nobody_has_acknowledged() -> (
    None
):
    acting = holder("liaison", ZHAO).model_copy(update={"deputy_for": LIN})
    told = Told(card(1, acting), opened())

    said = told.hear(card(2, holder("liaison", LIN)))

    assert kinds(said) == ["SmsRequested", "SmsWithdrawn"]
    assert [request.holder_id for request in told.requests] == [ZHAO, LIN]


def test_an_older_card_is_ignored() -> None:
    told = Told(card(2, holder("liaison", ZHAO)), opened())

    assert told.hear(card(1, holder("liaison", LIN))) == ()


def test_a_status_that_was_heard_before_our_own_request_keeps_its_rank() -> None:
    """Our database was set back: the gateway's words come before we decide again what we had decided."""
    told = Told(card(), accepted(TO_LIN), opened())

    said = told.hear(done())

    assert kinds(said) == ["CaseClosed"]


def test_settling_twice_changes_nothing() -> None:
    told = Told(card(), opened(), greeting(), accepted(TO_LIN), escalated(), opened(BEREAVEMENT, cause="death"))

    once, said = settle(told.notice, at(500))

    assert kinds(said) == ["CaseHandedOver", "CaseHandedOver"]
    assert settle(once, at(500)) == (once, ())


def test_a_name_is_never_cut_at_a_guess() -> None:
    for name, said in {
        "欧阳修文": "欧阳老",
        "张国栋": "张老",
        "买买提·吐尔逊": "有位老同志",
        "雷": "有位老同志",
    }.items():
        told = Told(card(name=name), opened())

        assert text_of(told.requests[0]).startswith(f"【双塔市委老干部局】{said}已住院")


def test_a_case_is_opened_where_its_duty_is_and_told_where_the_card_is() -> None:
    told = Told(opened().model_copy(update={"county": "xihu"}), card())

    assert [fact.county for fact in told.said] == ["xihu", "donghu"]


def test_an_sms_only_moves_forward() -> None:
    told = Told(card(), opened(), delivered(TO_LIN))

    before = told.notice
    said = told.hear(accepted(TO_LIN), unknown(TO_LIN), failed(TO_LIN), delivered(TO_LIN))

    assert (told.notice, said) == (before, ())
