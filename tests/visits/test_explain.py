"""Every duty can be explained: fact → policy version and rule → duty → ladder → contacts, and in one sentence (feature 4)."""

from dataclasses import replace

import pytest

from contracts.refused import Refused
from services.visits.domain import Activation, Book, explain, waive
from services.visits.domain.contacts import Lacks
from services.visits.domain.explain import Attempt, Fact, Ground
from tests.reasons import a_reason
from tests.visits.town import (
    BEFORE,
    GREETING,
    STAY,
    WANG,
    WARD,
    WEDNESDAY,
    Life,
    admitted,
    cancelled,
    civil,
    contact,
    died,
    duty_id,
    hours,
    life,
    policy,
    says_known,
)


def sentence(li: Life, name: str = "ward") -> str:
    return explain(li.care, li.the(name).duty_id).sentence


def with_a_stay() -> Life:
    li = life(WARD)
    li.hears(admitted())
    return li


def test_the_chain_from_the_fact_to_the_contacts_is_whole() -> None:
    li = with_a_stay()
    li.wakes(WEDNESDAY + hours(24))
    li.records(contact(WEDNESDAY + hours(25), 1, outcome="out"))
    li.records(contact(WEDNESDAY + hours(26), 2))

    why = explain(li.care, li.the("ward").duty_id)

    tried, visited = sorted(li.care.contacts.values(), key=lambda made: made.made_at)
    assert why.fact == Fact("stay", STAY, WEDNESDAY)
    assert why.ground == Ground("v1", "ward", "ward", "chosen", "for the tests", ())
    assert why.duty == li.the("ward")
    assert why.escalations == WARD.ladder[:1]
    assert why.attempts == (Attempt(tried, Lacks.OUTCOME), Attempt(visited, None))


def test_one_sentence_tells_it_all() -> None:
    li = with_a_stay()
    li.wakes(WEDNESDAY + hours(48))
    knows = WEDNESDAY + hours(49)
    li.hears(says_known(li.the("ward"), "warden", knows), at=knows)
    li.records(contact(WEDNESDAY + hours(50), 1, outcome="out"))
    li.records(contact(WEDNESDAY + hours(51), 2))

    assert sentence(li) == (
        "2026年5月13日10:00得知住院，按规则“ward”（政策v1版）文书应于2026年5月14日10:00前办理“登门”，至少当面"
        "；逾期未办，已督办至站长、镇政府；2026年5月15日11:00答复已知晓；其间联系1次未成；2026年5月15日13:00由文书补办。"
    )


def test_of_a_deadline_that_counts_days_nobody_has_published_the_sentence_says_so() -> None:
    li = with_a_stay()
    plainly = replace(li.the("ward"), counted_plainly=True)
    li.care = replace(li.care, duties={plainly.duty_id: plainly})

    assert "前办理“登门”，至少当面；工作日尚未公布，期限按自然日计；至今未办。" in sentence(li)


def test_what_took_the_place_of_another_says_since_when_nobody_came() -> None:
    li = life(GREETING)
    for monday in ("2026-05-18 00:00", "2026-05-25 00:00", "2026-06-01 00:00"):
        li.wakes(civil(monday))
    last = max((duty for duty in li.care.duties.values() if duty.is_open), key=lambda duty: duty.opened_at)

    told = explain(li.care, last.duty_id).sentence
    alone = explain(replace(li.care, duties={last.duty_id: last}), last.duty_id).sentence

    assert told.startswith("2026年6月1日00:00起的一期，")
    assert "应于2026年6月8日00:00前办理“招呼”" in told
    assert "；自2026年5月11日00:00起的一期起一直未办（当时应于2026年5月18日00:00前办理）；逾期未办" in told
    assert "；接续此前未办的一项（应于2026年5月18日00:00前办理）；逾期未办" in alone


def test_the_sentence_says_how_it_ended() -> None:
    undone, done, recalled, waived = with_a_stay(), with_a_stay(), with_a_stay(), with_a_stay()
    done.records(contact(WEDNESDAY + hours(1)))
    recalled.hears(cancelled(), at=WEDNESDAY + hours(1))
    waived.care, _ = waive(
        waived.care, waived.the("ward").duty_id, WANG, "chief", a_reason("家属恳请不要打扰"), WEDNESDAY + hours(1)
    )
    dead, followed = life(GREETING), life(GREETING)
    dead.hears(died(), at=WEDNESDAY + hours(1))
    first = followed.the("greeting").duty_id
    followed.wakes(civil("2026-05-18 00:00"))

    assert sentence(undone).endswith("；至今未办。")
    assert sentence(done).endswith("；2026年5月13日11:00由文书办结。")
    assert sentence(recalled).endswith("；2026年5月13日11:00因起因撤销而撤回。")
    opened = explain(waived.care, waived.the("ward").duty_id, "家属恳请不要打扰").sentence
    assert opened.endswith("；2026年5月13日11:00经人决定免办，理由：家属恳请不要打扰。")
    assert sentence(waived).endswith("；2026年5月13日11:00经人决定免办，理由：***。")
    assert sentence(dead, "greeting").endswith("；2026年5月13日11:00因本人去世而停止。")
    assert explain(followed.care, first).sentence.endswith("；2026年5月18日00:00由新一期事项接替。")


def test_a_duty_whose_rule_is_not_remembered_is_still_explained_by_its_name() -> None:
    li = with_a_stay()
    li.care = replace(li.care, book=Book.of([Activation("1", BEFORE, policy(GREETING, version="v2"))]))

    why = explain(li.care, li.the("ward").duty_id)

    assert why.ground == Ground("v1", "ward", "ward", None, None, ())


def test_what_nobody_owes_cannot_be_explained() -> None:
    with pytest.raises(Refused) as refused:
        explain(life(WARD).care, duty_id("nothing"))

    assert (refused.value.rule, refused.value.field) == ("duty-unknown", "duty_id")
