"""Group link (row 10): the bureau's staff in groups, each keeping in touch with as many people as it can bear, and no more."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from contracts.ids import PersonId, UnitId
from contracts.refused import Refused
from services.registry.domain.officer import Officer


@dataclass(frozen=True, slots=True)
class Link:
    """One person's time with the group."""

    link_id: UUID
    person_id: PersonId
    linked_at: datetime
    unlinked_at: datetime | None = None
    gone: bool = False
    """Dead, or not under care: nobody has to keep in touch."""
    told_at: datetime | None = None
    """Of when the last news of that is."""


@dataclass(frozen=True, slots=True)
class Group:
    """The root. Without a name it was not formed yet."""

    group_id: UUID
    name: str = ""
    unit_id: UnitId | None = None
    city: str = ""
    county: str = ""
    least: int = 0
    most: int = 0
    staff: tuple[Officer, ...] = ()
    """The first answers for the group, and stands on the cards of its people."""
    links: Mapping[UUID, Link] = field(default_factory=dict)

    @property
    def present(self) -> list[Link]:
        return [link for link in self.links.values() if link.unlinked_at is None]

    @property
    def load(self) -> int:
        """With so many people the group keeps in touch."""
        return sum(not link.gone for link in self.present)


def form(
    group: Group,
    *,
    name: str,
    unit_id: UnitId,
    city: str,
    county: str,
    least: int,
    most: int,
    staff: tuple[Officer, ...],
) -> Group:
    """Also changed by it later; its limit cannot fall below the people whom it has, and its city and county stay: they bound

    who reads of its people.
    """
    if group.name and (group.city, group.county) != (city, county):
        raise Refused("group-placed-otherwise", "组的市、县登记后不变；别处的组请另行编组", "unit_id")
    if not 0 < least <= most:
        raise Refused("limits", f"人数下限 {least} 须大于零且不超过上限 {most}", "most")
    if group.load > most:
        raise Refused("group-full", f"本组已有 {group.load} 人，上限不能改为 {most} 人", "most")
    return replace(group, name=name, unit_id=unit_id, city=city, county=county, least=least, most=most, staff=staff)


def link(group: Group, begun: Link) -> Group:
    """Over the limit is refused, with the numbers; whoever is there already stays."""
    if not group.name:
        raise Refused("group-unknown", "没有这个组", "group_id")
    if begun.person_id in {each.person_id for each in group.present}:
        return group
    if group.load >= group.most:
        raise Refused("group-full", f"本组已有 {group.load} 人，上限 {group.most} 人", "group_id")
    return replace(group, links={**group.links, begun.link_id: begun})


def weigh(group: Group, person_id: PersonId, gone: bool, at: datetime) -> Group:
    """Whoever died or left weighs no more, and does again when that is taken back, also over the limit. Late news is old."""
    told = {
        each.link_id: replace(each, gone=gone, told_at=at)
        for each in group.present
        if each.person_id == person_id and (each.told_at is None or each.told_at < at)
    }
    return replace(group, links={**group.links, **told}) if told else group


def unlink(group: Group, person_id: PersonId, now: datetime) -> Group:
    ended = {each.link_id: replace(each, unlinked_at=now) for each in group.present if each.person_id == person_id}
    if not ended:
        raise Refused("not-in-group", "此人不在本组", "person_id")
    return replace(group, links={**group.links, **ended})
