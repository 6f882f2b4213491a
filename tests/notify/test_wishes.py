"""Whoever is told to call or come is told what the person asks for: what to do, never why, within two parts."""

import pytest

from bus.pack.texts import parts_of
from contracts.event import Event
from contracts.notify import SmsRequested
from contracts.registry import AskFirst, Hours, PersonCard
from tests.notify.faces import (
    BEREAVEMENT,
    CHEN,
    LIN,
    MESSAGES,
    VOICE,
    WANG,
    card,
    died,
    escalated,
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


def test_a_new_card_tells_whoever_is_told_from_then_on() -> None:
    told = Told(wishing(), greeting())

    again = told.hear(wishing("deaf").model_copy(update={"version": 2}))
    (said,) = texts(told.hear(opened()))

    assert texts(again) == []
    assert "09:00前看望并登记。勿打电话。编号" in said


@pytest.mark.parametrize("code", sorted(MESSAGES.wishes))
def test_each_wish_said_alone_fits_its_place(code: str) -> None:
    said = VOICE.asked_for((code,), (REST, NIGHT), "organisation-department")

    assert said and VOICE.texts.fitting({"wishes": said})["wishes"] == said
