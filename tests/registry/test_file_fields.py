"""The fields of a file say what is true now: whatever has happened to somebody, they are what the registry itself goes by."""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random
from typing import Any

from bus.decisions import Rejected
from bus.testing import MORNING
from contracts.ids import HolderId, UnitId
from contracts.personal import Personal, SealedIdentity
from contracts.refused import Refused
from services.registry.decisions.changes import class_person, correct_person
from services.registry.decisions.liaisons import assign_liaison, end_liaison
from services.registry.decisions.lineage import follow_unit, transfer_person
from services.registry.decisions.people import enrol
from services.registry.domain import Heir, Officer, Person, Unit
from services.registry.domain.file_fields import OF_LINES, standing, value_of
from services.registry.domain.transfers import Inheritance
from services.registry.requests.changes import ClassPerson, CorrectPerson
from services.registry.requests.liaisons import EndLiaison
from services.registry.requests.lineage import FollowUnit, TransferPerson
from tests.reasons import a_reason
from tests.registry.town import (
    BUREAU,
    CITY,
    COUNTY,
    GRAIN,
    KEYS,
    OFFICES,
    WATER,
    ZHANG,
    appointing,
    assigning,
    enrolling,
    named,
)

UNITS = {
    unit_id: Unit(unit_id, name, "unit", BUREAU, CITY, COUNTY, offices=OFFICES)
    for unit_id, name in ((WATER, "双塔市水利局"), (GRAIN, "双塔市粮食局"))
}
Step = Callable[[Person, Random, int, datetime], Person]


def officer(n: int) -> Officer:
    asked = appointing(WATER, f"员{n}")
    return Officer(asked.holder_id, asked.name, asked.phone)


def is_classed(state: Person, chance: Random, n: int, now: datetime) -> Person:
    """From today on, or from a day that is past: also one before the enrolment."""
    day = chance.choice([None, now.date(), now.date() - timedelta(days=3)])
    category, rank = chance.choice(["relocated", "living-alone"]), chance.choice([None, "county", "bureau"])
    asked = ClassPerson(
        person_id=ZHANG, change_id=named("change", n), kind="veteran-cadre", category=category, rank=rank, reason=a_reason("核实"),
        happened_on=day,
    )  # fmt: skip
    return class_person(state, asked, now).state


def is_corrected(state: Person, chance: Random, n: int, now: datetime) -> Person:
    name = KEYS.seal(SealedIdentity, f"张{n}测", kind="name", person=ZHANG)
    asked = CorrectPerson(
        person_id=ZHANG, correction_id=named("correction", n), fields=("name", "rank", "political_status"), name=name,
        rank=f"rank-{n}", political_status=chance.choice([None, "cpc-member"]),
        name_index=named("index", n), reason=a_reason("登记有误"), since=chance.choice([None, now]),
    )  # fmt: skip
    return correct_person(state, asked, now).state


def has_a_liaison(state: Person, chance: Random, n: int, now: datetime) -> Person:
    return assign_liaison(state, assigning(ZHANG, f"员{n}"), now).state


def loses_the_liaison(state: Person, chance: Random, n: int, now: datetime) -> Person:
    held = state.liaison.liaison_id if state.liaison is not None else HolderId(named("nobody"))
    successor = chance.choice([None, officer(n)])
    asked = EndLiaison(
        person_id=ZHANG, ending_id=named("ending", n), liaison_id=held, reason=a_reason("调离"), successor=successor
    )
    return end_liaison(state, asked, now).state


def _elsewhere(state: Person) -> UnitId:
    return GRAIN if state.unit_id == WATER else WATER


def is_transferred(state: Person, chance: Random, n: int, now: datetime) -> Person:
    asked = TransferPerson(
        person_id=ZHANG, transfer_id=named("transfer", n), unit_id=_elsewhere(state), county=COUNTY, reason=a_reason("调动"),
        liaison=officer(n),
    )  # fmt: skip
    return transfer_person(state, asked, now).state


def follows_a_merger(state: Person, chance: Random, n: int, now: datetime) -> Person:
    """With the liaison who moves along, with another, or with nobody."""
    assert state.unit_id is not None
    along = (state.liaison.liaison_id,) if state.liaison is not None else ()
    heir = Heir(_elsewhere(state), COUNTY, *chance.choice([(along, None), ((), officer(n)), ((), None)]))
    inheritance = Inheritance(state.unit_id, named("lineage", n), "merged", None, (heir,))
    return follow_unit(state, FollowUnit(lineage_id=named("lineage", n), inheritance=inheritance), now).state


STEPS: tuple[Step, ...] = (
    is_classed, is_corrected, has_a_liaison, loses_the_liaison, is_transferred, follows_a_merger,
)  # fmt: skip


def plain(value: Any) -> Any:
    """As a line holds it."""
    return json.loads(json.dumps(value, default=lambda v: v.token if isinstance(v, Personal) else str(v)))


def known(person: Person) -> dict[str, Any]:
    """What the registry goes by."""
    liaison = person.liaison.name if person.liaison is not None else None
    values = {name: liaison if name == "liaison" else getattr(person, name) for name in OF_LINES.values()}
    return {name: plain(value) for name, value in values.items() if value is not None}


def shown(person: Person) -> dict[str, Any]:
    held = standing(person.lines.values()).items()
    told = {name: value_of(name, line.what, json.loads(line.value)) for name, line in held}
    return {name: value for name, value in told.items() if value is not None}


def test_after_any_story_each_field_is_what_the_registry_goes_by() -> None:
    for seed in range(300):
        chance, now = Random(seed), MORNING
        person = enrol(Person(ZHANG, units=UNITS, offices=OFFICES), enrolling(), now).state
        for n in range(chance.randint(1, 7)):
            now += timedelta(hours=chance.choice([1, 30]))
            with suppress(Refused, Rejected):
                person = chance.choice(STEPS)(person, chance, n, now)
        assert shown(person) == known(person), seed
