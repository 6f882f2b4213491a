"""Whoever is told to call or come is told what the person asks for: what to do, never why, within two parts."""

import pytest

from bus.pack.texts import parts_of
from contracts.case_code import case_code
from contracts.event import Event
from contracts.ids import SmsId
from contracts.notify import SmsRequested, SmsWithdrawn
from contracts.registry import AskFirst, Hours, PersonCard
from services.notify.domain import case_id_of, sms_id_of
from tests.notify.faces import (
    BEREAVEMENT,
    CHEN,
    LIN,
    MESSAGES,
    VOICE,
    WANG,
    accepted,
    at,
    card,
    died,
    done,
    escalated,
    failed,
    greeting,
    holder,
    opened,
    text_of,
)
from tests.notify.hearing import Told

REST, NIGHT = Hours(begin="12:00", end="15:00"), Hours(begin="21:00", end="07:00")
KEY = AskFirst(role="keyholder", holder_id=WANG)


def wishing(*wishes: str, hours: tuple[Hours, ...] = (), first: AskFirst | None = None) -> PersonCard:
    known = card(1, holder("liaison", LIN), holder("keyholder", WANG), holder("bureau-officer", CHEN))
    return known.model_copy(update={"wishes": wishes, "hours": hours, "ask_first": first})


def again(version: int, known: PersonCard) -> PersonCard:
    return known.model_copy(update={"version": version, "stated_at": at(version)})


def greeting_sms() -> SmsId:
    return sms_id_of(case_id_of(greeting().duty_id), "opened", LIN, 0)


def gone_out(sms_id: SmsId) -> tuple[Event, ...]:
    return (accepted(sms_id),)


def code_of(request: SmsRequested) -> str:
    return case_code(request.case_id)


def texts(said: tuple[Event, ...]) -> list[str]:
    return [text_of(one) for one in said if isinstance(one, SmsRequested)]


@pytest.mark.parametrize(
    ("known", "asked"),
    [
        (wishing(), ""),
        (wishing("deaf"), "勿打电话。"),
        (wishing("no-visitors"), "勿上门。"),
        (wishing("hours", hours=(REST,)), "12:00-15:00勿扰。"),
        (wishing("hours", hours=(REST, NIGHT)), "12:00-15:00、21:00-07:00勿扰。"),
        (wishing("ask-first", first=KEY), "请先找持钥匙人。"),
        (wishing("ask-first", "deaf", "hours", hours=(REST,), first=KEY), "勿打电话，12:00-15:00勿扰，请先找持钥匙人。"),
        (wishing("a-wish-of-another-pack"), ""),
    ],
)  # fmt: skip
def test_whoever_owes_it_is_told_what_the_person_asks_for(known: PersonCard, asked: str) -> None:
    (said,) = texts(Told(known).hear(greeting()))

    assert said.partition("09:00。")[2].partition("编号")[0] == asked
    assert parts_of(said) <= 2


def test_what_does_not_fit_is_said_otherwise_and_never_cut() -> None:
    spans = (REST, NIGHT, Hours(begin="08:00", end="09:00"), Hours(begin="17:00", end="18:00"))

    (said,) = texts(Told(wishing("deaf", "hours", hours=spans)).hear(greeting()))

    assert "09:00。联系方式另有约定。编号" in said


def test_no_sms_says_why_and_none_names_anybody_or_a_number() -> None:
    everything = wishing("ask-first", "deaf", "hours", "no-visitors", hours=(REST,), first=KEY)

    (said,) = texts(Told(everything).hear(greeting()))

    assert not [word for word in ("听力", "聋", "王建平", "1990000") if word in said]


def test_whom_the_person_names_is_not_told_to_ask_themselves() -> None:
    told = Told(wishing("ask-first", "deaf", first=KEY), greeting())

    (said,) = texts(told.hear(escalated(role="keyholder", message="greeting-missed", duty=greeting().duty_id)))

    assert "请先找" not in said and "勿打电话。编号" in said


def test_where_nobody_holds_the_role_any_more_nobody_is_named() -> None:
    (said,) = texts(Told(wishing("ask-first", first=AskFirst(role="relative"))).hear(greeting()))

    assert "09:00。编号" in said


def test_of_the_dead_it_is_not_said_what_they_wished() -> None:
    told = Told(wishing("deaf", "hours", hours=(REST,)), died())

    (said,) = texts(told.hear(opened(BEREAVEMENT, message="hospital-visit-liaison", cause="death")))

    assert "勿打电话" not in said and "勿扰" not in said


def test_whoever_was_told_is_told_once_when_the_person_asks_for_something_else() -> None:
    told = Told(wishing(), greeting(), opened())

    said = told.hear(again(2, wishing("deaf")))
    restated = told.hear(again(3, wishing("deaf")))

    assert texts(said) == [
        f"【双塔市委老干部局】张老的联系约定有变：勿打电话。请照此办理。编号{code_of(told.requests[-1])}。"
    ]
    assert [(sms.holder_id, sms.lane, sms.owed_since) for sms in told.requests[2:]] == [(LIN, "normal", at(2))]
    assert texts(restated) == []


def test_who_asks_for_nothing_any_more_is_called_and_visited_as_usual() -> None:
    told = Told(wishing("deaf"), greeting(), *gone_out(greeting_sms()))

    said = told.hear(again(2, wishing()))

    assert [text.partition("】")[2].partition("编号")[0] for text in texts(said)] == [
        "张老此前的联系约定已取消，可照常联系。"
    ]


def test_what_changes_back_before_it_is_sent_is_withdrawn_and_what_changes_on_is_said_instead() -> None:
    told = Told(wishing(), greeting(), *gone_out(greeting_sms()))

    told.hear(again(2, wishing("deaf")))
    on = told.hear(again(3, wishing("no-visitors")))
    back = told.hear(again(4, wishing()))

    assert [type(fact).__name__ for fact in on] == ["SmsRequested", "SmsWithdrawn"] and "勿上门" in texts(on)[0]
    assert [(type(fact).__name__, fact.why) for fact in back if isinstance(fact, SmsWithdrawn)] == [
        ("SmsWithdrawn", "changed-again")
    ]
    assert texts(back) == []


def test_what_was_sent_meanwhile_is_what_they_know() -> None:
    told = Told(wishing(), greeting(), *gone_out(greeting_sms()))

    told.hear(again(2, wishing("deaf")))
    told.hear(*gone_out(told.requests[-1].sms_id))
    back = told.hear(again(3, wishing()))

    assert ["已取消" in text for text in texts(back)] == [True]


def test_a_correction_that_failed_parks_no_case_that_was_told() -> None:
    told = Told(wishing(), greeting(), *gone_out(greeting_sms()))

    told.hear(again(2, wishing("deaf")))
    told.hear(failed(told.requests[-1].sms_id))

    assert told.notice.cases[case_id_of(greeting().duty_id)].parked_since is None


def test_each_holder_who_was_told_of_it_is_told_and_nobody_else() -> None:
    told = Told(
        wishing(), greeting(), opened(), opened(BEREAVEMENT, role="bureau-officer", message="hospital-visit-bureau")
    )
    told.hear(escalated(role="keyholder", duty=greeting().duty_id))  # in words that say nothing of wishes

    said = [fact for fact in told.hear(again(2, wishing("deaf"))) if isinstance(fact, SmsRequested)]

    assert [(sms.holder_id, sms.template) for sms in said] == [(LIN, "wishes-changed"), (CHEN, "wishes-changed")]


def test_who_has_nothing_left_to_do_or_of_whom_a_death_is_known_is_told_nothing() -> None:
    done_by_then = Told(wishing(), greeting(), done(greeting().duty_id, minutes=1))
    dead = Told(wishing(), greeting(), died())

    for told in (done_by_then, dead):
        assert texts(told.hear(again(2, wishing("deaf")))) == []


def test_the_next_sms_says_what_is_asked_now_and_needs_no_other() -> None:
    told = Told(wishing("deaf"), greeting())

    (said,) = texts(told.hear(opened()))

    assert "09:00前看望并登记。勿打电话。编号" in said
    assert len(told.requests) == 2


@pytest.mark.parametrize("code", sorted(MESSAGES.wishes))
def test_each_wish_said_alone_fits_its_place(code: str) -> None:
    said = VOICE.asked_for((code,), (REST, NIGHT), "organisation-department")

    assert said and VOICE.texts.fitting({"wishes": said})["wishes"] == said
