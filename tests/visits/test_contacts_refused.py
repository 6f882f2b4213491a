"""A contact that cannot have been is refused by its field, and names why: a word, a role, an hour, a person."""

from typing import Any

import pytest

from contracts.ids import derived
from contracts.refused import Refused
from contracts.registry import CareEnded
from tests.visits.test_contacts import VISITED
from tests.visits.town import MOURNING, PLACE, WANG, WARD, WEDNESDAY, Life, contact, died, duty_id, hours, life, names


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
