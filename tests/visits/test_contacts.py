"""A duty is done by a contact of the party that owes it, strong enough, of a fitting kind, that met the person."""

from typing import Any

import pytest

from contracts.ids import derived
from contracts.refused import Refused
from contracts.registry import CareEnded
from contracts.visits import ContactMade, DutyDone, DutyWaived
from services.visits.domain import ClosedAs, strike, waive
from tests.reasons import a_reason
from tests.visits.town import (
    GREETING,
    MOURNING,
    OTHER_STAY,
    PLACE,
    REPORTING,
    WANG,
    WARD,
    WARD_BY_HALL,
    WEDNESDAY,
    Life,
    admitted,
    after,
    civil,
    contact,
    died,
    duty_id,
    hours,
    life,
    names,
    policy,
    rule,
)
from tests.visits.town import WEEKLY as EVERY_WEEK

VISITED = WEDNESDAY + hours(3)


def test_a_visit_discharges_what_its_party_owed_and_says_so() -> None:
    li = life(WARD)
    li.hears(admitted())
    owed = li.the("ward")

    told = li.records(contact(VISITED))

    made = contact(VISITED)
    assert told == [
        ContactMade(
            contact_id=made.contact_id,
            kind="call-on",
            party="mill",
            role="clerk",
            strength="there",
            outcome="found",
            discharged=(owed.duty_id,),
            made_by=WANG,
            made_at=VISITED,
            recorded_at=VISITED,
            **PLACE,
        ),
        DutyDone(
            duty_id=owed.duty_id,
            rule="ward",
            contact_id=made.contact_id,
            late=False,
            done_at=VISITED,
            **PLACE,
        ),
    ]
    assert (li.the("ward").closed_as, li.the("ward").closed_by_id) == (ClosedAs.DONE, made.contact_id)


def test_the_visit_of_one_party_never_clears_what_another_owes() -> None:
    li = life(WARD, WARD_BY_HALL)
    li.hears(admitted())

    li.records(contact(VISITED, party="hall", role="warden"))

    assert li.owed().keys() == {"ward"}


def test_one_visit_discharges_every_duty_of_its_party_each_recorded() -> None:
    li = life(WARD)
    li.hears(admitted(), admitted(OTHER_STAY))

    told = li.records(contact(VISITED))

    assert li.open() == []
    assert names(told) == ["ContactMade", "DutyDone", "DutyDone"]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"strength": "voice"}, id="weaker"),
        pytest.param({"outcome": "out"}, id="an attempt"),
        pytest.param({"kind": "chore"}, id="something else"),
        pytest.param({"made_at": WEDNESDAY - hours(1)}, id="before the cause"),
    ],
)
def test_what_is_not_what_was_owed_is_kept_and_discharges_nothing(other: dict[str, Any]) -> None:
    li = life(WARD)
    li.hears(admitted())

    told = li.records(contact(VISITED, **other))

    assert names(told) == ["ContactMade"]
    assert len(li.care.contacts) == 1
    assert li.owed().keys() == {"ward"}


@pytest.mark.parametrize("strength", ["there", "voice"])
def test_a_greeting_is_given_by_voice_or_better(strength: str) -> None:
    li = life(GREETING)

    li.records(contact(VISITED, party="street", role="neighbour", strength=strength))

    assert li.open() == []


def test_a_visit_after_we_knew_but_written_of_the_time_before_counts_from_the_admission() -> None:
    li = life(WARD)
    li.hears(admitted(at=WEDNESDAY - hours(5)))

    li.records(contact(VISITED, made_at=WEDNESDAY - hours(1)))

    assert li.open() == []


def test_a_visit_after_the_due_time_is_late() -> None:
    li = life(WARD)
    li.hears(admitted())
    li.wakes(WEDNESDAY + hours(24))

    told = li.records(contact(WEDNESDAY + hours(25)))

    assert [fact.late for fact in told if isinstance(fact, DutyDone)] == [True]


def test_a_visit_in_time_that_is_written_down_late_is_neither_late_nor_missed() -> None:
    li = life(WARD)
    li.hears(admitted())

    told = li.records(contact(WEDNESDAY + hours(30), made_at=VISITED))

    assert names(told) == ["ContactMade", "DutyDone"]
    assert [fact.late for fact in told if isinstance(fact, DutyDone)] == [False]


def test_what_else_is_overdue_at_that_hour_is_missed() -> None:
    li = life(WARD, WARD_BY_HALL)
    li.hears(admitted())

    told = li.records(contact(WEDNESDAY + hours(25), party="hall", role="warden"))

    assert names(told) == ["ContactMade", "DutyDone", "DutyMissed", "DutyEscalated"]


def test_a_greeting_at_the_very_hour_of_the_new_week_greets_for_the_new_week() -> None:
    li = life(GREETING)
    monday = civil("2026-05-18 00:00")

    li.records(contact(monday, party="street", role="neighbour"))

    assert li.open() == []
    assert li.wakes(monday + hours(1)) == []


def test_one_contact_is_recorded_once() -> None:
    li = life(WARD)
    li.hears(admitted())
    li.records(contact(VISITED))
    before = li.care

    told = li.records(contact(VISITED + hours(1), made_at=VISITED))

    assert told == []
    assert li.care is before


def _refusal(li: Life, **other: Any) -> tuple[str, str | None]:
    with pytest.raises(Refused) as refused:
        li.records(contact(VISITED, **other))
    assert refused.value.reason
    return refused.value.rule, refused.value.field


def test_the_same_id_with_other_words_is_refused() -> None:
    li = life(WARD)
    li.records(contact(VISITED))

    assert _refusal(li, outcome="out") == ("contact-recorded-otherwise", "contact_id")


@pytest.mark.parametrize("field", ["party", "role", "kind", "strength", "outcome"])
def test_a_word_that_the_policy_does_not_know_is_refused_by_its_field(field: str) -> None:
    assert _refusal(life(WARD), **{field: "whatever"}) == (f"{field}-unknown", field)


def test_a_role_speaks_for_its_own_party_only() -> None:
    assert _refusal(life(WARD), party="hall") == ("role-of-another-party", "role")


def test_what_has_not_happened_yet_is_refused() -> None:
    assert _refusal(life(WARD), made_at=VISITED + hours(1)) == ("made-in-the-future", "made_at")


def test_a_contact_with_somebody_unknown_is_refused() -> None:
    assert _refusal(life(WARD, heard=())) == ("person-unknown", "person_id")


def test_a_named_person_may_waive_a_duty_with_a_reason() -> None:
    li = life(WARD)
    li.hears(admitted())
    owed = li.the("ward")

    care, told = waive(li.care, owed.duty_id, WANG, "chief", a_reason("家属恳请不要打扰"), VISITED)

    assert told == (
        DutyWaived(
            duty_id=owed.duty_id,
            rule="ward",
            waived_by=WANG,
            reason=a_reason("家属恳请不要打扰"),
            waived_at=VISITED,
            **PLACE,
        ),
    )
    assert care.duties[owed.duty_id].closed_as is ClosedAs.WAIVED


def test_what_was_waived_or_done_does_not_reopen() -> None:
    li = life(WARD, rule("weekly", EVERY_WEEK))
    li.hears(admitted())
    li.care, _ = waive(li.care, li.the("ward").duty_id, WANG, "chief", a_reason("家属恳请不要打扰"), VISITED)
    li.care, _ = waive(li.care, li.the("weekly").duty_id, WANG, "chief", a_reason("家属恳请不要打扰"), VISITED)

    told = li.hears(admitted(), at=VISITED + hours(1))

    assert told == []
    assert li.open() == []


@pytest.mark.parametrize(
    ("which", "refusal"),
    [("nothing", ("duty-unknown", "duty_id")), ("reporting", ("duty-closed", "duty_id"))],
)
def test_a_waiver_names_an_open_duty(which: str, refusal: tuple[str, str]) -> None:
    li = life(WARD, REPORTING)
    li.hears(admitted())
    li.records(contact(VISITED, party="hall", role="warden"))
    id_ = duty_id("nothing") if which == "nothing" else li.the(which).duty_id

    with pytest.raises(Refused) as refused:
        waive(li.care, id_, WANG, "chief", a_reason("家属恳请不要打扰"), VISITED)

    assert (refused.value.rule, refused.value.field) == refusal


def test_who_may_let_a_duty_go_is_said_by_party() -> None:
    li = life(WARD_BY_HALL)
    li.hears(admitted())

    with pytest.raises(Refused) as refused:
        waive(li.care, li.the("ward-by-hall").duty_id, WANG, "chief", a_reason("家属恳请不要打扰"), VISITED)

    assert (refused.value.rule, refused.value.field) == ("not-theirs-to-waive", "duty_id")


def test_a_kind_of_contact_that_the_policy_lists_for_a_duty_fulfils_it() -> None:
    li = life(GREETING)
    li.under(policy(GREETING, version="v1", fulfilled_by={"hello": frozenset({"chore"})}))

    li.records(contact(VISITED, party="street", role="neighbour", kind="chore"))

    assert li.open() == []


def test_that_somebody_has_moved_is_a_fact_that_a_rule_can_wait_for() -> None:
    correct = rule("correct", after("contact-outcome", hours(72), of=frozenset({"gone"})))
    li = life(correct)

    told = li.records(contact(VISITED, 1, outcome="gone", kind="chore", recorded_at=VISITED + hours(1)))

    assert names(told) == ["ContactMade", "DutyOpened"]
    assert (li.owed()["correct"].cause_kind, li.owed()["correct"].due_at) == ("outcome", VISITED + hours(73))


def test_struck_it_never_was_one() -> None:
    li = life(rule("correct", after("contact-outcome", hours(72))))
    li.records(contact(VISITED, 1, outcome="gone"))

    li.care, told = strike(li.care, contact(VISITED, 1).contact_id, WANG, a_reason("记成了别人"), VISITED + hours(1))

    assert (names(list(told)), li.open()) == (["ContactStruck", "DutySuperseded"], [])


def test_who_did_not_reach_them_writes_down_how_it_was() -> None:
    assert _refusal(life(WARD), outcome="out", note=None) == ("note-required", "note")


def test_nobody_is_their_own_witness() -> None:
    assert _refusal(life(WARD), witness=WANG) == ("witness-is-maker", "witness")


def test_who_is_registered_as_dead_is_met_by_nobody() -> None:
    li = life(WARD, MOURNING)
    li.hears(died(), at=WEDNESDAY)

    assert _refusal(li, kind="hello") == ("person-died", "person_id")


def test_the_family_is_visited_and_what_was_done_before_may_still_be_written_down() -> None:
    li = life(WARD, MOURNING)
    li.hears(died(), at=WEDNESDAY)
    before = contact(VISITED, 1, kind="hello", made_at=WEDNESDAY - hours(1))

    told = li.records(before) + li.records(contact(VISITED, 2, party="hall", role="warden"))

    assert names(told) == ["ContactMade", "ContactMade", "DutyDone"]


@pytest.mark.parametrize(
    ("why", "into", "refusal", "said"),
    [
        ("merged", duty_id("the other file"), "person-merged", str(duty_id("the other file"))),
        ("moved-away", None, "person-moved-away", "已迁出"),
        ("enrolled-in-error", None, "care-ended", "已停止服务"),
    ],
)
def test_who_is_no_longer_under_care_is_said_so_and_where_they_are(
    why: str, into: Any, refusal: str, said: str
) -> None:
    li = life(WARD)
    li.hears(CareEnded(end_id=derived("test", "end"), why=why, into=into, ended_at=WEDNESDAY, **PLACE))

    with pytest.raises(Refused) as refused:
        li.records(contact(VISITED))

    assert (refused.value.rule, refused.value.field) == (refusal, "person_id")
    assert said in refused.value.reason


def test_a_duty_of_somebody_unknown_is_let_go_by_nobody() -> None:
    with pytest.raises(Refused) as refused:
        waive(life(WARD, heard=()).care, duty_id("any"), WANG, "chief", a_reason("家属恳请不要打扰"), VISITED)

    assert (refused.value.rule, refused.value.field) == ("person-unknown", "person_id")
