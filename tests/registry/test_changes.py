"""What changes about a person: class, situations, wishes, absences, corrections, and whether they are under care at all."""

from datetime import UTC, date, datetime

import httpx
import pytest

from bus.testing import MORNING, ByHand
from contracts.refused import Refused
from contracts.registry import (
    AbsenceReported,
    PersonCard,
    PersonClassed,
)
from services.registry.domain import changes
from services.registry.domain.circumstances import Wish
from tests.reasons import a_reason
from tests.registry.changing import AT, DAY, OFFICER, ONE, OTHER, card_of, living_alone_no_more, zhang
from tests.registry.town import (
    enrolling,
    named,
)


async def test_another_class_is_told_stands_on_the_card_and_only_what_changed_is_a_line(
    town: ByHand, doors: httpx.AsyncClient
) -> None:
    await town.asked(enrolling())
    town.now += DAY

    _, (classed, card) = await town.asked(living_alone_no_more(happened_on=date(2026, 5, 1)))

    assert isinstance(classed, PersonClassed) and isinstance(card, PersonCard)
    assert (classed.fields, classed.category, classed.kind) == (("category",), "with-relatives", "veteran-cadre")
    assert (card.category, card.classed_at) == ("with-relatives", town.now)
    lines = (await doors.get(f"{AT}/file", headers=OFFICER)).json()["lines"]
    written = [(line["zh"], line["fact_at"]) for line in lines if line["source"]["id"] == str(ONE)]
    assert sorted(written) == [
        ("登记居住类别：居住类别 亲属同住", "2026-04-30T16:00:00Z"),
        ("类别变更：理由 长女已搬来同住", "2026-04-30T16:00:00Z"),
    ]


def test_a_class_that_is_no_other_is_refused_and_so_is_one_before_the_last() -> None:
    as_before = {"kind": "veteran-cadre", "category": "living-alone", "rank": None}
    with pytest.raises(Refused) as same:
        changes.classify(zhang(), ONE, as_before, a_reason("无"), None, MORNING)

    moved, _ = changes.classify(
        zhang(), ONE, {**as_before, "category": "relocated"}, a_reason("迁居"), date(2026, 5, 10), MORNING
    )
    with pytest.raises(Refused) as earlier:
        changes.classify(moved, OTHER, as_before, a_reason("补记"), date(2026, 5, 9), MORNING)

    assert (same.value.rule, earlier.value.rule) == ("class-as-before", "class-out-of-order")
    assert (earlier.value.field, "2026-05-10" in earlier.value.reason) == ("happened_on", True)


def test_situations_stand_side_by_side_each_until_its_own_end() -> None:
    person, _ = changes.begin_situation(zhang(), ONE, "seriously-ill", date(2026, 5, 9), MORNING)
    person, _ = changes.begin_situation(person, OTHER, "widowed-alone", None, MORNING)
    person, said = changes.end_situation(person, ONE, date(2026, 5, 10), MORNING)

    (left,) = card_of(said).situations
    assert (left.situation, left.since) == ("widowed-alone", MORNING)
    with pytest.raises(Refused, match="situation-unknown"):
        changes.end_situation(person, ONE, None, MORNING)
    with pytest.raises(Refused, match="situation-stands"):
        changes.begin_situation(person, named("third"), "widowed-alone", None, MORNING)


def test_a_situation_ends_on_the_day_it_began_and_not_before() -> None:
    person, _ = changes.begin_situation(zhang(), ONE, "seriously-ill", date(2026, 5, 9), MORNING)

    with pytest.raises(Refused, match="end-before-beginning"):
        changes.end_situation(person, ONE, date(2026, 5, 8), MORNING)
    ended, _ = changes.end_situation(person, ONE, date(2026, 5, 9), MORNING)
    assert ended.situations[ONE].until == datetime(2026, 5, 8, 16, 0, tzinfo=UTC)


def test_the_same_wish_stated_again_takes_the_place_of_the_earlier() -> None:
    person, _ = changes.state_wish(zhang(), Wish(ONE, "hours", None, MORNING), MORNING)
    person, _ = changes.state_wish(person, Wish(OTHER, "hours", None, MORNING), MORNING)
    person, said = changes.state_wish(person, Wish(named("third"), "deaf", None, MORNING), MORNING)
    assert card_of(said).wishes == ("deaf", "hours")

    with pytest.raises(Refused, match="wish-unknown"):
        changes.withdraw_wish(person, ONE, MORNING)
    _, said = changes.withdraw_wish(person, OTHER, MORNING)
    assert card_of(said).wishes == ("deaf",)


def test_an_absence_ends_after_it_begins_and_within_a_year() -> None:
    begins = MORNING + DAY

    for until, rule in ((begins, "end-before-beginning"), (begins + 367 * DAY, "absence-too-long")):
        with pytest.raises(Refused) as refused:
            changes.report_absence(zhang(), ONE, "with-family", begins, until, MORNING)
        assert (refused.value.rule, refused.value.field) == (rule, "until_at")
    away, (said,) = changes.report_absence(zhang(), ONE, "with-family", begins, begins + 9 * DAY, MORNING)
    assert isinstance(said, AbsenceReported) and said.until_at == begins + 9 * DAY
    with pytest.raises(Refused, match="end-before-beginning"):
        changes.end_absence(away, ONE, begins - DAY, a_reason("未成行"), MORNING)
    home, _ = changes.end_absence(away, ONE, begins + 30 * DAY, a_reason("晚归"), begins + 30 * DAY)
    with pytest.raises(Refused, match="absence-unknown"):
        changes.end_absence(home, ONE, begins + 31 * DAY, a_reason("再报"), begins + 31 * DAY)
