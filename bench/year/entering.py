"""One happening, done: said by the hospital or entered by the bureau, and written into the chronicle once it was acknowledged."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import singledispatchmethod
from uuid import UUID

from bench.year.chronicle import Cause, Chronicle, Story
from contracts.ids import derived
from deploy.local.actors.bureau import Bureau
from deploy.local.actors.city import Person
from deploy.local.actors.hospital import Hospital
from deploy.local.actors.messages import Trigger, Visit
from deploy.local.actors.shape import HOSPITAL
from deploy.local.actors.wire import at_once
from deploy.local.year import happenings as h


class Entering:
    """The hospitals' line and the bureau's desk."""

    def __init__(self, bureau: Bureau, hospital: Hospital, now: Callable[[], datetime]) -> None:
        self.chronicle: Chronicle = {}
        self.unasked = 0
        """Contacts that no duty asked for: of festivals, and of a typhoon."""
        self._bureau, self._hospital, self._now = bureau, hospital, now
        self._visits: dict[str, tuple[Visit, str]] = {}

    def everybody_came(self) -> None:
        """They are under care from now on."""
        now = self._now()
        for person in self._bureau.city.people:
            self.chronicle[person.person_id] = Story(
                person.person_id, person.county, person.kind, person.birth_date, [(now, person.category)]
            )

    @singledispatchmethod
    async def enter(self, happening: h.Happening) -> None:
        raise NotImplementedError(type(happening).__name__)

    @enter.register
    async def _(self, told: h.Admitted) -> None:
        """Said now, though it may have happened while nobody could hear it."""
        self._visits[told.visit] = Visit(told.visit, told.at), told.hospital
        await self._say("A01", told, told.visit)
        self._caused(told, "stay-admitted", told.visit)

    @enter.register
    async def _(self, told: h.Discharged) -> None:
        await self._say("A03", told, told.visit)
        self._caused(told, "stay-discharged", told.visit)
        self._ended(told, told.visit)

    @enter.register
    async def _(self, told: h.AdmissionCancelled) -> None:
        await self._say("A11", told, told.visit)
        self._ended(told, told.visit)

    @enter.register
    async def _(self, told: h.DiedInHospital) -> None:
        await self._say("A03", told, told.visit, died_at=told.at)
        self._caused(told, "stay-discharged", told.visit)
        self._ended(told, told.visit)
        self._died(told, derived("hospital-death", derived("visit", HOSPITAL, told.visit)))

    @enter.register
    async def _(self, told: h.Died) -> None:
        await self._bureau.report_death(self._person(told), report_id=told.report_id)
        self._died(told, told.report_id)

    @enter.register
    async def _(self, told: h.DeathRetracted) -> None:
        await self._bureau.retract_death(self._person(told), told.report_id)
        self._story(told).retract(told.report_id, self._now())

    @enter.register
    async def _(self, told: h.FamilyChanged) -> None:
        await self._bureau.report_family_change(self._person(told), told.change, told.change_id)
        self._story(told).causes.append(Cause("family-changed", told.change_id, self._now(), told.change))

    @enter.register
    async def _(self, told: h.InHardship) -> None:
        await self._bureau.report_hardship(self._person(told), told.hardship, told.hardship_id)
        self._story(told).causes.append(Cause("hardship-reported", told.hardship_id, self._now(), told.hardship))

    @enter.register
    async def _(self, told: h.Reclassed) -> None:
        await self._bureau.reclass(self._person(told), told.category, told.change_id)
        story = self._story(told)
        story.classes.append((self._now(), told.category))
        story.causes.append(Cause("class-changed", told.change_id, self._now(), told.category))

    @enter.register
    async def _(self, told: h.Away) -> None:
        await self._bureau.report_absence(self._person(told), told.absence, told.at, told.until, told.absence_id)
        self._story(told).causes.append(Cause("absence-ended", told.absence_id, told.until, told.absence))

    @enter.register
    async def _(self, told: h.MovedAway) -> None:
        await self._bureau.end_care(self._person(told), told.end_id)
        self._story(told).left_at = self._now()

    @enter.register
    async def _(self, told: h.Merged) -> None:
        units = self._bureau.city.unit
        await self._bureau.merge(units[told.ended], units[told.heir], told.lineage_id)

    @enter.register
    async def _(self, told: h.FestivalVisits) -> None:
        """To everybody who lives here; who is relocated is not on the way."""
        await at_once(self._visited(person, "unit-leader", "visit", "in-person") for person in self._at_home())

    @enter.register
    async def _(self, told: h.Typhoon) -> None:
        """Everybody there is warned for two days; then whoever lives alone is asked."""
        for county in told.counties:
            notice_id = await self._bureau.warn("typhoon", "台风预警", county, self._now() + timedelta(days=2))
            warned = Cause("weather-warned", notice_id, self._now(), "typhoon")
            for story in (story for story in self.chronicle.values() if story.county == county):
                story.causes.append(warned)
        alone = [p for p in self._at_home() if p.county in told.counties and self._lives(p) == "living-alone"]
        await at_once(self._visited(person, "community-worker", "check-in", "phone") for person in alone)

    async def _say(self, trigger: Trigger, told: h.OfPerson, number: str, died_at: datetime | None = None) -> None:
        """One line serves all hospitals of the city; each names itself in what it says."""
        visit, hospital = self._visits[number]
        adt = self._hospital.message(trigger, self._person(told), visit, at=told.at, died_at=died_at)
        await self._hospital.send(replace(adt, facility=hospital))

    async def _visited(self, person: Person, role: str, kind: str, strength: str) -> None:
        if role not in self._bureau.city.holders(person):  # of a home in which they lived before they moved
            return
        await self._bureau.record_contact(person, role, kind, strength, made_at=self._now())
        self.unasked += 1

    def _at_home(self) -> list[Person]:
        """The living who have not moved away and are not relocated."""
        return [
            person
            for person in self._bureau.city.people
            if (story := self.chronicle[person.person_id]).left_at is None
            and all(until is not None for _, _, until in story.deaths)
            and self._lives(person) != "relocated"
        ]

    def _lives(self, person: Person) -> str:
        """Of which class they are now."""
        return self.chronicle[person.person_id].classes[-1][1]

    def _person(self, told: h.OfPerson) -> Person:
        return self._bureau.city.person[told.person_id]

    def _story(self, told: h.OfPerson) -> Story:
        return self.chronicle[told.person_id]

    def _caused(self, told: h.OfPerson, event: str, visit: str) -> None:
        stay_id = derived("stay", derived("visit", HOSPITAL, visit), 0)
        self._story(told).causes.append(Cause(event, stay_id, self._now()))

    def _ended(self, told: h.OfPerson, visit: str) -> None:
        self._story(told).ended[derived("stay", derived("visit", HOSPITAL, visit), 0)] = self._now()

    def _died(self, told: h.OfPerson, report_id: UUID) -> None:
        story = self._story(told)
        story.deaths.append((report_id, self._now(), None))
        story.causes.append(Cause("death-reported", report_id, self._now()))
