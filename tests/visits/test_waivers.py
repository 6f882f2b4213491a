"""A named person lets a duty go with a reason; it does not come back, and says which party's it was."""

import pytest

from contracts.refused import Refused
from contracts.visits import DutyWaived
from services.visits.domain import ClosedAs, waive
from tests.reasons import a_reason
from tests.visits.test_contacts import VISITED
from tests.visits.town import (
    PLACE,
    REPORTING,
    WANG,
    WARD,
    WARD_BY_HALL,
    admitted,
    contact,
    duty_id,
    hours,
    life,
    rule,
)
from tests.visits.town import WEEKLY as EVERY_WEEK


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


def test_a_duty_of_somebody_unknown_is_let_go_by_nobody() -> None:
    with pytest.raises(Refused) as refused:
        waive(life(WARD, heard=()).care, duty_id("any"), WANG, "chief", a_reason("家属恳请不要打扰"), VISITED)

    assert (refused.value.rule, refused.value.field) == ("person-unknown", "person_id")
