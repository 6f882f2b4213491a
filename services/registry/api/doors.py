"""What all doors share: how far the token of a caller reaches, the city's words, and the hour."""

from asyncio import gather
from collections.abc import Iterable
from typing import Annotated
from uuid import UUID

from fastapi import Depends
from fastapi import Request as HttpRequest

from bus.api import WHO_ASKS, Decide, Problem
from bus.decisions import Bounds, Caller
from bus.pack import Words
from bus.sealed import KeyRing
from contracts.ids import PersonId, derived
from services.registry.bodies.codes import Code
from services.registry.bodies.fields import HOUR
from services.registry.reading import hour, places, reading
from services.registry.reading.openings import with_merged
from services.registry.reading.places import Place
from services.registry.requests.openings import OpenFiles

AT_ONCE = 10_000
"""So many people one opening names: what is asked goes to Kafka, too."""


async def know_the_hour(http: HttpRequest) -> None:
    """Dates are judged by the service's own clock, which the bodies read from here."""
    async with reading(http.app.state.database) as tables:
        HOUR.set(await hour(tables))


Hour = Annotated[None, Depends(know_the_hour)]


class Open:
    """Whatever a door shows of people is written down first: who reads, in which role, of whom, what, and what for."""

    def __init__(self, http: HttpRequest, decide: Decide, _: Hour, purpose: Code = "unsaid") -> None:
        self._database, self._decide, self._purpose = http.app.state.database, decide, purpose

    async def __call__(self, caller: Caller, what: str, people: Iterable[UUID]) -> None:
        async with reading(self._database) as tables:
            of = await with_merged(tables, people)
        await gather(*(self._open(caller, what, of[at : at + AT_ONCE]) for at in range(0, len(of), AT_ONCE)))

    async def _open(self, caller: Caller, what: str, people: list[PersonId]) -> None:
        said = (caller.model_dump_json(), what, self._purpose, HOUR.get().isoformat())
        opening_id = derived("opening", *said, *people)
        asked = OpenFiles(opening_id=opening_id, people=tuple(people), what=what, purpose=self._purpose)
        await self._decide(asked, caller)


Opens = Annotated[Open, Depends(Open)]


def keys_of(http: HttpRequest) -> KeyRing:
    keys: KeyRing = http.app.state.keys
    return keys


def words_of(http: HttpRequest) -> Words:
    words: Words = http.app.state.words
    return words


def reads_health(http: HttpRequest, caller: Caller) -> bool:
    return "read-health" in words_of(http).roles[caller.role].may


def in_scope(caller: Caller, place: Place, field: str) -> None:
    if not caller.acts_in(place.county, place.unit_id, held=place.held):
        raise Problem(403, "无权限", caller.beyond, rule="out-of-reach", field=field)


async def reach_unit(http: HttpRequest, caller: Caller, unit_id: UUID) -> Place:
    place = await _unit(http, unit_id, "unit_id")
    in_scope(caller, place, "unit_id")
    return place


async def _unit(http: HttpRequest, unit_id: UUID, field: str) -> Place:
    async with reading(http.app.state.database) as tables:
        place = await places.place_of_unit(tables, unit_id)
    if place is None:
        raise Problem(404, "没有这一项", "没有这个单位", rule="unit-unknown", field=field)
    return place


async def refuse_ended(http: HttpRequest, unit_id: UUID, field: str) -> None:
    """A unit that has ended answers for nobody; what it became is said."""
    async with reading(http.app.state.database) as tables:
        place = await places.place_of_unit(tables, unit_id)
    if place is not None and place.ended is not None:
        raise Problem(422, "不符合规定", place.ended, rule="unit-ended", field=field)


async def reach_person(http: HttpRequest, caller: Caller, person_id: UUID, field: str = "person_id") -> None:
    """`field` is what the door calls them."""
    async with reading(http.app.state.database) as tables:
        place = await places.place_of_person(tables, person_id)
    if place is None:
        raise Problem(404, "没有这一项", "没有这个人", rule="person-unknown", field=field)
    in_scope(caller, place, field)


def county_of(caller: Caller) -> str | None:
    """The county that the caller reaches, None = the whole city; what concerns one is nothing for whoever reaches a unit."""
    if caller.reach != "county":
        detail = "此角色只及本单位或本人联系的人，不能办理全县（市、区）的事项"
        raise Problem(403, "无权限", detail, rule="out-of-reach", field=WHO_ASKS)
    return caller.county


async def within_reach(http: HttpRequest, caller: Caller, unit: UUID | None) -> Bounds:
    """Whom a list may show this caller: of this unit alone, if it is named. Without a unit a token of units shows nobody.

    Whoever is named for people may ask for those of any unit, and is shown their own.
    """
    within = caller.bounds
    if unit is None:
        return within
    place = await _unit(http, unit, "unit")
    if within.held is None:
        in_scope(caller, place, "unit")
    return within._replace(unit=unit)
