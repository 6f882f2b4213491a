"""Who is around a person: who holds each role for them, who of them is named in their care team, and what nobody holds."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from bus.database import Connection
from bus.pack import Words
from bus.sealed import KeyRing
from contracts.registry import Holder
from services.registry.decisions.states import person as people
from services.registry.domain import Person
from services.registry.domain.holders import around
from services.registry.reading import hour
from services.registry.reading.opening import opened


class MemberShown(BaseModel):
    member_id: UUID
    role: str
    zh: str
    name: str
    phone: str
    relation: str | None
    first: bool
    joined_at: datetime
    until_at: datetime | None


class HolderShown(BaseModel):
    """Who holds a role for the person now, whether named for them, by their unit, or where they live."""

    role: str
    party: str
    name: str
    phone: str
    unit: str | None
    stands_in: bool
    """The post is vacant, and this officer stands in."""
    is_deputy: bool


class HostShown(BaseModel):
    area: str
    hospitals: list[str]
    reference: str | None
    agreed_at: datetime


class Team(BaseModel):
    holders: list[HolderShown]
    members: list[MemberShown]
    vacant: list[str]
    host: HostShown | None
    """What the host area of a relocated person has agreed to, last."""


_MEMBERS = """
SELECT member_id, holder_id, role, name, phone, relation, "first", joined_at, until_at FROM members
WHERE person_id = $1 AND left_at IS NULL ORDER BY role, "first" DESC, joined_at
"""
_VACANT = "SELECT role FROM vacancies WHERE person_id = $1 AND filled_at IS NULL ORDER BY role"
_HOST = """
SELECT area, hospitals, reference, agreed_at FROM agreements WHERE person_id = $1 ORDER BY agreed_at DESC LIMIT 1
"""


async def team_of(tables: Connection, keys: KeyRing, city: Words, person_id: UUID) -> Team:
    of = (await people.kept_in.states(tables, [person_id], people.kept_in.to_decide))[person_id]
    members = [_member(row, keys, city) for row in await tables.fetch(_MEMBERS, person_id)]
    vacant = [row["role"] for row in await tables.fetch(_VACANT, person_id)]
    host = await tables.fetchrow(_HOST, person_id)
    shown = _host(host, person_id, keys) if host is not None else None
    holders = [_holder(holder, of, keys) for holder in around(of, await hour(tables))]
    return Team(holders=holders, members=members, vacant=vacant, host=shown)


def _holder(holder: Holder, of: Person, keys: KeyRing) -> HolderShown:
    unit = of.units.get(holder.unit_id)
    sealed = {field: opened(getattr(holder, field).token, field, holder.holder_id, keys) for field in ("name", "phone")}
    return HolderShown(
        role=holder.role, party=holder.party, unit=unit.name if unit is not None else None, stands_in=holder.stands_in,
        is_deputy=holder.deputy_for is not None, **sealed,
    )  # fmt: skip


def _host(row: Any, person_id: UUID, keys: KeyRing) -> HostShown:
    area = opened(row["area"], "area", person_id, keys)
    hospitals = opened(json.loads(row["hospitals"]), "hospitals", person_id, keys)
    return HostShown(**{**row, "area": area, "hospitals": hospitals})


def _member(row: Any, keys: KeyRing, city: Words) -> MemberShown:
    sealed = {field: opened(row[field], field, row["holder_id"], keys) for field in ("name", "phone", "relation")}
    return MemberShown(**{**row, **sealed, "zh": city.called("roles", row["role"])})
