"""How far a token reaches: a unit's people, a county's, or those on whose card its bearer is named in that role."""

from uuid import UUID

import pytest

from bus.decisions import NOBODY, Bounds, Caller

YE, WU = UUID(int=1), UUID(int=2)
MILL, BANK = UUID(int=8), UUID(int=9)
HELD = {"group-officer": (YE,), "volunteer": (WU, YE)}


@pytest.mark.parametrize(
    ("caller", "reached", "bounds"),
    [
        (Caller(person="1", role="clerk", unit=MILL), True, Bounds(unit=MILL)),
        (Caller(person="1", role="clerk", unit=BANK), False, Bounds(unit=BANK)),
        (Caller(person="1", role="clerk"), False, Bounds(unit=NOBODY)),
        (Caller(person="1", role="chief", reach="county"), True, Bounds()),
        (Caller(person="1", role="chief", reach="county", county="north"), True, Bounds(county="north")),
        (Caller(person="1", role="chief", reach="county", county="south"), False, Bounds(county="south")),
        (
            Caller(person=str(YE), role="volunteer", reach="named"),
            True,
            Bounds(held=f'{{"volunteer": ["{YE}"]}}'),
        ),
        (
            Caller(person=str(WU), role="group-officer", unit=MILL, reach="named"),
            False,
            Bounds(held=f'{{"group-officer": ["{WU}"]}}'),
        ),
        (Caller(person="1", role="volunteer", reach="named"), False, Bounds(held='{"volunteer": ["None"]}')),
    ],
)
def test_reach(caller: Caller, reached: bool, bounds: Bounds) -> None:
    assert caller.acts_in("north", MILL, held=HELD) is reached
    assert caller.bounds == bounds


def test_nobody_is_named_for_whom_no_card_was_heard_of() -> None:
    assert not Caller(person=str(YE), role="volunteer", reach="named").acts_in("north", MILL)
