"""An absence or a wish changes by what means a duty is done, never that it is owed (★46)."""

from dataclasses import replace
from datetime import datetime

from contracts.registry import AbsenceEnded, AbsenceReported
from services.visits.domain import happened, next_change
from services.visits.domain.causes import ABSENCE
from services.visits.domain.policy import Instead
from services.visits.domain.rules import Means, OnDeath
from tests.reasons import a_reason
from tests.visits.town import (
    MOURNING,
    PLACE,
    REPORT,
    WARD,
    WEDNESDAY,
    Life,
    admitted,
    after,
    card,
    contact,
    died,
    discharged,
    enrolled,
    hours,
    in_need,
    lives,
    names,
    policy,
    rule,
)

BY_VOICE = Instead({"call-on": Means("hello", "voice")})
IN_WARD = Instead({"call-on": Means("chore", "there")}, ground="stay")
DEAF = Instead({"hello": Means("call-on", "there")})
NEED = rule("need", after("hardship-reported", hours(240)))
BACK = rule("back", after("absence-ended", hours(24)))
FROM, UNTIL = WEDNESDAY + hours(10), WEDNESDAY + hours(100)
DAUGHTER = AbsenceReported(
    absence_id=REPORT, absence="at-daughters", from_at=FROM, until_at=UNTIL, reported_at=WEDNESDAY, **PLACE
)


def town(*rules: object) -> Life:
    begun = Life(
        policy(
            *rules,  # type: ignore[arg-type]
            absences={"at-daughters": BY_VOICE, "in-ward": IN_WARD},
            wishes={"deaf": DEAF},
        )
    )
    begun.hears(enrolled(), card())
    return begun


def back(at: datetime) -> AbsenceEnded:
    return AbsenceEnded(absence_id=REPORT, ended_at=at, reason=a_reason("回来了"), reported_at=at, **PLACE)


def wishes(li: Life, *codes: str) -> None:
    assert li.care.card_version is not None
    li.hears(card(li.care.card_version + 1).model_copy(update={"wishes": codes}))


def test_an_expected_absence_changes_the_means_while_it_lasts_and_no_longer() -> None:
    li = town(NEED)
    li.hears(in_need())
    li.hears(DAUGHTER)
    before = li.the("need")

    at = next_change(li.care, WEDNESDAY)
    told = li.wakes(WEDNESDAY + hours(10))
    away = li.the("need")
    li.wakes(WEDNESDAY + hours(100))

    assert at == WEDNESDAY + hours(10)
    assert (before.means, away.means, away.instead) == (
        Means("call-on", "there"),
        Means("hello", "voice"),
        "at-daughters",
    )
    assert (away.duty_id, away.due_at) == (before.duty_id, before.due_at)
    assert names(told) == ["DutyChanged"]
    assert (li.the("need").means, li.the("need").instead) == (before.means, None)


def test_what_opens_during_an_absence_is_owed_by_its_means() -> None:
    li = town(NEED)
    li.hears(DAUGHTER)

    li.hears(in_need(WEDNESDAY + hours(11)), at=WEDNESDAY + hours(11))
    li.records(contact(WEDNESDAY + hours(12), kind="hello", strength="voice"))

    assert li.open() == []


def test_at_the_end_of_an_absence_somebody_asks() -> None:
    li = town(BACK)
    li.hears(DAUGHTER)

    at = next_change(li.care, WEDNESDAY + hours(10))
    li.wakes(WEDNESDAY + hours(100))

    assert at == WEDNESDAY + hours(100)
    assert (li.owed()["back"].cause_kind, li.owed()["back"].due_at) == ("absence", WEDNESDAY + hours(124))


def test_an_absence_that_ends_early_is_asked_about_early() -> None:
    li = town(BACK)
    li.hears(DAUGHTER)

    li.hears(back(WEDNESDAY + hours(20)), at=WEDNESDAY + hours(20))

    assert li.owed()["back"].due_at == WEDNESDAY + hours(44)


def test_the_end_of_an_absence_may_be_heard_before_the_absence() -> None:
    li = town(NEED, BACK)
    li.hears(in_need(), back(WEDNESDAY + hours(20)))

    li.hears(DAUGHTER)
    li.wakes(WEDNESDAY + hours(20))

    assert li.the("need").instead is None
    assert li.owed()["back"].due_at == WEDNESDAY + hours(44)


def test_an_absence_may_last_with_a_stay() -> None:
    li = town(WARD)
    li.hears(admitted())
    inside = li.the("ward").means

    li.hears(discharged(), at=WEDNESDAY + hours(2))

    assert (inside, li.the("ward").means) == (Means("chore", "there"), WARD.means)


def test_a_wish_changes_the_means_and_has_the_last_word() -> None:
    li = town(NEED, replace(NEED, name="ring-up", means=Means("hello", "voice")))
    li.hears(in_need())

    wishes(li, "deaf")
    not_rung_up = li.the("ring-up")
    li.hears(DAUGHTER)
    li.wakes(WEDNESDAY + hours(10))

    assert (not_rung_up.means, not_rung_up.instead) == (Means("call-on", "there"), "deaf")
    assert (li.the("need").means, li.the("need").instead) == (Means("call-on", "there"), "deaf")


def test_a_wish_that_is_taken_back_gives_the_usual_means_again() -> None:
    by_voice = replace(WARD, means=Means("hello", "voice"))
    li = town(by_voice)
    li.hears(admitted())
    wishes(li, "deaf")

    wishes(li)

    assert (li.the("ward").means, li.the("ward").instead) == (Means("hello", "voice"), None)


def test_an_absence_of_which_nobody_said_when_it_began_holds_at_once() -> None:
    li = town(NEED)
    li.hears(in_need())

    li.care = happened.begun(li.care, REPORT, ABSENCE, "at-daughters", None, WEDNESDAY)
    li.wakes(WEDNESDAY)

    assert li.the("need").instead == "at-daughters"


def test_the_family_of_who_died_away_or_in_a_ward_is_visited_at_home() -> None:
    gone, ill, deaf = town(MOURNING), town(MOURNING), town(replace(MOURNING, means=Means("hello", "voice")))
    gone.hears(DAUGHTER)
    ill.hears(admitted())
    wishes(deaf, "deaf")

    for li in (gone, ill, deaf):
        li.hears(died(), at=WEDNESDAY + hours(11))

    assert [(li.the("mourning").means, li.the("mourning").instead) for li in (gone, ill, deaf)] == [
        (Means("call-on", "there"), None),
        (Means("call-on", "there"), None),
        (Means("hello", "voice"), None),
    ]


def test_a_death_ends_what_an_absence_replaced_and_a_false_report_gives_it_back() -> None:
    li = town(replace(NEED, on_death=OnDeath.KEEP))
    li.hears(DAUGHTER)
    li.hears(in_need(WEDNESDAY + hours(11)), at=WEDNESDAY + hours(11))
    away = li.the("need")

    told = li.hears(died(), at=WEDNESDAY + hours(12))
    dead = li.the("need")
    li.hears(lives(), at=WEDNESDAY + hours(13))

    assert (names(told), dead.means, dead.instead) == (["DutyChanged"], Means("call-on", "there"), None)
    assert li.the("need") == away
    assert next_change(li.care, WEDNESDAY + hours(13)) == UNTIL
