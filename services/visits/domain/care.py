"""All that the visits service knows of one person: facts as they were heard, duties, contacts. Nothing derived is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from contracts.event import Event
from contracts.ids import ContactId, DutyId, HolderId, PersonId, StayId, UnitId
from services.visits.domain.rules import OnDeath, Policy, Rule

CALENDAR = "calendar"


class ClosedAs(StrEnum):
    """A duty ends in exactly one way; it never expires."""

    DONE = "done"
    WAIVED = "waived"
    SUPERSEDED = "superseded"


class By(StrEnum):
    """What closed a duty; `closed_by_id` names it."""

    CONTACT = "contact"
    HOLDER = "holder"
    DUTY = "duty"
    RETRACTION = "retraction"
    DEATH = "death"


@dataclass(frozen=True, slots=True)
class Stay:
    """One hospital stay, whichever of its ends we hear of first. A cancelled one never was."""

    stay_id: StayId
    admitted_at: datetime | None = None
    heard_at: datetime | None = None
    """When we first heard of the admission."""
    discharged_at: datetime | None = None
    discharge_recorded_at: datetime | None = None
    """By the hospital; so too when it took the discharge back."""
    discharge_cancelled_at: datetime | None = None
    cancelled_at: datetime | None = None

    @property
    def stands(self) -> bool:
        return self.heard_at is not None and self.cancelled_at is None

    @property
    def goes_on(self) -> bool:
        ended, back = self.discharge_recorded_at, self.discharge_cancelled_at
        return self.stands and (ended is None or (back is not None and back >= ended))


@dataclass(frozen=True, slots=True)
class Death:
    """One report of death. A retraction is of this very report, and for good."""

    report_id: UUID
    reported_at: datetime | None = None
    heard_at: datetime | None = None
    died_at: datetime | None = None
    retracted_at: datetime | None = None

    @property
    def stands(self) -> bool:
        return self.reported_at is not None and self.retracted_at is None


@dataclass(frozen=True, slots=True)
class FamilyChange:
    """Something grave in the family (row 14)."""

    change_id: UUID
    change: str
    happened_on: date | None
    reported_at: datetime
    heard_at: datetime


@dataclass(frozen=True, slots=True)
class Hardship:
    """A special hardship (row 13)."""

    hardship_id: UUID
    hardship: str
    reported_at: datetime
    heard_at: datetime


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing owed. It keeps the policy version under which it was opened, and its first due time whatever comes.

    A decision needs those that are open, were closed by a death, or were not followed: all others may stay in their table.
    """

    duty_id: DutyId
    rule: str
    policy: str
    kind: str
    party: str
    role: str
    strength: str
    cause_kind: str
    cause_id: UUID | None
    cause_at: datetime
    """When we knew of the cause, or the beginning of the period."""
    occurrence: str
    counts_from: datetime
    """What was done before this was not done for this."""
    opened_at: datetime
    due_at: datetime
    answering: str
    """The role that must act now: the holder's own, or that of the rung last reached."""
    rung: int = 0
    next_rung_at: datetime | None = None
    escalated_at: datetime | None = None
    missed_at: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: HolderId | None = None
    acknowledged_rung: int | None = None
    followed_by: DutyId | None = None
    """The next occurrence of a calendar rule."""
    closed_at: datetime | None = None
    closed_as: ClosedAs | None = None
    closed_by: By | None = None
    closed_by_id: UUID | None = None
    reason: str | None = None

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


@dataclass(frozen=True, slots=True)
class Contact:
    """Something actually done, or tried: only some outcomes discharge."""

    contact_id: ContactId
    kind: str
    party: str
    role: str
    strength: str
    outcome: str
    made_by: HolderId
    made_at: datetime
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Care:
    """The root. It bears hearing of anything before it hears of the person: `kind` None = not known yet, nothing is owed."""

    person_id: PersonId
    city: str = ""
    county: str = ""
    kind: str | None = None
    category: str | None = None
    classed_at: datetime | None = None
    """Since when we know this kind and category: what a rule asked of another class before is not asked of this one."""
    unit_id: UnitId | None = None
    community_id: UnitId | None = None
    enrolled_at: datetime | None = None
    card_version: int | None = None
    roles_held: tuple[str, ...] | None = None
    """The roles that somebody holds for this person, by the latest card; None = no card was heard."""
    governed_by: str | None = None
    governed_since: datetime | None = None
    """Since when this version of the policy governs this person: a new rule asks nothing of the time before."""
    stays: Mapping[StayId, Stay] = field(default_factory=dict)
    deaths: Mapping[UUID, Death] = field(default_factory=dict)
    family_changes: Mapping[UUID, FamilyChange] = field(default_factory=dict)
    hardships: Mapping[UUID, Hardship] = field(default_factory=dict)
    duties: Mapping[DutyId, Duty] = field(default_factory=dict)
    contacts: Mapping[ContactId, Contact] = field(default_factory=dict)
    policy: Policy = field(kw_only=True, compare=False, repr=False, metadata={"context": True})

    def rule_of(self, duty: Duty) -> Rule | None:
        return self.policy.rules.get(duty.rule)

    def ends_with_death(self, duty: Duty) -> bool:
        """A duty whose rule nobody knows any more stops at a death: greetings to the dead are the worse mistake."""
        rule = self.rule_of(duty)
        return rule is None or rule.on_death is OnDeath.SUPERSEDE


Decided = tuple[Care, tuple[Event, ...]]
"""The state as it is now, and the facts to tell, in order. The very same state = nothing has changed."""


def episode(care: Care) -> Death | None:
    """The report with which the present death began; None = living. A second report of one death is no second death.

    A report that was retracted still dates the episode when another stood by then: the family is owed one visit, not two.
    """
    reports = [death for death in care.deaths.values() if death.reported_at is not None]
    standing = [death for death in reports if death.retracted_at is None]
    if not standing:
        return None
    reports.sort(key=_begin, reverse=True)
    first = min(standing, key=_begin)
    for death in reports:  # latest first: each that still stood when the one after it came carries the episode back
        if _begin(death) < _begin(first) and death.retracted_at is not None and death.retracted_at >= _begin(first)[0]:
            first = death
    return first


def _begin(death: Death) -> tuple[datetime, str]:
    assert death.reported_at is not None
    return death.reported_at, str(death.report_id)
