"""Files that may be one person's are proposed with the reason, until somebody named has told them apart."""

from datetime import date

import httpx

from bus.testing import ByHand, bearer
from contracts.ids import PersonId
from tests.registry.town import KEYS, LI, ZHANG, ZHANG_PHONE, enrolling, named, resident_id
from tests.registry.two_files import ask, misread, proposed, two

__all__ = ["two"]


async def test_those_who_may_be_one_are_proposed_with_the_reason(town: ByHand, doors: httpx.AsyncClient) -> None:
    number = resident_id()
    others = {
        "number": enrolling(PersonId(named("n")), "章三测", misread(number), phone="+8619900000001"),
        "birth": enrolling(PersonId(named("b")), "张三测", resident_id(serial=27), phone="+8619900000002"),
        "phone": enrolling(PersonId(named("p")), "张三测", resident_id(date(1940, 1, 1)), phone=ZHANG_PHONE),
        "nobody": enrolling(PersonId(named("x")), "赵六试", resident_id(date(1955, 3, 3)), phone=ZHANG_PHONE),
    }
    await town.asked(enrolling())
    for other in others.values():
        await town.asked(other)

    found = {frozenset(pair): because for pair, because in await proposed(doors)}

    expected = {"number": "number-one-place-apart", "birth": "same-name-and-birth", "phone": "same-phone-and-name"}
    assert found == {frozenset({str(ZHANG), str(others[n].person_id)}): [because] for n, because in expected.items()}
    assert await proposed(doors, bearer(KEYS, "bureau-officer", county="西区")) == []


async def test_who_was_told_apart_is_never_proposed_again(two: httpx.AsyncClient) -> None:
    assert len(await proposed(two)) == 1
    words = {"distinction_id": str(named("d")), "reason": "同名同日出生"}

    assert await ask(two, f"{LI}/told-apart", other_id=str(LI), **words) == (422, "other_id")
    assert await ask(two, f"{LI}/told-apart", other_id=str(ZHANG), **words) == (201, "")
    assert await proposed(two) == []


async def test_who_was_corrected_is_proposed_by_what_they_are_and_not_by_what_they_were(
    town: ByHand, doors: httpx.AsyncClient
) -> None:
    await town.asked(enrolling())
    await town.asked(enrolling(LI, "章三测", misread(resident_id()), phone="+8619900000001"))
    assert len(await proposed(doors)) == 1

    await ask(
        doors,
        f"{LI}/corrections",
        correction_id=str(named("c")),
        resident_id=resident_id(date(1930, 3, 3)),
        reason="错",
    )

    assert await proposed(doors) == []
