"""What a holder meant, and which SMS it answers; nothing is guessed."""

from dataclasses import replace

import pytest

from contracts.case_code import case_code
from contracts.gateway import SmsReplied
from contracts.ids import CaseId, SmsId, derived
from contracts.personal import SealedSms
from services.gateway.domain import Outgoing, Reading, answered_sms, read_reply, replied, reply_id_of
from tests.gateway.faces import CASE, RING, SMS, ZHANG, at, submitting

CODE = case_code(CASE)
OTHER_CASE = CaseId(derived("case", "greeting"))


@pytest.mark.parametrize("text", ["1", "１", " 1。", "回复1", "1已知晓", "回复 1 已知晓"])
def test_1_means_known_however_it_is_written(text: str) -> None:
    assert read_reply(text) == Reading("known")


@pytest.mark.parametrize("text", [f"1 {CODE}", f"1{CODE.lower()}", f"{CODE} 1", f"编号{CODE}，1", f"1，编号{CODE}。"])
def test_an_answer_may_name_its_case(text: str) -> None:
    assert read_reply(text) == Reading("known", CODE)


def test_2_cannot_and_3_is_the_wrong_person() -> None:
    assert [read_reply(text) for text in ("2无法前往", "3")] == [Reading("cannot"), Reading("wrong-person")]


@pytest.mark.parametrize("text", ["", "1号下午去", "12", "收到", "2已知晓", "1 1", "11", "好的，1点前到", "4"])
def test_anything_else_is_no_answer(text: str) -> None:
    assert read_reply(text) == Reading("other")


def test_a_case_that_is_named_in_other_words_is_kept_for_a_person_to_read() -> None:
    assert read_reply(f"编号{CODE} 明天去") == Reading("other", CODE)


def test_a_code_holds_no_answer_so_that_it_cannot_be_taken_for_one() -> None:
    codes = "".join(case_code(derived("case", number)) for number in range(500))

    assert not set(codes) & set("0123")


def sent(sms_id: str, case_id: CaseId, minutes: float) -> Outgoing:
    return replace(submitting(), sms_id=SmsId(derived("sms", sms_id)), case_id=case_id, submitted_at=at(minutes))


def test_a_reply_answers_the_last_sms_to_its_number_unless_it_names_another() -> None:
    first, last, never = sent("a", CASE, 1), sent("b", OTHER_CASE, 2), replace(sent("c", CASE, 3), submitted_at=None)

    assert answered_sms([last, first, never], None) is last
    assert answered_sms([last, first, never], CODE) is first


def test_a_stranger_and_an_unknown_case_answer_nothing() -> None:
    assert answered_sms([], None) is None
    assert answered_sms([sent("a", CASE, 1)], case_code(OTHER_CASE)) is None


def test_the_same_words_to_the_same_sms_are_one_reply() -> None:
    sms = submitting()
    reply_id = reply_id_of(sms, "1")
    text = RING.seal(SealedSms, "1", kind="sms-reply", person=reply_id)

    fact = replied(sms, reply_id, text, read_reply("1"), at(5))

    assert reply_id_of(sms, "1") == reply_id != reply_id_of(sms, "2")
    assert fact == SmsReplied(
        city="shuangta", county="donghu", person_id=ZHANG, reply_id=reply_id, sms_id=SMS, case_id=CASE,
        phone_index=fact.phone_index, text=text, answer="known", replied_at=at(5),
    )  # fmt: skip
