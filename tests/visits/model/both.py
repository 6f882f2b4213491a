"""One life lived twice: by the engine, as the store lends it a care, and by the model. After each step they must agree."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pytest import raises

from contracts.event import Event
from contracts.ids import ContactId, StayId
from contracts.medical import AdmissionCancelled, DischargeCancelled, PatientAdmitted, PatientDischarged
from contracts.refused import Refused
from contracts.registry import DeathReported, DeathRetracted
from services.visits.domain import (
    Activation,
    Book,
    Care,
    Contact,
    Duty,
    happened,
    learning,
    record_contact,
    settle,
    strike,
    waive,
)
from services.visits.domain.happenings import Happening
from services.visits.domain.ladder import acknowledge, hand_over
from tests.reasons import a_reason
from tests.visits.model.agreeing import Agreeing, of_model
from tests.visits.model.fact import Class, Discharge, Fact, Made
from tests.visits.model.heard import Heard
from tests.visits.model.owed import Owed
from tests.visits.model.rules import VERSIONS
from tests.visits.town import NOTE, OLD_LI, WANG, card, says_cannot, says_known

KIND = {"family-change": "family-changed", "hardship": "hardship-reported", "situation": "situation-began"}


@dataclass
class Both(Agreeing):
    """Whoever drives it says what happens."""

    cards: int = 0

    # --- what is heard

    def classed(self, county: str, kind: str, category: str) -> None:
        of = Class(county, kind, category, self.rank)
        self.cards += 1
        version, known, now = self.cards, self.engine.kind is not None, self.now

        def learn(care: Care) -> Care:
            other = known and (care.kind, care.category) != (of.kind, of.category)
            said = card(version, of.category).model_copy(
                update={
                    "kind": of.kind,
                    "county": of.county,
                    "rank": of.rank,
                    "wishes": care.wishes,
                    "classed_at": now if other else care.reclassed_at,
                    "birth_year": self.born.year if self.born is not None else None,
                    "birthday": f"{self.born:%m-%d}" if self.born is not None else None,
                }
            )
            return replace(learning.carded(care, said, now), held=care.held)

        def tell(heard: Heard) -> None:
            if not heard.classes or heard.classes[-1][1] != of:
                heard.classes.append((now, of))

        self._hears(learn, tell)

    def holds(self, roles: frozenset[str] | None) -> None:
        self._hears(
            lambda care: replace(care, held=dict.fromkeys(sorted(roles), (WANG,)) if roles is not None else None),
            lambda heard: setattr(heard, "held", roles),
        )

    def admitted(self, id_: UUID, at: datetime) -> None:
        now = self.now

        def tell(heard: Heard) -> None:
            fact = heard.facts.setdefault(id_, Fact("stay", id_))
            if fact.known is None:
                fact.known, fact.happened = now, at

        said = _of(PatientAdmitted, stay_id=StayId(id_), hospital="h", admitted_at=at)
        self._hears(lambda care: learning.admitted(care, said, now), tell)

    def cancelled(self, id_: UUID) -> None:
        now = self.now

        def tell(heard: Heard) -> None:
            heard.facts.setdefault(id_, Fact("stay", id_)).taken_back = now

        said = _of(AdmissionCancelled, stay_id=StayId(id_), hospital="h", cancelled_at=now)
        self._hears(lambda care: learning.admission_cancelled(care, said, now), tell)

    def discharged(self, id_: UUID, at: datetime, recorded: datetime) -> None:
        now = self.now

        def tell(heard: Heard) -> None:
            fact = heard.facts.setdefault(id_, Fact("stay", id_))
            if not any(one.recorded == recorded for one in fact.discharges):
                fact.discharges.append(Discharge(recorded, at, now))

        said = _of(PatientDischarged, stay_id=StayId(id_), hospital="h", discharged_at=at, recorded_at=recorded)
        self._hears(lambda care: learning.discharged(care, said, now), tell)

    def discharge_cancelled(self, id_: UUID, at: datetime) -> None:
        now = self.now

        def tell(heard: Heard) -> None:
            heard.facts.setdefault(id_, Fact("stay", id_)).discharges_taken_back.append(at)

        said = _of(DischargeCancelled, stay_id=StayId(id_), hospital="h", cancelled_at=at)
        self._hears(lambda care: learning.discharge_cancelled(care, said, now), tell)

    def died(self, id_: UUID, reported: datetime) -> None:
        now = self.now

        def tell(heard: Heard) -> None:
            fact = heard.facts.setdefault(id_, Fact("death", id_))
            if fact.known is None:
                fact.known, fact.reported = now, reported

        said = _of(DeathReported, report_id=id_, source="family", reported_at=reported)
        self._hears(lambda care: learning.death_reported(care, said, now), tell)

    def lives(self, id_: UUID, at: datetime) -> None:
        now = self.now

        def tell(heard: Heard) -> None:
            fact = heard.facts.setdefault(id_, Fact("death", id_))
            fact.taken_back = fact.taken_back or at

        said = _of(DeathRetracted, report_id=id_, reason=a_reason("a namesake"), retracted_at=at)
        self._hears(lambda care: learning.death_retracted(care, said, now), tell)

    def begins(self, kind: str, id_: UUID, what: str, at: datetime, until: datetime | None = None) -> None:
        """A hardship, a change in the family, a situation, an expected absence, the end of the care."""
        now, event = self.now, KIND.get(kind, kind)

        def learn(care: Care) -> Care:
            begun = happened.begun(care, id_, event, what, at, now)
            one = begun.happenings[id_]
            return (
                begun if begun is care or one.until or until is None else happened.over(begun, id_, event, until, now)
            )

        def tell(heard: Heard) -> None:
            fact = heard.facts.setdefault(id_, Fact(kind, id_))
            if fact.known is None:
                fact.known, fact.happened, fact.what = now, at, what
                if fact.until is None and until is not None:
                    fact.until, fact.until_known = until, now

        self._hears(learn, tell)

    def ends(self, kind: str, id_: UUID, at: datetime) -> None:
        event, now = KIND.get(kind, kind), self.now

        def tell(heard: Heard) -> None:
            fact = heard.facts.setdefault(id_, Fact(kind, id_))
            if fact.until != at:
                fact.until, fact.until_known = at, now

        self._hears(lambda care: happened.over(care, id_, event, at, now), tell)

    def takes_back(self, kind: str, id_: UUID) -> None:
        event, now = KIND.get(kind, kind), self.now

        def learn(care: Care) -> Care:
            one = care.happenings.get(id_) or Happening(id_, event)
            return happened.with_happening(care, replace(one, retracted_at=now))

        self._hears(learn, lambda heard: setattr(heard.facts.setdefault(id_, Fact(kind, id_)), "taken_back", now))

    def wishes(self, *codes: str) -> None:
        self._hears(lambda care: replace(care, wishes=codes), lambda heard: setattr(heard, "wishes", codes))

    def under(self, version: int) -> None:
        policy, now = VERSIONS[version], self.now
        self._wakes(must_sleep=False)
        self.versions.append(Activation(f"{len(self.versions)}", now, policy))
        self.engine = replace(self.engine, book=Book.of(self.versions))
        self.model.heard.activations.append((now, policy))
        self.model.heard.changed()
        self._wakes(must_sleep=False)

    # --- what people do

    def records(self, id_: UUID, party: str, kind: str, strength: str, outcome: str, made: datetime) -> None:
        if self.engine.kind is None or self.model.heard.care_is_over or id_ in self.contacts:
            return
        self.wait(timedelta(seconds=1))  # what is recorded at one instant has no order
        role = {"mill": "clerk", "hall": "warden", "street": "neighbour"}[party]
        one = Contact(ContactId(id_), kind, party, role, strength, outcome, WANG, made, self.now, NOTE)
        if self.model.nobody_can_be_met(kind, made, self.now):
            with raises(Refused, match="person-died"):
                self._decides(lambda care: record_contact(care, one))
            return
        self._decides(lambda care: record_contact(care, one))
        self.model.record(Made(id_, party, kind, strength, outcome, made, self.now))
        self.did_change = True

    def strikes(self, id_: UUID) -> None:
        if id_ in self.model.heard.contacts:
            self._decides(lambda care: strike(care, ContactId(id_), WANG, a_reason("记成了别人"), self.now), whole=True)
            self.model.strike(id_, self.now)
            self.did_change = True

    def waives(self, nth: int) -> None:
        if pair := self._some(nth):
            duty, one = pair
            self._wakes(must_sleep=False)
            if duty.duty_id in self.owed:
                self._decides(
                    lambda care: waive(care, duty.duty_id, WANG, "chief", a_reason("家属恳请不要打扰"), self.now)
                )
                self.model.waive(one, self.now)

    def knows(self, nth: int, at: datetime) -> None:
        if pair := self._some(nth):
            duty, one = pair
            said = says_known(duty, duty.answering, at)
            self._decides(lambda care: settle(acknowledge(care, said, self.now), self.now))
            self.model.knows(one, duty.answering, at, self.now)

    def cannot(self, nth: int) -> None:
        if pair := self._some(nth):
            duty, one = pair
            said = says_cannot(duty, duty.answering, self.now)
            self._decides(lambda care: settle(hand_over(care, said, self.now), self.now))
            self.model.cannot(one, duty.answering, self.now)

    def _some(self, nth: int) -> tuple[Duty, Owed] | None:
        """An open duty, and what the model calls it."""
        if not self.owed:
            return None
        ids = sorted(self.owed, key=str)
        id_ = ids[nth % len(ids)]
        instead = self.model.heard.instead(self.now)
        duty, alike = self.duties[id_], [one for one in self.model.open if of_model(one, instead) == self.owed[id_]]
        alike.sort(key=lambda one: one.cause is not None and one.cause.id == duty.cause_id)
        return (duty, alike[-1]) if alike else None


def _of(event: type[Event], **fields: Any) -> Any:
    return event(city="town", county="north", person_id=OLD_LI, **fields)
