"""How states come from their tables and go back: quickly, and no otherwise than slowly."""

from dataclasses import FrozenInstanceError, replace

import pytest

from bus.columns import Columns
from bus.selecting import Select
from bus.store import Kept
from bus.testing import MORNING
from tests.bus.people import NOON, ZHANG, stay
from tests.bus.watch import Stay, Watch, stays, watch

FIRST = stay("first")


def test_what_was_read_is_equal_to_what_was_made_and_as_frozen() -> None:
    read = Columns(Stay, stays).make(FIRST, "第一医院", NOON, False)

    assert (read, type(read)) == (Stay(FIRST, "第一医院", NOON), Stay)
    with pytest.raises(FrozenInstanceError):
        read.ended = True


def test_of_a_state_that_only_rests_nothing_is_written_but_what_the_bus_keeps() -> None:
    rested, noted = a_watch(known=True), a_watch(known=True)
    noted.after = replace(noted.after, notes=("电话已打",))

    assert [write.sql for write in watch.kept_in.writes([rested])] == [watch.kept_in.of_bus]
    assert [write.sql for write in watch.kept_in.writes([rested, noted])] == [
        watch.kept_in.of_bus,
        watch.kept_in.update,
    ]


def test_of_a_state_that_was_just_made_everything_is_written() -> None:
    """Its columns are empty, and whoever reads them by SQL would not find the defaults."""
    made = a_watch(known=False)
    made.after = replace(made.after, stays={FIRST: Stay(FIRST, "第一医院")})

    root, *_ = watch.kept_in.writes([made])

    assert root.sql == watch.kept_in.update


def test_columns_of_one_type_share_a_place() -> None:
    """A row that is mostly empty would cost as much as a full one."""
    of_roots = [("a", "UUID"), ("b", "TEXT")], "FROM roots"
    of_children = [("c", "TEXT"), ("d", "TEXT"), ("e", "UUID")], "FROM children"

    select = Select.of([("children", iter)], [of_roots, of_children])

    assert select.sql == "SELECT 0, a, b, NULL::TEXT FROM roots UNION ALL SELECT 1, e, c, d FROM children"
    assert select.picks[1]([1, "e", "c", "d"]) == ("c", "d", "e")


def a_watch(*, known: bool) -> Kept[Watch]:
    return Kept(ZHANG, Watch(ZHANG), MORNING if known else None, None, 0, 0, None, MORNING)
