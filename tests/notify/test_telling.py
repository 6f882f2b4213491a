"""Who is told what, once, in the fewest words."""

from contracts.notify import CaseClosed, SmsRequested, SmsWithdrawn
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
    phone_of,
    superseded,
    text_of,
    unknown,
    waived,
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


def test_what_went_out_is_taken_back_also_when_the_gateway_was_set_back_and_takes_it_for_held_back() -> None:
    told = Told(card(), opened(), accepted(TO_LIN), held_back(TO_LIN))

    said = told.hear(superseded())

    assert kinds(said) == ["CaseClosed", "SmsRequested"]
    assert told.requests[-1].template == "case-recalled"


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
