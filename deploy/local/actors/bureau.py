"""The bureau of a whole city: beside what all staff do it forms groups and teams, and enters moves, absences and reforms."""

from datetime import datetime
from uuid import UUID

from contracts.ids import derived
from deploy.local.actors.city import Group, Holder, Person, Unit
from deploy.local.actors.staff import Staff
from deploy.local.actors.wire import at_once
from deploy.local.actors.witness import Witness


class Bureau(Staff):
    """Knows the city as it is now: who has moved, and who belongs to which unit since the reform."""

    async def settle_in(self, witness: Witness, *, within: float = 300.0) -> None:
        """Everybody is enrolled, has their team and their group, and all services have heard of it."""
        await self.enter_everybody()
        await at_once(self.surround(person) for person in self.city.people)
        await at_once(self.form(group) for group in self.city.groups)
        await self.all_have_heard(witness, within=within)

    async def surround(self, person: Person) -> None:
        """The care team, one after the other: of one person, who joins is decided in order."""
        for holder in person.team:
            await self._post("registry", f"/people/{person.person_id}/team", self.officer(),
                             member_id=derived("invented-member", person.person_id, holder.holder_id),
                             role=holder.role, holder=_named(holder))  # fmt: skip

    async def form(self, group: Group) -> None:
        await self._post("registry", "/groups", self.officer(), group_id=group.group_id, name=group.name,
                         unit_id=group.unit_id, least=group.least, most=group.most, staff=[_named(group.officer)])  # fmt: skip
        for person_id in group.people:
            await self._post("registry", f"/groups/{group.group_id}/people", self.officer(),
                             link_id=derived("invented-link", group.group_id, person_id), person_id=person_id)  # fmt: skip

    async def reclass(self, person: Person, category: str, change_id: UUID) -> None:
        """They live otherwise now."""
        await self._post("registry", f"/people/{person.person_id}/class", self.officer(), change_id=change_id,
                         kind=person.kind, category=category, reason="居住情况变动，已上门核实")  # fmt: skip

    async def report_absence(
        self, person: Person, absence: str, begins: datetime, until: datetime, absence_id: UUID
    ) -> None:
        await self._post("registry", f"/people/{person.person_id}/absences", self.officer(), absence_id=absence_id,
                         absence=absence, from_at=begins, until_at=until)  # fmt: skip

    async def end_care(self, person: Person, end_id: UUID) -> None:
        """They have moved to another city."""
        path = f"/people/{person.person_id}/care-ends"
        await self._post("registry", path, self.officer(), end_id=end_id, why="moved-away")

    async def merge(self, ended: Unit, heir: Unit, lineage_id: UUID) -> None:
        """All liaisons of the one that ends come along."""
        liaisons = {person.liaison.holder_id for person in self.city.of_unit(ended)}
        await self._post("registry", f"/units/{heir.unit_id}/mergers", self.officer(), lineage_id=lineage_id,
                         unit_ids=[str(ended.unit_id)], officers=sorted(map(str, liaisons)), document="双委〔演〕1号")  # fmt: skip
        self.city = self.city.merged(ended, heir)


def _named(holder: Holder) -> dict[str, str]:
    return {"holder_id": str(holder.holder_id), "name": holder.name, "phone": holder.phone}
