"""Everything visits hears, is asked and is woken to; the rules themselves stand in `domain`."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from bus.decisions import Caller, Decision, Decisions, Rejected
from contracts.event import Event
from contracts.ids import HolderId
from contracts.medical import AdmissionCancelled, DischargeCancelled, PatientAdmitted, PatientDischarged
from contracts.notify import CaseAcknowledged, CaseHandedOver
from contracts.registry import (
    DeathReported,
    DeathRetracted,
    FamilyChanged,
    HardshipReported,
    PersonCard,
    PersonEnrolled,
)
from contracts.visits import ContactMade
from services.visits import domain
from services.visits.domain import Care, Contact, facts
from services.visits.requests import ContactRecorded, DutyLetGo, RecordContact, WaiveDuty
from services.visits.store import care_store


def _risk(state: Care) -> int:
    """Who is woken first: 0 somebody overdue, in hospital or bereaved; 1 somebody is owed something; 2 all is done."""
    open_ = [duty for duty in state.duties.values() if duty.is_open]
    if any(duty.missed_at is not None or duty.cause_id is not None for duty in open_):
        return 0
    return 1 if open_ else 2


care = Decisions(of=Care, kept_in=care_store, wakes_at=domain.next_change, risk=_risk)
care.settled_under = lambda: care_store.given["policy"].version if "policy" in care_store.given else None


def _settled(learnt: Care, now: datetime) -> Decision[Care]:
    """Whatever is learnt, the duties that exist become those that must exist."""
    return Decision(*domain.settle(learnt, now))


def _hears(event: type[Event], learn: Callable[..., Care]) -> None:
    """The state learns the fact; the rest follows from the policy."""

    def decide(state: Care, fact: Event, now: datetime) -> Decision[Care]:
        return _settled(learn(state, fact, now), now)

    care.hears(event)(decide)


_hears(PersonEnrolled, facts.enrolled)
_hears(PersonCard, facts.carded)
_hears(PatientAdmitted, facts.admitted)
_hears(PatientDischarged, facts.discharged)
_hears(DischargeCancelled, facts.discharge_cancelled)
_hears(AdmissionCancelled, facts.admission_cancelled)
_hears(DeathReported, facts.death_reported)
_hears(DeathRetracted, facts.death_retracted)
_hears(FamilyChanged, facts.family_changed)
_hears(HardshipReported, facts.hardship_reported)
_hears(CaseAcknowledged, domain.acknowledge)
_hears(CaseHandedOver, domain.hand_over)


@care.asked(RecordContact)
def record_contact(state: Care, request: RecordContact, now: datetime) -> Decision[Care]:
    """A contact discharges every open duty of its own party that it is strong enough for."""
    holder, role, party = _holder(state, request.by)
    contact = Contact(
        request.contact_id, request.kind, party, role, request.strength, request.outcome, holder, request.made_at, now
    )
    after, said = domain.record_contact(state, contact)
    discharged = [d for fact in said if isinstance(fact, ContactMade) for d in fact.discharged]
    return Decision(after, said, answer=ContactRecorded(contact_id=request.contact_id, discharged=discharged))


@care.asked(WaiveDuty)
def waive_duty(state: Care, request: WaiveDuty, now: datetime) -> Decision[Care]:
    """It ends as waived, by this person, for this reason."""
    holder, _, _ = _holder(state, request.by)
    after, said = domain.waive(state, request.duty_id, holder, request.reason, now)
    return Decision(after, said, answer=DutyLetGo(duty_id=request.duty_id))


@care.woken
def the_hour_has_come(state: Care, now: datetime) -> Decision[Care]:
    """A period begins, a duty is missed, a rung of the ladder is reached."""
    return Decision(*domain.settle(state, now))


def _holder(state: Care, by: Caller | None) -> tuple[HolderId, str, str]:
    """Who acts, in which role, for which party; everybody acts within their reach only."""
    if by is None:
        raise Rejected("nobody", "不知道是谁办的", status=401)
    party = state.policy.role_party.get(by.role)
    if party is None:
        raise Rejected("role-unknown", f"角色 {by.role} 不在政策之中", "by", status=403)
    if state.kind is not None and not by.acts_in(state.county, state.unit_id, state.community_id):
        raise Rejected("out-of-reach", "不在此令牌的单位或县（市、区）之内", "person_id", status=403)
    try:
        return HolderId(UUID(by.person)), by.role, party
    except ValueError:
        raise Rejected("holder-unnamed", "令牌中的人员编号不是 UUID", "by", status=403) from None
