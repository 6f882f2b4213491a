"""Everything visits hears, is asked and is woken to; the rules themselves stand in `domain`."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from bus.decisions import Caller, Decision, Decisions, FanOut, Rejected
from contracts.event import Event
from contracts.ids import HolderId, PersonId, derived
from contracts.medical import AdmissionCancelled, DischargeCancelled, PatientAdmitted, PatientDischarged
from contracts.notify import CaseAcknowledged, CaseHandedOver
from contracts.registry import (
    AbsenceEnded,
    AbsenceReported,
    CareEnded,
    CareResumed,
    DeathReported,
    DeathRetracted,
    FamilyChanged,
    FamilyChangeRetracted,
    HardshipReported,
    HardshipRetracted,
    PersonCard,
    PersonClassed,
    PersonEnrolled,
    PostFilled,
    PostVacant,
    SituationBegan,
    SituationEnded,
)
from contracts.visits import ContactMade, ContactStruck
from services.visits import domain
from services.visits.domain import Care, Contact, causes, certificates, learning, merging, proposals
from services.visits.domain.certificates import Certificate, CertificateBook
from services.visits.domain.merging import Handover
from services.visits.domain.proposals import PolicyBook, Proposal, Rebase
from services.visits.requests import (
    ApprovePolicy,
    CertificateIssued,
    ContactRecorded,
    ContactWasStruck,
    Decreed,
    DutyLetGo,
    IssueCertificate,
    OrderRebase,
    ProposePolicy,
    RebaseDuties,
    RebaseOrdered,
    RecordContact,
    StrikeContact,
    TakeOver,
    WaiveDuty,
    WithdrawPolicy,
)
from services.visits.store import care_store, certificate_book_store, policy_book_store
from services.visits.tracing import traced


def _risk(state: Care) -> int:
    """Who is woken first: 0 somebody overdue, in hospital or bereaved; 1 somebody is owed something; 2 all is done."""
    open_ = [duty for duty in state.duties.values() if duty.is_open]
    if any(duty.missed_at is not None or duty.cause_id is not None for duty in open_):
        return 0
    return 1 if open_ else 2


care = Decisions(
    of=Care,
    kept_in=care_store,
    wakes_at=domain.next_change,
    risk=_risk,
    settled_under=lambda state: state.book.label,
    in_force=care_store.label_in_force,
)
policy_book = Decisions(of=PolicyBook, kept_in=policy_book_store)
certificate_book = Decisions(of=CertificateBook, kept_in=certificate_book_store)


def _hears(event: type[Event], learn: Callable[..., Care]) -> None:
    """The state learns the fact; the rest follows from the policy: the duties that exist become those that must exist."""

    def decide(state: Care, fact: Event, now: datetime) -> Decision[Care]:
        return Decision(*domain.hear(state, lambda care: learn(care, fact, now), now))

    care.hears(event)(decide)


_hears(PersonEnrolled, learning.enrolled)
_hears(PersonCard, learning.carded)
_hears(PatientAdmitted, learning.admitted)
_hears(PatientDischarged, learning.discharged)
_hears(DischargeCancelled, learning.discharge_cancelled)
_hears(AdmissionCancelled, learning.admission_cancelled)
_hears(DeathReported, learning.death_reported)
_hears(DeathRetracted, learning.death_retracted)
_hears(FamilyChanged, learning.family_changed)
_hears(HardshipReported, learning.hardship_reported)
_hears(PersonClassed, learning.reclassed)
_hears(SituationBegan, learning.situation_began)
_hears(SituationEnded, learning.situation_ended)
_hears(AbsenceReported, learning.absence_reported)
_hears(AbsenceEnded, learning.absence_ended)
_hears(PostVacant, learning.post_vacant)
_hears(PostFilled, learning.post_filled)
_hears(CaseAcknowledged, domain.acknowledge)
_hears(CaseHandedOver, domain.hand_over)


@care.hears(CareEnded)
def care_has_ended(state: Care, fact: CareEnded, now: datetime) -> Decision[Care]:
    """Where another file goes on, it takes over what this one has not settled."""
    if fact.end_id in state.happenings and state.happenings[fact.end_id].known_at is not None:
        return Decision(state)
    given = merging.handover_of(state)
    decided = Decision(*domain.settle(learning.care_ended(state, fact, now), now))
    return replace(decided, fan_out=_taken_over(fact.into, fact.end_id, given, back=False))


@care.hears(CareResumed)
def care_is_resumed(state: Care, fact: CareResumed, now: datetime) -> Decision[Care]:
    """What another file had taken over is this one's again."""
    ended = state.happenings.get(fact.end_id)
    decided = Decision(*domain.settle(learning.care_resumed(state, fact, now), now))
    if ended is None or ended.until is not None:
        return decided
    return replace(decided, fan_out=_taken_over(ended.into, fact.end_id, merging.handover_of(state), back=True))


def _hears_retraction(event: type[Event], learn: Callable[..., Care], id_of: str) -> None:
    """Where the file was merged since, what the other has taken over of it falls there, too."""

    def decide(state: Care, fact: Event, now: datetime) -> Decision[Care]:
        decided = Decision(*domain.hear(state, lambda care: learn(care, fact, now), now))
        id_ = getattr(fact, id_of)
        given = Handover((), (decided.state.happenings[id_],), (), {})
        return replace(decided, fan_out=_taken_over(causes.into(state), derived("retraction", id_), given, back=True))

    care.hears(event)(decide)


_hears_retraction(FamilyChangeRetracted, learning.family_change_retracted, "change_id")
_hears_retraction(HardshipRetracted, learning.hardship_retracted, "hardship_id")


def _taken_over(into: PersonId | None, end_id: UUID, given: Handover, *, back: bool) -> tuple[FanOut, ...]:
    if into is None:
        return ()
    take_over_id = derived("take-over", end_id, back)
    request = TakeOver(end_id=end_id, take_over_id=take_over_id, given=given, back=back)
    return (FanOut("care", "person_id", into, request),)


@care.asked(TakeOver)
def take_over(state: Care, request: TakeOver, now: datetime) -> Decision[Care]:
    """Under another file that was the same person's; or back, when they were two after all."""
    if request.back:
        return Decision(*merging.give_back(state, request.given, now))
    return Decision(*merging.take_over(state, request.given, now))


@care.asked(RecordContact)
def record_contact(state: Care, request: RecordContact, now: datetime) -> Decision[Care]:
    """A contact discharges every open duty of its own party that it is strong enough for."""
    holder, role, party = _holder(state, request.by)
    contact = Contact(
        request.contact_id, request.kind, party, role, request.strength, request.outcome, holder, request.made_at, now,
        request.note, request.note_index, request.place, request.witness, request.photo, request.new_facts,
    )  # fmt: skip
    after, said = domain.record_contact(state, contact)
    discharged = [d for fact in said if isinstance(fact, ContactMade) for d in fact.discharged]
    answer = ContactRecorded(contact_id=request.contact_id, discharged=discharged)
    return Decision(after, said, answer, traced(after, contact) if after is not state else ())


@care.asked(StrikeContact, whole=True)
def strike_contact(state: Care, request: StrikeContact, now: datetime) -> Decision[Care]:
    """By who recorded it, or by somebody who may let duties of that party go."""
    holder, role, _ = _holder(state, request.by)
    contact = state.contacts.get(request.contact_id)
    if contact is not None and contact.made_by != holder and contact.party not in state.policy.waives.get(role, ()):
        raise Rejected("not-theirs-to-strike", "只有记录人本人或主管一方可以作废", "contact_id", status=403)
    after, said = domain.strike(state, request.contact_id, holder, request.reason, now)
    reopened = [duty_id for fact in said if isinstance(fact, ContactStruck) for duty_id in fact.reopened]
    answer = ContactWasStruck(contact_id=request.contact_id, reopened=reopened)
    return Decision(after, said, answer, traced(after, after.contacts[request.contact_id]))


@care.asked(WaiveDuty)
def waive_duty(state: Care, request: WaiveDuty, now: datetime) -> Decision[Care]:
    """It ends as waived, by this person, for this reason."""
    holder, role, _ = _holder(state, request.by)
    after, said = domain.waive(state, request.duty_id, holder, role, request.reason, now)
    return Decision(after, said, answer=DutyLetGo(duty_id=request.duty_id))


@care.asked(RebaseDuties)
def rebase_duties(state: Care, request: RebaseDuties, now: datetime) -> Decision[Care]:
    """Where another version has come into force since it was ordered, nobody has said that it should be that one."""
    if state.policy.version != request.version:
        return Decision(state)
    return Decision(*domain.rebase(state, request.rebase_id, request.rule, now))


@care.woken
def the_hour_has_come(state: Care, now: datetime) -> Decision[Care]:
    """A period begins, a duty is missed, a rung of the ladder is reached."""
    return Decision(*domain.settle(state, now))


@policy_book.asked(ProposePolicy)
def propose_policy(state: PolicyBook, request: ProposePolicy, now: datetime) -> Decision[PolicyBook]:
    """It waits for another person's approval. (The door has read the pack: what comes here has no mistakes.)"""
    proposal = Proposal(
        request.proposal_id,
        request.version,
        request.title,
        request.note,
        person_of(request.by),
        now,
        request.wanted_from,
    )
    files = json.dumps(request.files, ensure_ascii=False, sort_keys=True)
    after, said = proposals.propose(state, proposal, files, request.city)
    return Decision(after, said, _decreed(after, request.proposal_id))


@policy_book.asked(ApprovePolicy)
def approve_policy(state: PolicyBook, request: ApprovePolicy, now: datetime) -> Decision[PolicyBook]:
    by, later = person_of(request.by), request.in_force_from
    after, said = proposals.approve(state, request.proposal_id, by, now, later)
    return Decision(after, said, _decreed(after, request.proposal_id))


@policy_book.asked(WithdrawPolicy)
def withdraw_policy(state: PolicyBook, request: WithdrawPolicy, now: datetime) -> Decision[PolicyBook]:
    after, said = proposals.withdraw(state, request.proposal_id, person_of(request.by), request.reason, now)
    return Decision(after, said, _decreed(after, request.proposal_id))


@policy_book.asked(OrderRebase)
def order_rebase(state: PolicyBook, request: OrderRebase, now: datetime) -> Decision[PolicyBook]:
    """A named person, for a reason; then everybody's duties, person by person. (The door has seen what is in force.)"""
    rebase_id, version, county, rule = request.rebase_id, request.version, request.county, request.rule
    rebase = Rebase(rebase_id, version, county, rule, request.reason, person_of(request.by), now)
    each = RebaseDuties(rebase_id=rebase_id, version=version, rule=rule, by=request.by)
    answer = RebaseOrdered(rebase_id=rebase_id, version=version, county=county, rule=rule)
    after = proposals.order(state, rebase, request.city)
    return Decision(after, answer=answer, fan_out=(FanOut(care.name, "county", county, each),))


@certificate_book.asked(IssueCertificate)
def issue_certificate(state: CertificateBook, request: IssueCertificate, now: datetime) -> Decision[CertificateBook]:
    """Everybody was counted (the auditor has done it): the figures become the next of the chain."""
    counted = Certificate(**request.model_dump(exclude={"by", "book_id", "issue_id", "city"}))
    after, said = certificates.issue(state, request.city, counted)
    return Decision(after, said, answer=CertificateIssued(number=after.number, hash=after.hash))


def _decreed(book: PolicyBook, proposal_id: UUID) -> Decreed:
    proposal = book.proposals[proposal_id]
    at = None if proposal.withdrawn_at is not None else proposal.in_force_from
    return Decreed(proposal_id=proposal_id, version=proposal.version, in_force_from=at)


def person_of(by: Caller | None) -> str:
    if by is None:
        raise Rejected("nobody", "不知道是谁办的", status=401)
    return by.person


def _holder(state: Care, by: Caller | None) -> tuple[HolderId, str, str]:
    """Who acts, in which role, for which party; everybody acts within their reach only."""
    holder, by = holder_of(by)
    party = state.policy.role_party.get(by.role)
    if party is None:
        raise Rejected("role-unknown", f"角色 {by.role} 不在政策之中", "by", status=403)
    if state.kind is not None and not by.acts_in(state.county, state.unit_id, state.community_id, held=state.held):
        raise Rejected("out-of-reach", by.beyond, "person_id", status=403)
    return holder, by.role, party


def holder_of(by: Caller | None) -> tuple[HolderId, Caller]:
    """Who acts, by the id under which cards name them."""
    person_of(by)
    assert by is not None
    if by.holder is None:
        raise Rejected("holder-unnamed", "令牌中的人员编号不是 UUID", "by", status=403)
    return HolderId(by.holder), by
