"""What a city calls things: pack.yaml, read and checked. Python knows places; every name in them is the pack's."""

from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Discriminator,
    Field,
    Tag,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from bus.pack.acts import ACTS, SYSTEM
from bus.pack.document import Document, Node
from bus.pack.layers import read_layers
from bus.pack.mistakes import PackRefused, wrong
from bus.pack.shapes import Code, Duration, Listed, Names, Part, Some, Zh, Zone, known, shaped

Party = Annotated[str, known("parties", "一方")]
Role = Annotated[str, known("roles", "角色")]
PersonKind = Annotated[str, known("person_kinds", "人员类别")]
Category = Annotated[str, known("categories", "分类")]
Situation = Annotated[str, known("situations", "情况")]
DutyKind = Annotated[str, known("duty_kinds", "事项类别")]
Strength = Annotated[str, known("strengths", "联系强度")]
Rank = Annotated[str, known("ranks", "职级")]
RungName = Annotated[str, known("rungs", "督办层级")]

_SECTIONS = (
    "person_kinds", "categories", "situations", "family_changes", "hardships", "reporters", "sources", "parties", "roles",
    "duty_kinds", "outcomes", "rungs", "wishes", "absences", "ranks", "notices", "natures",
    "political_statuses",
)  # fmt: skip


def _act(value: str) -> str:
    if value not in ACTS:
        raise wrong(f"没有“{value}”这一权限，可用：{'、'.join(ACTS)}", f"unknown act; known: {', '.join(ACTS)}")
    return value


Act = Annotated[str, AfterValidator(_act), WithJsonSchema({"enum": [*ACTS]})]


class AParty(Part):
    """With an officer its units can be registered, and the officer of one stands on the cards of its people."""

    zh: Zh
    officer: Role | None = None
    found: Annotated[Literal["own", "upwards", "beside"] | None, Field(validate_default=True)] = None
    """Whose officer it is: the person's own unit's, the nearest unit's above it, or that of the unit beside it (community_id)."""

    @field_validator("found")
    @classmethod
    def _with_the_officer(cls, found: str | None, info: ValidationInfo) -> str | None:
        if "officer" in info.data and (info.data["officer"] is None) != (found is None):
            raise wrong("officer 和 found 要么都写，要么都不写", "officer and found go together")
        return found


class Need(Part):
    """Of whom somebody must hold a role of the care team; nothing said = of everybody."""

    kinds: tuple[PersonKind, ...] = ()
    categories: tuple[Category, ...] = ()


class ARole(Part):
    zh: Zh
    party: Party
    reach: Literal["own", "county", "named"] = "own"
    """How far it acts: its own unit's people, the whole county of the token (without one, the whole city), or those on whose
    card whoever holds it is named in it."""
    may: tuple[Act, ...] = ()
    waives: tuple[Party, ...] = ()
    """The parties whose duties it may let go, and whose contacts it may strike."""
    several: bool = False
    """Whether several hold it at once for one person; else who joins takes the place of who was there."""
    needed_by: Need = Need()
    """Where the care team must have it."""


class ADutyKind(Part):
    zh: Zh
    fulfilled_by: Annotated[tuple[DutyKind, ...], Some]
    at_least: Strength
    """How strong a contact of this kind must be where it stands in for another kind."""
    reaches: bool = False
    """Made with the person themselves: what is written, and who is asked about them, tells nobody whether they live."""


class AStrength(Part):
    name: Code
    zh: Zh
    reaches: bool = False
    """They are seen or heard."""


class AnOutcome(Part):
    zh: Zh
    counts: bool
    silence: bool = False
    """Nobody answered: an attempt that alarms."""

    @field_validator("silence")
    @classmethod
    def _no_contact(cls, silence: bool, info: ValidationInfo) -> bool:
        if silence and info.data.get("counts"):
            raise wrong("联系上的不能又是无人应答（silence）", "what counts as a contact is no silence")
        return silence


class ASituation(Part):
    zh: Zh
    lasts_with: str | None = Field(None, alias="while")
    """A kind of fact that the engine knows (visits checks it); None = it is reported by itself."""
    after: Duration | None = None
    """Only from so long after the fact began: long-stay."""


class ARung(Part):
    zh: Zh
    role: Role
    another_way: bool = False
    """It is not whoever is above, but another means: the second phone. It alone may come first to who owes."""


class Replacing(Part):
    """Another kind of contact in the place of one that does not suit."""

    zh: Zh
    instead: dict[DutyKind, DutyKind] = Field(default_factory=dict)


class AWish(Replacing):
    """What somebody asks for: by which means not, at which hours not, whom first. It replaces the means, never the duty."""

    forbids: tuple[Strength, ...] = ()
    """Strengths at which nothing counts that is made with them: a phone call to somebody who is deaf."""
    at_least: Annotated[Strength | None, Field(validate_default=True)] = None
    """How strong it must be then, where no other kind takes its place."""
    carries: Literal["hours", "whom"] | None = None
    """What is said with it: the hours at which not, or whom to ask first. None = the wish says all."""

    @field_validator("at_least")
    @classmethod
    def _in_place_of_what_is_forbidden(cls, at_least: str | None, info: ValidationInfo) -> str | None:
        if at_least is not None and not info.data.get("forbids"):
            raise wrong(
                "写了 at_least，也要写不能用的强度（forbids）",
                "at_least says what is asked in place of what it forbids",
            )
        return at_least


class AnAbsence(Replacing):
    """An expected absence; one that lasts with a fact (`while: stay`) ends with it."""

    lasts_with: str | None = Field(None, alias="while")


class Nobody(Part):
    """No party must come round to these people, and why that is meant."""

    nobody: Zh


def _is_nobody(value: object) -> str:
    return "nobody" if isinstance(value, dict) else "parties"


def _of_every_kind(value: object, info: ValidationInfo) -> object:
    """A list, or that it is nobody, is meant for every kind of person."""
    assert isinstance(info.context, Names)
    said_of_all = isinstance(value, list) or (isinstance(value, dict) and "nobody" in value)
    return dict.fromkeys(info.context.of["person_kinds"], value) if said_of_all else value


_PARTIES: Mapping[str, object] = {"type": "array", "items": {"type": "string"}, "minItems": 1}
_NOBODY: Mapping[str, object] = {
    "type": "object",
    "properties": {"nobody": {"type": "string", "minLength": 1}},
    "required": ["nobody"],
    "additionalProperties": False,
}
_BY_KIND: Mapping[str, object] = {"type": "object", "additionalProperties": {"anyOf": [_PARTIES, _NOBODY]}}
Served = Annotated[
    Annotated[tuple[Party, ...], Listed, Some, Tag("parties")] | Annotated[Nobody, Tag("nobody")],
    Discriminator(_is_nobody),
]
Expected = Annotated[
    dict[PersonKind, Served],
    BeforeValidator(_of_every_kind),
    WithJsonSchema({"anyOf": [_PARTIES, _NOBODY, _BY_KIND]}),
]
"""The parties that must come round by some rule, by the kind of person."""


class AnAnswer(Part):
    """By when units must have said what; who says more has said less, too."""

    receipt: Duration | None = None
    plan: Duration | None = None
    proof: Duration | None = None

    @model_validator(mode="after")
    def _in_turn(self) -> Self:
        times = [within for within in (self.receipt, self.plan, self.proof) if within is not None]
        if not times or times != sorted(set(times)):
            raise wrong(
                "收到、安排、办理情况至少写一个，时限依次变长", "at least one of them, each later than the one before"
            )
        return self


class ANotice(Part):
    """One kind of notice: it warns of the weather, or units must answer it within a time."""

    zh: Zh
    warns: bool = False
    answer_within: Annotated[AnAnswer | None, Field(validate_default=True)] = None

    @field_validator("answer_within")
    @classmethod
    def _one_of_both(cls, within: AnAnswer | None, info: ValidationInfo) -> AnAnswer | None:
        if (within is not None) == bool(info.data.get("warns")):
            raise wrong("warns（预警）和 answer_within（限期回复）写且只写一个", "either warns or answer_within")
        return within


class SameWords(Part):
    """One holder writes the same words of so many people in so long."""

    people: int = Field(3, ge=2)
    within: Duration = Field(default_factory=partial(timedelta, days=30))

    @field_validator("within")
    @classmethod
    def _a_month_at_most(cls, within: timedelta) -> timedelta:
        if within > timedelta(days=30):
            raise wrong("最多 30d", "at most 30d")
        return within


class Flags(Part):
    """From where on contacts of one holder are odd together, and a human should look."""

    kinds: tuple[DutyKind, ...] = ()
    """Visits at home: each has words of its own, and is to find out what is new. None named = all kinds of contact."""
    same_words: SameWords = Field(default_factory=SameWords)
    no_new_fact: int = Field(10, ge=2)
    """So many contacts in a month, and nothing new in any file."""
    apart_km: int = Field(1, ge=1)
    """Places so far apart are two: in one minute one is at one of them."""
    km_per_hour: int = Field(120, ge=1)
    """Faster than this nobody comes from one place to the next."""


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
