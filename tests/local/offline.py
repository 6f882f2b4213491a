"""The same year lived by the engine alone: each person's care driven by hand from one waking to the next, in seconds."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from bench.year.chronicle import Cause, Chronicle, Story
from contracts.event import Event
from contracts.ids import ContactId, StayId, derived
from contracts.medical import AdmissionCancelled, PatientAdmitted, PatientDischarged
from contracts.personal import SealedContact, SealedIdentity
from contracts.registry import (
    AbsenceReported,
    CareEnded,
    DeathReported,
    DeathRetracted,
    FamilyChanged,
    HardshipReported,
    Holder,
    PersonCard,
    PersonClassed,
)
from deploy.local.actors.city import Person
from deploy.local.actors.messages import SHANGHAI
from deploy.local.services import POLICY as PACK
from deploy.local.year import happenings as h
from deploy.local.year.diligence import done_at
from deploy.local.year.script import SETTLED
from services.visits.domain import Activation, Book, Care, Contact, Duty, Policy, next_change, record_contact, settle
from services.visits.domain.care import Decided
from services.visits.policy import load
from tests.reasons import a_reason
from tests.visits.town import HEARD

POLICY = load(Path(PACK))
NAME = SealedIdentity("v1.A256GCM.identity.k1." + "n" * 40)
PHONE = SealedContact("v1.A256GCM.contact.k1." + "p" * 40)
Fact = tuple[datetime, Event]


class Lived:
    """One person's year: the story as it is told outside, and the care as the engine has it."""

    def __init__(
        self,
        person: Person,
        since: datetime,
        until: datetime,
        seed: int,
        *,
        visited: bool = True,
        policy: Policy = POLICY,
    ) -> None:
        self.story = Story(person.person_id, person.county, person.kind, person.birth_date, [(since, person.category)])
        self.care = Care(person.person_id, book=Book.of([Activation("0", datetime(2020, 1, 1, tzinfo=UTC), policy)]))
        self._policy = policy
        self._person, self._until, self._seed, self._visited = person, until, seed, visited
        self._cards = 0
        self._now = since
        self._deeds: dict[UUID, datetime | None] = {}

    def live(self, told: Sequence[h.Happening]) -> None:
        """What happens, what the hour brings and what is done, in the order of their hours."""
        facts: list[Fact] = [(self._now, self._card(self._person.category))]
        facts += [fact for happening in told for fact in self._tell(happening)]
        for at, event in facts:
            self._wake_until(at)
            self._keep(settle(HEARD[type(event)](self.care, event, at), at))
        self._wake_until(self._until)

    def _wake_until(self, at: datetime) -> None:
        while (due := min(self._wakings(), default=at)) < at:
            self._now = max(self._now, due)
            self._do(self._now)
            self._keep(settle(self.care, self._now))
        self._now = at

    def _wakings(self) -> Iterator[datetime]:
        if (waking := next_change(self.care, self._now)) is not None:
            yield waking
        yield from (at for _, at in self._planned())

    def _planned(self) -> Iterator[tuple[Duty, datetime]]:
        for id_, duty in self.care.duties.items():
            if duty.is_open and self._visited:
                if id_ not in self._deeds:
                    self._deeds[id_] = done_at(id_, duty.opened_at, duty.due_at, self._seed)
                if (at := self._deeds[id_]) is not None:
                    yield duty, at

    def _do(self, now: datetime) -> None:
        for duty, at in list(self._planned()):
            if at <= now and self.care.duties[duty.duty_id].is_open:
                contact_id = ContactId(derived("test", "contact", duty.duty_id))
                made = Contact(contact_id, duty.kind, duty.party, duty.role, duty.strength, "met",
                               self._person.liaison.holder_id, now, now)  # fmt: skip
                self._keep(record_contact(self.care, made))

    def _keep(self, decided: Decided) -> None:
        self.care, _ = decided

    def _tell(self, told: h.Happening) -> Iterator[Fact]:
        """The event that the services would say of it; the story learns of it too."""
        story, of = self.story, self._of()
        if isinstance(told, h.Admitted):
            stay_id = self._cause("stay-admitted", told.visit, told.at)
            yield told.at, PatientAdmitted(stay_id=stay_id, hospital=told.hospital, admitted_at=told.at, **of)
        elif isinstance(told, h.Discharged | h.DiedInHospital):
            stay_id = self._cause("stay-discharged", told.visit, told.at)
            yield told.at, PatientDischarged(stay_id=stay_id, hospital="", discharged_at=told.at, **of)
            if isinstance(told, h.DiedInHospital):
                yield self._death(derived("test", told.visit), told.at + timedelta(minutes=1))
        elif isinstance(told, h.AdmissionCancelled):
            stay_id = StayId(derived("stay", told.visit))
            yield told.at, AdmissionCancelled(stay_id=stay_id, hospital="", cancelled_at=told.at, **of)
        elif isinstance(told, h.Died):
            yield self._death(told.report_id, told.at)
        elif isinstance(told, h.DeathRetracted):
            story.retract(told.report_id, told.at)
            yield told.at, DeathRetracted(report_id=told.report_id, reason=a_reason("误报"), retracted_at=told.at, **of)
        elif isinstance(told, h.FamilyChanged):
            story.causes.append(Cause("family-changed", told.change_id, told.at, told.change))
            yield told.at, FamilyChanged(change_id=told.change_id, change=told.change, reported_at=told.at, **of)
        elif isinstance(told, h.InHardship):
            story.causes.append(Cause("hardship-reported", told.hardship_id, told.at, told.hardship))
            yield (
                told.at,
                HardshipReported(hardship_id=told.hardship_id, hardship=told.hardship, reported_at=told.at, **of),
            )
        elif isinstance(told, h.Reclassed):
            story.classes.append((told.at, told.category))
            story.causes.append(Cause("class-changed", told.change_id, told.at, told.category))
            yield (
                told.at,
                PersonClassed(change_id=told.change_id, fields=("category",), kind=self._person.kind, category=told.category,
                              reason=a_reason(""), classed_at=told.at, **of),
            )  # fmt: skip
            yield told.at, self._card(told.category)
        elif isinstance(told, h.Away):
            story.causes.append(Cause("absence-ended", told.absence_id, told.until, told.absence))
            yield (
                told.at,
                AbsenceReported(absence_id=told.absence_id, absence=told.absence, from_at=told.at, until_at=told.until,
                                reported_at=told.at, **of),
            )  # fmt: skip
        elif isinstance(told, h.MovedAway):
            story.left_at = told.at
            yield told.at, CareEnded(end_id=told.end_id, why="moved-away", ended_at=told.at, **of)

    def _cause(self, event: str, visit: str, at: datetime) -> StayId:
        stay_id = StayId(derived("stay", visit))
        self.story.causes.append(Cause(event, stay_id, at))
        return stay_id

    def _death(self, report_id: UUID, at: datetime) -> Fact:
        self.story.deaths.append((report_id, at, None))
        self.story.causes.append(Cause("death-reported", report_id, at))
        return at, DeathReported(report_id=report_id, source="family", reported_at=at, **self._of())

    def _of(self) -> dict[str, Any]:
        return {"city": self._policy.city, "county": self._person.county, "person_id": self._person.person_id}

    def _card(self, category: str) -> PersonCard:
        self._cards += 1
        person, index = self._person, derived("test", "index")
        holders = tuple(
            Holder(
                role=role, party="", holder_id=person.liaison.holder_id, unit_id=person.unit_id, name=NAME, phone=PHONE
            )
            for role in sorted(roles_of(self._policy))
        )
        return PersonCard(
            version=self._cards, kind=person.kind, category=category, name=NAME, resident_id_index=index,
            name_index=index, birth_date_index=index, unit_id=person.unit_id, unit_name="", holders=holders,
            stated_at=self._now, birth_year=person.birth_date.year, birthday=f"{person.birth_date:%m-%d}", **self._of(),
        )  # fmt: skip


def roles_of(policy: Policy) -> set[str]:
    """All that its rules count on: everybody is there."""
    rules = [*policy.rules.values(), *(rule for of in policy.counties.values() for rule in of.values())]
    return {role for rule in rules for role in (rule.role, *(rung.role for rung in rule.ladder))}


def lived(
    people: Sequence[Person], told: Sequence[h.Happening], first: date, days: int, unvisited: Sequence[Person] = (),
    policy: Policy = POLICY,
) -> list[Lived]:  # fmt: skip
    """Everybody of these, from the morning of the first day."""
    until = datetime.combine(first, time(), SHANGHAI) + timedelta(days=days)
    everybody = [
        Lived(
            person,
            datetime.combine(first, SETTLED, SHANGHAI),
            until,
            seed=1,
            visited=person not in unvisited,
            policy=policy,
        )
        for person in people
    ]
    for one in everybody:
        id_ = one.story.person_id
        one.live([t for t in told if isinstance(t, h.OfPerson) and t.person_id == id_ and t.at < until])
    return everybody


def chronicle_of(everybody: Sequence[Lived]) -> Chronicle:
    return {one.story.person_id: one.story for one in everybody}


def rows_of(everybody: Sequence[Lived]) -> list[dict[str, Any]]:
    """Their duties as the tables would hold them."""
    return [
        {"person_id": one.care.person_id, "rule": duty.rule, "occurrence": duty.occurrence}
        for one in everybody
        for duty in one.care.duties.values()
    ]
