"""How a version of the policy comes into force: one proposes it, another approves it, from a date; all are kept (feature 27).

A roll-back is the proposal of an earlier version. What was in force stays in the book for ever: running duties and the journal
name it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from contracts.event import Event
from contracts.ids import derived
from contracts.refused import Refused
from contracts.visits import PolicyApproved, PolicyWithdrawn
from services.visits.domain.words import REFUSED


@dataclass(frozen=True, slots=True)
class Source:
    """The files of a version as they were proposed: the JSON of path → text."""

    source_id: UUID
    version: str
    files: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """One version, proposed to be in force from a date."""

    proposal_id: UUID
    version: str
    title: str
    note: str
    proposed_by: str
    proposed_at: datetime
    wanted_from: datetime | None = None
    """None = as soon as it is approved."""
    approved_by: str | None = None
    approved_at: datetime | None = None
    in_force_from: datetime | None = None
    withdrawn_by: str | None = None
    withdrawn_at: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Rebase:
    """A named person puts the running duties of the city, a county or one rule under the version in force."""

    rebase_id: UUID
    version: str
    county: str | None
    rule: str | None
    reason: str
    ordered_by: str
    ordered_at: datetime


@dataclass(frozen=True, slots=True)
class PolicyBook:
    """The root: every proposal there ever was in one city, and every re-base."""

    book_id: UUID
    city: str = ""
    proposals: Mapping[UUID, Proposal] = field(default_factory=dict)
    sources: Mapping[UUID, Source] = field(default_factory=dict)
    rebases: Mapping[UUID, Rebase] = field(default_factory=dict)


Decided = tuple[PolicyBook, tuple[Event, ...]]


def propose(book: PolicyBook, proposal: Proposal, files: str, city: str) -> Decided:
    """Nothing is in force by a proposal, and nothing is to have been in force before it."""
    if proposal.proposal_id in book.proposals:
        return book, ()
    if proposal.wanted_from is not None and proposal.wanted_from < proposal.proposed_at:
        raise _refused("in-force-from-past", "wanted_from")
    source = Source(derived("policy-source", proposal.version), proposal.version, files)
    sources = {**book.sources, source.source_id: source}
    proposals = {**book.proposals, proposal.proposal_id: proposal}
    return replace(book, city=book.city or city, proposals=proposals, sources=sources), ()


def approve(
    book: PolicyBook, proposal_id: UUID, approved_by: str, now: datetime, put_off_until: datetime | None = None
) -> Decided:
    """By another person than who proposed it; in force from the date that was wanted, or later, and never from the past."""
    proposal = _waiting(book, proposal_id)
    if proposal.proposed_by == approved_by:
        raise _refused("approved-by-its-author", "proposal_id")
    at = _from_when(proposal, now, put_off_until)
    approved = replace(proposal, approved_by=approved_by, approved_at=now, in_force_from=at)
    said = PolicyApproved(
        city=book.city,
        county="",
        book_id=book.book_id,
        proposal_id=proposal_id,
        version=proposal.version,
        title=proposal.title,
        proposed_by=proposal.proposed_by,
        approved_by=approved_by,
        in_force_from=at,
    )
    return _with(book, approved), (said,)


def withdraw(book: PolicyBook, proposal_id: UUID, withdrawn_by: str, reason: str, now: datetime) -> Decided:
    """Before it is in force; afterwards an earlier version is proposed instead."""
    proposal = book.proposals.get(proposal_id)
    if proposal is None:
        raise _refused("proposal-unknown", "proposal_id")
    if proposal.in_force_from is not None and proposal.in_force_from <= now:
        raise _refused("proposal-in-force", "proposal_id")
    if proposal.withdrawn_at is not None:
        raise _refused("proposal-withdrawn", "proposal_id")
    gone = replace(proposal, withdrawn_by=withdrawn_by, withdrawn_at=now, reason=reason)
    said = PolicyWithdrawn(
        city=book.city,
        county="",
        book_id=book.book_id,
        proposal_id=proposal_id,
        version=proposal.version,
        withdrawn_by=withdrawn_by,
        reason=reason,
        withdrawn_at=now,
    )
    return _with(book, gone), (said,)


def order(book: PolicyBook, rebase: Rebase, city: str) -> PolicyBook:
    """It is written down who ordered it, and why."""
    return replace(book, city=book.city or city, rebases={**book.rebases, rebase.rebase_id: rebase})


def _from_when(proposal: Proposal, now: datetime, put_off_until: datetime | None) -> datetime:
    """Both persons have agreed to this date: who approves may put it off, not bring it forward."""
    if put_off_until is None:
        return max(now, proposal.wanted_from or now)
    if put_off_until < now:
        raise _refused("in-force-from-past", "in_force_from")
    if proposal.wanted_from is not None and put_off_until < proposal.wanted_from:
        raise _refused("in-force-before-wanted", "in_force_from")
    return put_off_until


def _waiting(book: PolicyBook, proposal_id: UUID) -> Proposal:
    proposal = book.proposals.get(proposal_id)
    if proposal is None:
        raise _refused("proposal-unknown", "proposal_id")
    if proposal.withdrawn_at is not None:
        raise _refused("proposal-withdrawn", "proposal_id")
    if proposal.approved_at is not None:
        raise _refused("proposal-approved", "proposal_id")
    return proposal


def _with(book: PolicyBook, proposal: Proposal) -> PolicyBook:
    return replace(book, proposals={**book.proposals, proposal.proposal_id: proposal})


def _refused(rule: str, field: str) -> Refused:
    return Refused(rule, REFUSED[rule], field)
