"""The people who work with the system over HTTP: bureau staff, unit leaders, liaisons, community workers, operations."""

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Self
from uuid import UUID, uuid4

import httpx

from contracts.all import OWNERS
from contracts.ids import derived
from deploy.local import keys
from deploy.local.actors.city import City, Holder, Person, Unit
from deploy.local.actors.wire import Wire, at_once
from deploy.local.actors.witness import Witness
from deploy.local.platform import Platform

MEMBER = "cpc-member"
"""Of the Party, as the packs name it (row 01)."""
_HEARD: Final = """
SELECT NOT EXISTS (SELECT FROM registry.fan_outs WHERE done_at IS NULL) AND NOT EXISTS (
  SELECT FROM unnest($1::uuid[]) AS wanted(person_id)
  LEFT JOIN registry.people p ON p.person_id = wanted.person_id
  LEFT JOIN visits.cares c ON c.person_id = wanted.person_id AND c.card_version >= p.version
  LEFT JOIN notify.notices n ON n.person_id = wanted.person_id AND n.card_version >= p.version
  LEFT JOIN medical.patients m ON m.person_id = wanted.person_id AND m.card_version >= p.version
  WHERE c.person_id IS NULL OR n.person_id IS NULL OR m.person_id IS NULL)
"""


class Staff(Wire):
    """Everybody with a token."""

    def __init__(self, city: City, urls: Mapping[str, str], token_key: bytes, *, patience: float = 30.0) -> None:
        """`urls` by service; `patience`: for how long a service may be away."""
        super().__init__(urls, token_key, patience=patience)
        self.city = city

    @classmethod
    def of(cls, platform: Platform, city: City, *, patience: float = 30.0) -> Self:
        urls = {name: f"http://127.0.0.1:{platform.ports[name]}" for name in OWNERS}
        return cls(city, urls, keys.token_key(platform.places), patience=patience)

    # ── settling in ──────────────────────────────────────────────────────────────────────────────────────────────

    async def settle_in(self, witness: Witness, *, within: float = 120.0) -> None:
        """Everybody is enrolled, and visits, notify and medical have heard of it. Done twice, it is done once."""
        await self.enter_everybody()
        await self.all_have_heard(witness, within=within)

    async def enter_everybody(self) -> None:
        for unit in self.city.units:  # in order: each stands behind the one it reports to
            await self.register(unit)
        await at_once(self.appoint(unit) for unit in self.city.units)
        await at_once(self.enrol(person) for person in self.city.people)
        await at_once(self.assign(person) for person in self.city.people)

    async def all_have_heard(self, witness: Witness, *, within: float) -> None:
        await witness.finds(_HEARD, [person.person_id for person in self.city.people], within=within)

    async def register(self, unit: Unit) -> None:
        await self._post("registry", "/units", self.officer(), unit_id=unit.unit_id, name=unit.name, party=unit.party,
                         reports_to=unit.reports_to, nature=unit.nature or None, city=self.city.name,
                         county=unit.county)  # fmt: skip

    async def appoint(self, unit: Unit) -> None:
        holder = unit.holder
        appointment_id = derived("invented-appointment", unit.unit_id, holder.holder_id)
        await self._post("registry", f"/units/{unit.unit_id}/holder", self.officer(), appointment_id=appointment_id,
                         holder_id=holder.holder_id, name=holder.name, phone=holder.phone)  # fmt: skip

    async def enrol(self, person: Person) -> None:
        await self._post("registry", "/people", self.officer(), person_id=person.person_id, name=person.name,
                         resident_id=person.resident_id, phones=[person.phone], kind=person.kind,
                         category=person.category, political_status=MEMBER if person.member else None,
                         unit_id=person.unit_id, community_id=person.community_id)  # fmt: skip

    async def assign(self, person: Person, liaison: Holder | None = None) -> None:
        """Their own liaison, unless another is named."""
        liaison = liaison or person.liaison
        assignment_id = derived("invented-assignment", person.person_id, liaison.holder_id)
        await self._post("registry", f"/people/{person.person_id}/liaison", self.officer(), assignment_id=assignment_id,
                         liaison_id=liaison.holder_id, name=liaison.name, phone=liaison.phone)  # fmt: skip

    # ── what happens to people ───────────────────────────────────────────────────────────────────────────────────

    async def report_death(self, person: Person, *, source: str = "family", died_at: datetime | None = None,
                           report_id: UUID | None = None) -> UUID:  # fmt: skip
        """The id of the report."""
        report_id = report_id or uuid4()
        await self._post("registry", f"/people/{person.person_id}/deaths", self.officer(), report_id=report_id,
                         source=source, died_at=died_at)  # fmt: skip
        return report_id

    async def retract_death(self, person: Person, report_id: UUID, reason: str = "误报，已向家属核实") -> None:
        path = f"/people/{person.person_id}/deaths/{report_id}/retraction"
        await self._post("registry", path, self.officer(), reason=reason)

    async def report_family_change(
        self, person: Person, change: str = "spouse-died", change_id: UUID | None = None
    ) -> UUID:
        change_id = change_id or uuid4()
        path = f"/people/{person.person_id}/family-changes"
        await self._post("registry", path, self.officer(), change_id=change_id, change=change)
        return change_id

    async def report_hardship(self, person: Person, hardship: str = "poverty", hardship_id: UUID | None = None) -> UUID:
        hardship_id = hardship_id or uuid4()
        path = f"/people/{person.person_id}/hardships"
        await self._post("registry", path, self.officer(), hardship_id=hardship_id, hardship=hardship)
        return hardship_id

    async def file(self, person: Person) -> list[dict[str, Any]]:
        """The lines of the one file."""
        found = await self._get("registry", f"/people/{person.person_id}/file", self.officer())
        lines: list[dict[str, Any]] = found["lines"]
        return lines

    # ── duties ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def record_contact(self, person: Person, role: str, kind: str = "visit", strength: str = "in-person",
                             outcome: str = "met", *, made_at: datetime | None = None,
                             contact_id: UUID | None = None) -> list[UUID]:  # fmt: skip
        """The duties that it discharged."""
        made_at = made_at or await self.now()
        said = await self._post("visits", "/contacts", self.holder(person, role), contact_id=contact_id or uuid4(),
                                person_id=person.person_id, kind=kind, strength=strength, outcome=outcome,
                                made_at=made_at)  # fmt: skip
        return [UUID(duty) for duty in said["discharged"]]

    async def waive(self, person: Person, duty_id: UUID, reason: str) -> None:
        await self._post("visits", "/waivers", self.holder(person, "organisation-department"), waiver_id=uuid4(),
                         person_id=person.person_id, duty_id=duty_id, reason=reason)  # fmt: skip

    async def duties(self, person: Person, *, closed: bool = False) -> list[dict[str, Any]]:
        query = {"person_id": str(person.person_id), "closed": str(closed).lower()}
        return await self._lines("visits", "/duties", self.officer(), query)

    async def explanation(self, duty_id: UUID) -> dict[str, Any]:
        found: dict[str, Any] = await self._get("visits", f"/duties/{duty_id}/explanation", self.officer())
        return found

    async def messages(self, duty_id: UUID) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self._get("notify", f"/duties/{duty_id}/messages", self.officer())
        return found

    async def warn(self, notice: str, title: str, county: str, until: datetime) -> UUID:
        """Of the weather; returns the id of the notice."""
        notice_id = derived("invented-notice", notice, county, until.isoformat())
        await self._post("visits", "/notices", self.officer(), notice_id=notice_id, notice=notice, title=title,
                         county=county, until=until)  # fmt: skip
        return notice_id

    async def coverage(self, path: str, query: Mapping[str, str]) -> Any:
        """What visits says of its certificates; a recount of a large city takes its time."""
        return await self._get("visits", path, self.officer(), query)

    async def coverage_pages(self, path: str, query: Mapping[str, str]) -> list[Any]:
        """The same of a list, to its last page."""
        return await self._pages("visits", path, self.officer(), query)

    async def names(self, people: Iterable[str], units: Iterable[str]) -> Any:
        """What the registry calls these people and units."""
        return await self._post("registry", "/names", self.officer(), people=list(people), units=list(units))

    async def cases(self, *, parked: bool = False) -> list[dict[str, Any]]:
        query = {"parked": str(parked).lower(), "limit": "1000"}
        return await self._lines("notify", "/cases", self.officer(), query)

    async def sms_totals(self) -> dict[str, int]:
        """How many SMS are in each state of the gateway."""
        found: dict[str, int] = await self._get("gateway", "/sms/totals", self.operations())
        return found

    # ── time ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def ahead(self) -> timedelta:
        """How far the clocks of the services are ahead of the true time: the furthest of the five."""
        return await self.move_clocks(timedelta())

    async def move_clocks(self, ahead: timedelta) -> timedelta:
        """All five services, to so far ahead of the true time; a clock never goes back. Returns how far they are."""
        each = [
            self._post(name, "/clock", self.operations(), ahead_seconds=ahead.total_seconds()) for name in self._http
        ]
        return timedelta(seconds=max(said["ahead_seconds"] for said in await asyncio.gather(*each)))

    async def all_look_at_the_clock(self) -> None:
        """Whoever is up acts by the hour at once, and not at its next look; who is down will when it is back."""
        await asyncio.gather(*map(self._looks, self._http.values()))

    async def _looks(self, http: httpx.AsyncClient) -> None:
        with suppress(httpx.TransportError):
            headers = {"Authorization": f"Bearer {self.operations()}"}
            await http.post("/clock", headers=headers, json={"ahead_seconds": 0})

    async def now(self) -> datetime:
        """The hour in the city."""
        return datetime.now(UTC) + await self.ahead()

    # ── tokens ───────────────────────────────────────────────────────────────────────────────────────────────────

    def officer(self) -> str:
        """A bureau officer of the whole city."""
        bureau = next(unit for unit in self.city.units if unit.party == "bureau")
        return self.token("bureau-officer", str(bureau.holder.holder_id))

    def operations(self) -> str:
        return self.token("operations", "operations")

    def holder(self, person: Person, role: str) -> str:
        """Of whoever holds this role for this person."""
        beside = dict.fromkeys(("community-worker", "institution-contact"), person.community_id)
        units = {"liaison": person.unit_id, "unit-leader": person.unit_id, **beside}
        unit = str(units[role]) if role in units else None
        return self.token(role, str(self.city.holder(person, role).holder_id), unit=unit)
