"""What a holder meant, and which SMS it answers; nothing is guessed."""

from dataclasses import replace

import pytest

from contracts.case_code import case_code
from contracts.digest import Own, digest_id, own_id
from contracts.gateway import SmsReplied
from contracts.ids import CaseId, SmsId, derived
from contracts.personal import SealedSms
from services.gateway.domain import (
    NotTaken,
    Outgoing,
    Reading,
    State,
    answered,
    answered_sms,
    read_reply,
    replied,
    reply_id_of,
    withdrawn,
)
from tests.gateway.faces import CASE, PAUSE, RING, SMS, ZHANG, at, submitting, withdrawal

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


def test_a_digest_takes_no_answer_from_the_case_that_was_told_before_it() -> None:
    before, after = sent("a", CASE, 1), sent("b", OTHER_CASE, 2)
    digest = replace(after, sms_id=digest_id(after.sms_id))

    assert answered_sms([before, digest], None) is before
    assert answered_sms([digest], None) is None


def test_a_test_is_answered_but_takes_no_answer_from_a_case_that_was_told_the_same_day() -> None:
    case, later = sent("a", CASE, 1), sent("b", OTHER_CASE, 2)
    soon, next_day = (
        replace(later, sms_id=own_id(later.sms_id, Own.TEST), submitted_at=at(minutes)) for minutes in (1441, 1442)
    )

    assert answered_sms([soon], None) is soon
    assert answered_sms([case, soon], None) is case
    assert answered_sms([case, next_day], None) is next_day
    assert answered_sms([case, next_day], CODE) is case
    assert answered_sms([replace(soon, sms_id=own_id(later.sms_id, Own.REPORT))], None) is None


def test_a_stranger_and_an_unknown_case_answer_nothing() -> None:
    assert answered_sms([], None) is None
    assert answered_sms([sent("a", CASE, 1)], case_code(OTHER_CASE)) is None


def test_what_the_carrier_would_not_take_and_was_then_withdrawn_is_answered_by_nobody() -> None:
    before = sent("a", OTHER_CASE, 0.5)
    taken_back = withdrawn(submitting(), withdrawal(), at(2))[0]
    never_sent = answered(taken_back, 1, NotTaken("throttled"), at(3), PAUSE)[0]

    assert never_sent.state is State.HELD_BACK
    assert answered_sms([before, never_sent], None) is before


def reply(sms: Outgoing, words: str) -> tuple[Outgoing, SmsReplied]:
    reply_id = reply_id_of(sms, words)
    text = RING.seal(SealedSms, words, kind="sms-reply", person=reply_id)
    return replied(sms, reply_id, text, read_reply(words), at(5))


def test_a_reply_is_told_with_the_case_that_it_answers() -> None:
    sms, fact = reply(submitting(), "1")

    assert fact == SmsReplied(
        city="shuangta", county="donghu", person_id=ZHANG, reply_id=sms.replies[-1], sms_id=SMS, case_id=CASE,
        holder_id=sms.holder_id, phone_index=fact.phone_index, text=fact.text, answer="known", replied_at=at(5),
    )  # fmt: skip


def test_words_that_the_carrier_says_again_are_one_reply_and_a_changed_mind_is_another() -> None:
    sms, said = submitting(), []
    for words in ("1", "1", "2", "1", "1"):
        sms, fact = reply(sms, words)
        said.append(fact.reply_id)

    assert [said.index(reply_id) for reply_id in said] == [0, 0, 2, 3, 3]
