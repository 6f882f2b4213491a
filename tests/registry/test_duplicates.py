"""Files that may be one person's are proposed, looked at by somebody named, merged or told apart; a merge is undone exactly."""

import httpx
import pytest

from bus.testing import MORNING, ByHand, bearer
from contracts.ids import PersonId, UnitId
from contracts.registry import CareEnded, CareResumed, FilesMerged, FilesParted, PersonCard
from services.registry.domain import Person, merging
from services.registry.requests.duplicates import MergeFile
from tests.reasons import a_reason
from tests.registry.happenings import admitted, dead, not_dead
from tests.registry.town import CITY, GRAIN, KEYS, LI, OFFICES, ZHANG, enrolling, named, resident_id, settled
from tests.registry.two_files import DAY, MERGE, OFFICER, ask, look, proposed, two

__all__ = ["two"]


async def test_a_merged_file_ends_into_the_other_which_shows_the_lines_of_both(
    town: ByHand, two: httpx.AsyncClient
) -> None:
    before = await look(two, ZHANG)

    assert await ask(two, f"{LI}/merge", merge_id=str(MERGE), into=str(ZHANG), reason="同一人") == (201, "")
    said = await settled(town)

    assert [type(event) for event in said] == [CareEnded, PersonCard, FilesMerged]
    card = said[1]
    assert isinstance(card, PersonCard) and card.care_ended
    assert (card.person_id, card.care_ended.why, card.care_ended.into) == (LI, "merged", ZHANG)
    after = await look(two, ZHANG)
    assert {field: value for field, value, _ in after["fields"]} == {
        **{field: value for field, value, _ in before["fields"]}, "family": "与女儿同住"
    }  # fmt: skip
    of_other = {line["what"] for line in after["lines"] if line["merged_from"] == str(LI)}
    assert {"person.name", "person.resident-id", "field.recorded"} <= of_other
    assert await proposed(two) == []
    assert await ask(two, f"{LI}/hardships", hardship_id=str(named("h")), hardship="illness") == (409, "person_id")
    assert await ask(two, f"{LI}/deaths", report_id=str(named("r")), source="unit") == (409, "person_id")


async def test_a_merge_that_is_undone_leaves_both_exactly_as_they_were(town: ByHand, two: httpx.AsyncClient) -> None:
    before = [await look(two, person_id) for person_id in (ZHANG, LI)]
    await ask(two, f"{LI}/merge", merge_id=str(MERGE), into=str(ZHANG), reason="同一人")
    await settled(town, DAY)

    assert await ask(two, f"{LI}/merges/{MERGE}/undoing", reason="两个人") == (201, "")
    said = await settled(town, DAY)

    assert [type(event) for event in said if not isinstance(event, PersonCard)] == [CareResumed, FilesParted]
    assert [await look(two, person_id) for person_id in (ZHANG, LI)] == before
    person: Person = await town.state(Person, LI)
    assert person.care_end is None
    assert len(await proposed(two)) == 1
    assert await town.differences() == []


async def test_what_was_known_before_the_merge_is_still_known_so(town: ByHand, two: httpx.AsyncClient) -> None:
    town.now += DAY
    await town.stand()
    await ask(two, f"{LI}/merge", merge_id=str(MERGE), into=str(ZHANG), reason="同一人")

    async def family(**look: str) -> list[str]:
        file = (await two.get(f"/people/{ZHANG}/file", params=look, headers=OFFICER)).json()
        return [field["value"] for field in file["fields"] if field["field"] == "family"]

    assert (await family(known_at="2026-05-12"), await family()) == ([], ["与女儿同住"])
    town.now += DAY
    await town.stand()
    await ask(two, f"{LI}/merges/{MERGE}/undoing", reason="两个人")
    assert (await family(known_at="2026-05-13"), await family()) == (["与女儿同住"], [])


async def test_a_death_reported_of_the_merged_file_is_told_to_the_other_and_taken_back_with_the_merge(
    town: ByHand, two: httpx.AsyncClient
) -> None:
    """A hospital knows the number of the merged file: the person must not be greeted under the other."""
    await ask(two, f"{ZHANG}/merge", merge_id=str(MERGE), into=str(LI), reason="同一人")
    await settled(town)

    async def is_dead() -> bool:
        person: Person = await town.state(Person, LI)
        return person.dead

    await town.hears(dead())
    await settled(town)
    assert await is_dead()
    await town.hears(not_dead())
    await settled(town)
    assert not await is_dead()
    await town.hears(dead(None))
    await settled(town)
    assert await is_dead()
    await ask(two, f"{ZHANG}/merges/{MERGE}/undoing", reason="两个人")
    await settled(town)
    assert not await is_dead()
    assert await town.differences() == []


async def test_what_is_heard_of_the_merged_file_is_read_in_the_other(town: ByHand, two: httpx.AsyncClient) -> None:
    await ask(two, f"{ZHANG}/merge", merge_id=str(MERGE), into=str(LI), reason="同一人")
    await town.hears(admitted(ZHANG))

    assert "stay.admitted" in {line["what"] for line in (await look(two, LI))["lines"]}


@pytest.mark.parametrize("first", [ZHANG, LI])
async def test_of_two_who_are_merged_into_each_other_at_once_one_goes_on(
    town: ByHand, two: httpx.AsyncClient, first: PersonId
) -> None:
    """Neither door saw the other's merge: the merge with the smaller id stands, in whichever order they are heard of."""
    merges = {ZHANG: named("merge", ZHANG), LI: named("merge", LI)}
    ended = min(merges, key=lambda one: merges[one])
    for one in (first, LI if first == ZHANG else ZHANG):
        other = LI if one == ZHANG else ZHANG
        await town.asked(MergeFile(person_id=one, merge_id=merges[one], into=other, reason=a_reason("同一人")))
    said = await settled(town)

    ends = {one: (await town.state(Person, one)).care_end for one in (ZHANG, LI)}
    assert [type(event) for event in said if isinstance(event, CareResumed | FilesMerged)] == [CareResumed, FilesMerged]
    assert {one for one, end in ends.items() if end is not None} == {ended}
    assert await town.differences() == []


async def test_who_took_the_other_in_and_is_taken_in_by_it_parts_from_it_first(
    town: ByHand, two: httpx.AsyncClient
) -> None:
    """The door saw the other under care, and it was merged into this one and taken in before this merge was decided."""
    first, then = sorted([named("merge", 1), named("merge", 2)])
    await town.asked(MergeFile(person_id=LI, merge_id=then, into=ZHANG, reason=a_reason("同一人")))
    await settled(town)
    await town.asked(MergeFile(person_id=ZHANG, merge_id=first, into=LI, reason=a_reason("同一人")))
    said = await settled(town)

    zhang, li = await town.state(Person, ZHANG), await town.state(Person, LI)
    assert [(event.person_id, event.merge_id) for event in said if isinstance(event, FilesParted)] == [(ZHANG, then)]
    assert (zhang.care_end.into, li.care_end) == (LI, None)
    assert (zhang.taken, li.taken) == ({}, {first: ZHANG})
    assert await town.differences() == []


async def test_a_death_of_a_file_that_was_refused_meanwhile_is_nobody_else_s(
    town: ByHand, two: httpx.AsyncClient
) -> None:
    """A into B, and in the same moment B into C; the hospital tells of A's death before B was asked to take A in."""
    wang = PersonId(named("person", "王五验"))
    await town.asked(enrolling(wang, "王五验", resident_id(serial=7), unit_id=GRAIN))
    await town.asked(MergeFile(person_id=ZHANG, merge_id=named("m", 1), into=LI, reason=a_reason("同一人")))
    await town.asked(MergeFile(person_id=LI, merge_id=named("m", 2), into=wang, reason=a_reason("同一人")))
    await town.hears(dead())
    await settled(town)

    states = [await town.state(Person, each) for each in (ZHANG, LI, wang)]
    assert [state.dead for state in states] == [True, False, False]
    assert await town.differences() == []


async def test_a_living_and_a_dead_file_are_not_merged_nor_one_into_itself_or_one_that_has_ended(
    town: ByHand, two: httpx.AsyncClient
) -> None:
    words = {"merge_id": str(MERGE), "reason": "同一人"}

    assert await ask(two, f"{LI}/merge", into=str(LI), **words) == (422, "into")
    assert await ask(two, f"{LI}/merge", into=str(named("nobody")), **words) == (404, "into")
    await ask(two, f"{ZHANG}/deaths", report_id=str(named("r")), source="unit")
    assert await ask(two, f"{LI}/merge", into=str(ZHANG), **words) == (409, "into")
    await town.asked(MergeFile(person_id=LI, merge_id=MERGE, into=ZHANG, reason=a_reason("门未看见")))
    await settled(town)
    person: Person = await town.state(Person, LI)
    assert person.care_end is None
    await ask(two, f"{ZHANG}/care-ends", end_id=str(named("e")), why="ended")
    assert await ask(two, f"{LI}/merge", into=str(ZHANG), **{**words, "merge_id": str(named("m"))}) == (422, "into")
    assert await ask(two, f"{LI}/merges/{named('never')}/undoing", reason="无") == (422, "merge_id")


def test_a_withdrawal_that_overtakes_its_report_keeps_it_from_counting() -> None:
    """Two fan-outs are worked off side by side: the withdrawn death must not stand in the end."""
    report = merging.DeathNews(named("report"), "hospital:双塔市第一医院", None, stands=True)
    withdrawn = merging.DeathNews(report.report_id, report.source, None, stands=False)

    person, said = merging.hear_of_death(Person(ZHANG, offices=OFFICES), LI, withdrawn, MORNING)
    assert (merging.hear_of_death(person, LI, report, MORNING), said, person.dead) == ((person, ()), (), False)


async def test_a_merge_into_a_file_of_another_county_is_undone_by_whoever_reaches_both(
    two: httpx.AsyncClient, town: ByHand
) -> None:
    """It takes lines, and deaths that it told on, away from the other file, too."""
    north, elsewhere = named("unit of north"), named("somebody of north")
    citys = bearer(KEYS, "bureau-officer")
    unit = {"unit_id": str(north), "name": "北县粮食局", "party": "unit", "city": CITY, "county": "北县"}
    assert (await two.post("/units", json={**unit, "reports_to": None}, headers=citys)).status_code == 201
    number = resident_id(serial=7)
    there = enrolling(PersonId(elsewhere), "北县某人", number, UnitId(north), None, "+8619900000777")
    await town.asked(there.model_copy(update={"county": "北县"}))
    merging_ = {"merge_id": str(MERGE), "into": str(elsewhere), "reason": "同一人两份档案"}
    merged = await two.post(f"/people/{LI}/merge", json=merging_, headers=citys)
    await settled(town)
    undoing = f"/people/{LI}/merges/{MERGE}/undoing"

    by_county = await two.post(undoing, json={"reason": "两个人"}, headers=OFFICER)
    still: Person = await town.state(Person, LI)
    by_city = await two.post(undoing, json={"reason": "两个人"}, headers=citys)

    assert (merged.status_code, by_county.status_code, by_city.status_code) == (201, 403, 201)
    assert by_county.json()["detail"] == "不在此令牌的县（市、区）之内"
    assert still.care_end is not None
