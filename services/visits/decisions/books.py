"""The policy book and the book of certificates."""

import json
from datetime import datetime
from uuid import UUID

from bus.decisions import Decision, Decisions, FanOut
from contracts.registry import PeopleCounted
from services.visits.decisions.callers import person_of
from services.visits.decisions.care import care
from services.visits.domain import certificates, proposals
from services.visits.domain.certificates import Certificate, CertificateBook
from services.visits.domain.proposals import PolicyBook, Proposal, Rebase
from services.visits.requests.certificates import CertificateIssued, IssueCertificate
from services.visits.requests.policies import (
    ApprovePolicy,
    Decreed,
    OrderRebase,
    ProposePolicy,
    RebaseDuties,
    RebaseOrdered,
    WithdrawPolicy,
)
from services.visits.store import certificate_book_store, policy_book_store

policy_book = Decisions(of=PolicyBook, kept_in=policy_book_store, zh="政策簿")
certificate_book = Decisions(of=CertificateBook, kept_in=certificate_book_store, zh="证书簿")


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


@certificate_book.hears(PeopleCounted, key=lambda said: certificates.book_of(said.city))
def the_registry_has_counted(state: CertificateBook, said: PeopleCounted, now: datetime) -> Decision[CertificateBook]:
    """The next certificate is compared with it."""
    return Decision(certificates.hear_count(state, said))


@certificate_book.asked(IssueCertificate)
def issue_certificate(state: CertificateBook, request: IssueCertificate, now: datetime) -> Decision[CertificateBook]:
    """Everybody was counted (the auditor has done it): the figures become the next of the chain."""
    counted = Certificate(**request.model_dump(exclude={"by", "at_door", "book_id", "issue_id", "city"}))
    after, said = certificates.issue(state, request.city, counted)
    return Decision(after, said, answer=CertificateIssued(number=after.number, hash=after.hash))


def _decreed(book: PolicyBook, proposal_id: UUID) -> Decreed:
    proposal = book.proposals[proposal_id]
    at = None if proposal.withdrawn_at is not None else proposal.in_force_from
    return Decreed(proposal_id=proposal_id, version=proposal.version, in_force_from=at)
