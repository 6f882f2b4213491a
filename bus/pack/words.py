"""What a city calls things: pack.yaml, read and checked. Python knows places; every name in them is the pack's."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from bus.pack.acts import SYSTEM
from bus.pack.circumstances import AnAbsence, ASituation, AWish
from bus.pack.codes import Category, PersonKind, Role
from bus.pack.contacts import ADutyKind, AnOutcome, AStrength, Flags
from bus.pack.document import Document, Node
from bus.pack.layers import read_layers
from bus.pack.mistakes import PackRefused, wrong
from bus.pack.notices import ANotice
from bus.pack.roles import AParty, ARole, ARung
from bus.pack.served import Expected
from bus.pack.shapes import Code, Duration, Names, Part, Some, Zh, Zone, shaped

_SECTIONS = (
    "person_kinds", "categories", "situations", "family_changes", "hardships", "reporters", "sources", "parties", "roles",
    "duty_kinds", "outcomes", "rungs", "wishes", "absences", "ranks", "notices", "natures",
    "political_statuses",
)  # fmt: skip


class Words(Part):
    """pack.yaml of a pack and of all layers that it stands on: the city's own words."""

    name: Code
    city: Zh
    title: Zh
    note: Zh
    layer: Literal["province", "city", "county"] = "city"
    extends: str | None = None
    timezone: Zone
    acknowledgement_holds: Duration
    late_entry: Duration
    """A contact written down later than this after it was made is marked."""
    flags: Flags = Field(default_factory=Flags)
    person_kinds: Annotated[dict[Code, Zh], Some]
    categories: Annotated[dict[Code, Zh], Some]
    ranks: dict[Code, Zh] = Field(default_factory=dict)
    political_statuses: dict[Code, Zh] = Field(default_factory=dict)
    """Party membership and what stands beside it (row 01)."""
    natures: dict[Code, Zh] = Field(default_factory=dict)
    """What kind of unit one is: organ, institution, enterprise (row 01)."""
    situations: dict[Code, ASituation]
    family_changes: dict[Code, Zh]
    hardships: dict[Code, Zh]
    reporters: dict[Code, Zh]
    """Who may report a death here; a hospital reports to medical."""
    sources: dict[Code, Zh] = Field(default_factory=dict)
    """Beside the reporters, from whom else a field of the file is learned."""
    parties: Annotated[dict[Code, AParty], Some]
    roles: Annotated[dict[Code, ARole], Some]
    liaison: Role
    """The role of the serving officer who is named for each person."""
    care_team: tuple[Role, ...] = ()
    """Roles that somebody must hold for each person by whom they are needed: where one is empty it is vacant."""
    group_officer: Role | None = None
    """The role of the bureau's officer whose group keeps in touch with somebody. None = there are no groups here."""
    survivor: PersonKind | None = None
    """What somebody is who comes under care because of a death. None = nobody does."""
    fresh_for: dict[Code, Duration] = Field(default_factory=dict)
    """After so long somebody asks again what a field of the file is."""
    plan_within: Duration | None = None
    """So long after the enrolment somebody must have a first plan. None = nobody is listed for the want of one."""
    duty_kinds: Annotated[dict[Code, ADutyKind], Some]
    strengths: Annotated[tuple[AStrength, ...], Some]
    outcomes: Annotated[dict[Code, AnOutcome], Some]
    rungs: Annotated[dict[Code, ARung], Some]
    served_by: dict[Category, Expected] = Field(default_factory=dict)
    """By whom people of a category must be seen again and again: `policy check` refuses rules that leave them bare."""
    wishes: dict[Code, AWish] = Field(default_factory=dict)
    absences: dict[Code, AnAbsence] = Field(default_factory=dict)
    notices: dict[Code, ANotice] = Field(default_factory=dict)

    @field_validator("parties")
    @classmethod
    def _officers_of_their_own(cls, parties: dict[str, AParty], info: ValidationInfo) -> dict[str, AParty]:
        assert isinstance(info.context, Names)
        for name, party in parties.items():
            if party.officer is not None and info.context.role_party.get(party.officer) != name:
                raise wrong(f"角色“{party.officer}”不属于“{name}”", f"role {party.officer!r} is not of party {name!r}")
        return parties

    @field_validator("care_team", "group_officer")
    @classmethod
    def _named_for_each_person(cls, given: tuple[str, ...] | str | None, info: ValidationInfo) -> object:
        """The officer of a unit is found by the unit; that of the community or institution beside it must be there as well."""
        team = info.field_name == "care_team"
        parties = info.data.get("parties", {}).values()
        officers = {party.officer for party in parties if not (team and party.found == "beside")}
        if of_units := sorted(officers.intersection([given] if isinstance(given, str) else given or ())):
            zh = f"角色“{of_units[0]}”是单位的责任人，不逐人确定"
            raise wrong(zh, f"{of_units[0]!r} is the officer of a unit, and not named for each person")
        return given

    @field_validator("roles")
    @classmethod
    def _none_of_the_system(cls, roles: dict[str, ARole]) -> dict[str, ARole]:
        if taken := sorted(roles.keys() & SYSTEM):
            raise wrong(f"“{taken[0]}”是系统自用的角色，请另起名字", f"role {taken[0]!r} is the system's own")
        return roles

    def called(self, section: str, code: str) -> str:
        """The Chinese name, or the code itself where the pack has none (any more)."""
        return self.zh.get(section, {}).get(code, code)

    @field_validator("wishes")
    @classmethod
    def _one_of_each(cls, wishes: dict[str, AWish]) -> dict[str, AWish]:
        """Whoever reads a card knows whose the hours are."""
        carried = [wish.carries for wish in wishes.values() if wish.carries is not None]
        for what in dict.fromkeys(each for each in carried if carried.count(each) > 1):
            raise wrong(f"只能有一种意愿写 carries: {what}", f"more than one wish carries {what}")
        return wishes

    @property
    def team(self) -> Mapping[str, ARole]:
        """The roles that may stand around a person: all but the liaison's and those of the officers of units."""
        elsewhere = {self.liaison, *(party.officer for party in self.parties.values())}
        return {name: role for name, role in self.roles.items() if name not in elsewhere}

    @property
    def beside(self) -> frozenset[str]:
        """The parties whose units stand beside the managing one: where people live."""
        return frozenset(name for name, party in self.parties.items() if party.found == "beside")

    def who_may(self, act: str) -> list[str]:
        """The roles that may do it."""
        return [name for name, role in self.roles.items() if act in role.may]

    @cached_property
    def zh(self) -> Mapping[str, Mapping[str, str]]:
        """The Chinese name of everything that the pack names: section → code → zh."""
        sections = {section: getattr(self, section) for section in _SECTIONS}
        words = {section: {code: _zh(thing) for code, thing in things.items()} for section, things in sections.items()}
        return words | {"strengths": {strength.name: strength.zh for strength in self.strengths}}


def _zh(thing: object) -> str:
    return thing if isinstance(thing, str) else str(getattr(thing, "zh"))  # noqa: B009 - every part of a pack has one


def read_words(folder: Path) -> Words:
    """PackRefused with everything that is wrong with pack.yaml, in any layer."""
    pack = read_layers(folder).pack()
    words = shaped(Words, pack, names_of(pack))
    if pack.mistakes or words is None:
        raise PackRefused(pack.mistakes)
    return words


def names_of(pack: Document) -> Names:
    """Taken from what the file says before it is checked, so that a mistake in one part hides none in another."""
    strengths = pack.section().get("strengths", Node([], pack.path, 1)).items
    roles = {name: role.parts.get("party") for name, role in pack.section("roles").items()}
    return Names(
        {section: pack.section(section) for section in _SECTIONS} | {"strengths": named(strengths)},
        {name: party.text if party is not None else None for name, party in roles.items()},
    )


def named(items: list[Node]) -> list[str]:
    """The name of each item of a list, "" where it has none."""
    names = [item.parts.get("name") for item in items]
    return [name.text or "" if name is not None else "" for name in names]
