"""What each row of a roster means beside what is known: somebody new, somebody known, or a fault that is told. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from functools import cached_property
from typing import Any
from uuid import UUID

from services.registry.roster import words
from services.registry.roster.headings import squeezed
from services.registry.roster.rows import Draft, Said
from services.registry.words.care import CARE_ENDED

CUT = "000"
MOST_NAMES_COMPARED = 200
"""For so many unknown names the nearest are looked for: a roster of another city has thousands."""


class Meaning(StrEnum):
    NEW = "new"
    UNCHANGED = "unchanged"
    DIFFERS = "differs"
    """Known, and something is written otherwise: told, never overwritten."""
    FAULTY = "faulty"


@dataclass(frozen=True, slots=True)
class KnownUnit:
    unit_id: UUID
    name: str
    city: str
    county: str
    is_community: bool
    ended: str | None = None
    """When, and what it became, in words."""

    @property
    def place(self) -> str:
        return self.city + self.county


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """As enrolled, with what was corrected since. `shown` holds what a roster may write otherwise, by field."""

    person_id: UUID
    city: str
    county: str
    unit_id: UUID
    shown: Mapping[str, Any]
    dead: bool = False
    care_ended: str | None = None


@dataclass(frozen=True)
class Known:
    """What the registry knows of everything that a roster names."""

    units: Sequence[KnownUnit] = ()
    people: Mapping[str, KnownPerson] = field(default_factory=dict)
    """By resident ID."""
    corrected: frozenset[str] = frozenset()
    """Resident IDs under which somebody was enrolled from a roster who has another one now."""
    reaches: Callable[[str, UUID | None], bool] = lambda county, unit: True
    """Whether the caller acts in this county, for this unit."""
    confirmed: frozenset[int] = frozenset()
    """Rows of which somebody has said that the resident ID stands so on the original."""
    survivor: str | None = None
    """The kind of person that somebody enrolled because of a death is; None = nobody is, in this city."""

    @cached_property
    def by_name(self) -> Mapping[tuple[bool, str], list[KnownUnit]]:
        found: dict[tuple[bool, str], list[KnownUnit]] = defaultdict(list)
        for unit in self.units:
            found[unit.is_community, squeezed(unit.name)].append(unit)
        return found

    @cached_property
    def near(self) -> dict[tuple[bool, str], list[str]]:
        """The nearest names of those that were looked for so far."""
        return {}


@dataclass(frozen=True, slots=True)
class Judged:
    """One row, and what it means."""

    draft: Draft
    meaning: Meaning
    faults: tuple[Said, ...] = ()
    differs: tuple[Said, ...] = ()
    person: KnownPerson | None = None
    unit: KnownUnit | None = None
    community: KnownUnit | None = None
    deceased: KnownPerson | None = None

    @property
    def row(self) -> int:
        return self.draft.row


Fault = tuple[str, str]
"""A field, and what is wrong with it."""


def judge(draft: Draft, known: Known) -> Judged:
    """Everything that is wrong is told at once, also of a row that could not be read in part."""
    given = draft.given
    unit, wrong_unit = _unit("unit", draft, known, is_community=False)
    community, wrong_community = _unit("community", draft, known, is_community=True)
    person = known.people.get(given.get("resident_id", ""))
    deceased = known.people.get(given.get("deceased", ""))
    found = [
        *wrong_unit,
        *wrong_community,
        *_apart(unit, community),
        *_reached(given, unit, known),
        *_doubted(draft, person, known),
        *_person(given, person, unit, known),
        *_deceased(given, deceased, known),
    ]
    faults = (*draft.faults, *(draft.said(field, says) for field, says in found))
    if faults:
        return Judged(draft, Meaning.FAULTY, faults, person=person)
    if person is None:
        return Judged(draft, Meaning.NEW, unit=unit, community=community, deceased=deceased)
    differs = tuple(draft.said(field, words.DIFFERS) for field in _differing(given, person, unit, community, deceased))
    return Judged(draft, Meaning.DIFFERS if differs else Meaning.UNCHANGED, differs=differs, person=person)


def _unit(
    field: str, draft: Draft, known: Known, *, is_community: bool
) -> tuple[KnownUnit | None, list[Fault]]:  # fmt: skip
    """The one standing unit of that name, in the city and county that are written; two are never chosen between."""
    written = draft.given.get(field)
    if written is None:
        return None, []
    named = known.by_name.get((is_community, squeezed(written)), [])
    if not named:
        return None, [(field, _nobody(is_community, squeezed(written), known))]
    here = [unit for unit in named if _fits(unit, draft.given, county=not is_community)]
    if not here:
        return None, [(field, words.UNIT_ELSEWHERE.format(place="、".join(unit.place for unit in named)))]
    standing = [unit for unit in here if unit.ended is None]
    if len(standing) > 1:
        return None, [(field, words.SAME_NAMES.format(places="、".join(unit.place for unit in standing)))]
    return (standing[0], []) if standing else (None, [(field, str(here[0].ended))])


def _fits(unit: KnownUnit, given: Mapping[str, Any], *, county: bool) -> bool:
    """The county is the person's: it tells units of one name apart, and their community's may be another."""
    same_city = given.get("city") in (None, squeezed(unit.city))
    return same_city and (not county or given.get("county") in (None, squeezed(unit.county)))


def _nobody(is_community: bool, name: str, known: Known) -> str:
    says = words.NO_COMMUNITY if is_community else words.NO_UNIT
    near = known.near.get((is_community, name))
    if near is None and len(known.near) < MOST_NAMES_COMPARED:
        standing = {n: us[0].name for (c, n), us in known.by_name.items() if c is is_community and us[0].ended is None}
        part = [other for other in standing if name in other or other in name]
        near = [standing[found] for found in dict.fromkeys([*part, *get_close_matches(name, standing, cutoff=0.4)])][:3]
        known.near[is_community, name] = near
    return says + (words.NEAREST.format(names="、".join(near)) if near else "")


def _apart(unit: KnownUnit | None, community: KnownUnit | None) -> Iterator[Fault]:
    if unit is not None and community is not None and unit.city != community.city:
        yield "community", words.OTHER_CITY


def _reached(given: Mapping[str, Any], unit: KnownUnit | None, known: Known) -> Iterator[Fault]:
    if unit is not None and not known.reaches(unit.county, unit.unit_id):
        yield "unit", words.OUT_OF_REACH.format(place=unit.place)


def _doubted(draft: Draft, person: KnownPerson | None, known: Known) -> Iterator[Fault]:
    """A spreadsheet keeps fifteen digits and writes 000 for the rest, and of eleven such numbers one has a fitting check digit."""
    if draft.given.get("resident_id", "").endswith(CUT) and person is None and draft.row not in known.confirmed:
        yield "resident_id", words.ZEROS_FIT


def _person(
    given: Mapping[str, Any], person: KnownPerson | None, unit: KnownUnit | None, known: Known
) -> Iterator[Fault]:
    """Somebody in another city, out of reach, merged, gone or dead is said to be so, and nothing more is told of them."""
    if person is None:
        if given.get("resident_id") in known.corrected:
            yield "resident_id", words.CORRECTED
        return
    elsewhere = unit is not None and unit.city != person.city
    if elsewhere or not known.reaches(person.county, person.unit_id):
        yield "resident_id", words.ELSEWHERE.format(place=person.city + person.county)
    elif person.care_ended is not None:
        yield "resident_id", CARE_ENDED.get(person.care_ended, CARE_ENDED["ended"])
    elif person.dead:
        yield "resident_id", words.DEAD


def _deceased(given: Mapping[str, Any], deceased: KnownPerson | None, known: Known) -> Iterator[Fault]:
    if "deceased" not in given:
        return
    if deceased is None or not known.reaches(deceased.county, deceased.unit_id):
        yield "deceased", words.NO_DECEASED
        return
    if not deceased.dead:
        yield "deceased", words.NOT_DEAD
    if given.get("kind", known.survivor) != known.survivor:
        yield "deceased", words.NO_SURVIVOR


def _differing(
    given: Mapping[str, Any],
    person: KnownPerson,
    unit: KnownUnit | None,
    community: KnownUnit | None,
    deceased: KnownPerson | None,
) -> Iterator[str]:
    """Only what is written is compared: an empty cell says nothing."""
    resolved = {
        "unit": unit and unit.unit_id,
        "community": community and community.unit_id,
        "deceased": deceased and deceased.person_id,
    }
    for name in ("name", "phones", "unit", "kind", "category", "rank", "political_status", "community",
                 "liaison_name", "liaison_phone",
                 "deceased"):  # fmt: skip
        if name in given and not _same(resolved.get(name, given[name]), person.shown.get(name)):
            yield name


def _same(written: Any, known: Any) -> bool:
    """Of several phones the order says nothing, and those that are not written are no contradiction."""
    if isinstance(written, tuple):
        return set(written) <= set(known or ())
    return bool(written == known)
