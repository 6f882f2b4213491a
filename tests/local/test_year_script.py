"""The script of a year: the same for ever, nobody in two stories at once, nothing for the dead but what their death brings."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from contracts.ids import PersonId
from deploy.local.actors.making import build, whole
from deploy.local.actors.messages import SHANGHAI
from deploy.local.year import happenings as h
from deploy.local.year.diligence import answers, done_at, rounds
from deploy.local.year.festivals import day_of
from deploy.local.year.script import DAYS, ROUNDS, forgotten, outages, script

CITY = whole()
FIRST = date(2027, 1, 1)
SCRIPT = script(CITY, FIRST, 1)
MONDAY = datetime(2027, 3, 1, tzinfo=SHANGHAI)
WEEK = timedelta(days=7)


def of_each() -> dict[PersonId, list[h.OfPerson]]:
    found = defaultdict(list)
    for happening in SCRIPT:
        if isinstance(happening, h.OfPerson):
            found[happening.person_id].append(happening)
    return found


def test_the_same_seed_tells_the_same_year_and_another_another() -> None:
    assert script(CITY, FIRST, 1) == SCRIPT
    assert script(CITY, FIRST, 2) != SCRIPT


def test_every_kind_of_thing_happens() -> None:
    assert Counter(type(happening) for happening in SCRIPT) == {
        h.Admitted: 266,
        h.Discharged: 246,
        h.AdmissionCancelled: 11,
        h.DiedInHospital: 9,
        h.Died: 17,
        h.DeathRetracted: 3,
        h.FamilyChanged: 17,
        h.InHardship: 22,
        h.Reclassed: 17,
        h.Away: 28,
        h.MovedAway: 3,
        h.Merged: 1,
        h.FestivalVisits: 4,
        h.Typhoon: 1,
        h.Outage: 3,
    }


def test_nothing_befalls_the_dead_and_those_who_have_left() -> None:
    for told in of_each().values():
        dead: UUID | None = None
        for happening in told:
            assert dead is None or (isinstance(happening, h.DeathRetracted) and happening.report_id == dead)
            if isinstance(happening, h.Died):
                dead = happening.report_id
            elif isinstance(happening, h.DeathRetracted):
                dead = None
            elif isinstance(happening, h.DiedInHospital | h.MovedAway):
                dead = PersonId(happening.person_id)


def test_a_stay_ends_before_the_next_begins_and_only_once() -> None:
    for told in of_each().values():
        stays = [e for e in told if isinstance(e, h.Admitted | h.Discharged | h.AdmissionCancelled | h.DiedInHospital)]
        begun = stays[::2]
        assert all(isinstance(e, h.Admitted) for e in begun)
        assert [e.visit for e in begun] == [e.visit for e in stays[1::2]]
        assert [e.at for e in stays] == sorted(e.at for e in stays)


def test_nobody_moves_twice_and_everybody_moves_into_another_class() -> None:
    moves = [happening for happening in SCRIPT if isinstance(happening, h.Reclassed)]

    assert len({move.person_id for move in moves}) == len(moves)
    assert all(move.category != CITY.person[move.person_id].category for move in moves)


def test_the_forgotten_pair_is_relocated_of_one_unit_and_nothing_befalls_them() -> None:
    one, other = forgotten(CITY)

    assert one.unit_id == other.unit_id and {one.category, other.category} == {"relocated"}
    assert CITY.unit[one.unit_id].name == "双塔市党校"
    assert not {one.person_id, other.person_id} & of_each().keys()


def test_nobody_enters_anything_while_everything_stands_still() -> None:
    outside = h.Admitted | h.Discharged | h.AdmissionCancelled | h.Outage | h.Typhoon | h.FestivalVisits
    entered = [happening for happening in SCRIPT if not isinstance(happening, outside)]

    assert [e for e in entered for down in outages(FIRST) if down.at <= e.at < down.until] == []


def test_the_first_outage_lies_over_spring_festival() -> None:
    spring = day_of("spring-festival", 2027)

    assert spring == date(2027, 2, 6)
    assert outages(FIRST)[0].at.date() < spring < outages(FIRST)[0].until.date()


@pytest.mark.parametrize("first", [date(2026, 11, 24), date(2027, 1, 1), date(2028, 2, 29)])
def test_a_year_may_begin_on_any_day(first: date) -> None:
    told = script(CITY, first, 7)

    assert sum(isinstance(happening, h.FestivalVisits) for happening in told) in (3, 4)
    assert min(happening.at for happening in told).date() >= first
    assert all((happening.at.date() - first).days < DAYS + 60 for happening in told)


def test_a_city_without_a_relocated_pair_has_nobody_to_forget() -> None:
    with pytest.raises(ValueError, match="two relocated"):
        forgotten(build(3))


def test_most_duties_are_done_in_time_some_late_and_some_never() -> None:
    duties = [UUID(int=n) for n in range(2000)]
    due = MONDAY + WEEK

    fates = Counter(
        "never" if at is None else "late" if at >= due else "in time"
        for at in (done_at(duty, MONDAY, due, 1) for duty in duties)
    )

    assert fates == {"in time": 1675, "late": 231, "never": 94}
    assert sum(answers(duty, 1) for duty in duties) == fates["in time"]


def test_what_is_done_in_time_is_spread_over_the_window_on_rounds() -> None:
    times = {done_at(UUID(int=n), MONDAY, MONDAY + WEEK, 1) for n in range(500)}
    in_time = {at for at in times if at is not None and at < MONDAY + WEEK}

    assert len(in_time) == 14
    assert {at.time() for at in in_time} == set(ROUNDS)


def test_what_is_due_before_the_next_round_is_done_on_that_round_though_late() -> None:
    opened = MONDAY + timedelta(hours=10)

    diligent = [UUID(int=n) for n in range(9) if answers(UUID(int=n), 1)]
    found = {done_at(duty, opened, opened + timedelta(hours=1), 1) for duty in diligent}

    assert found == {MONDAY + timedelta(hours=15)}


def test_rounds_are_of_the_city_whatever_the_zone_that_is_asked_in() -> None:
    found = rounds(datetime(2027, 3, 1, 1, 0, tzinfo=UTC))

    assert [next(found) for _ in range(3)] == [MONDAY + timedelta(hours=hours) for hours in (9, 15, 33)]
