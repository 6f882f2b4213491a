"""Which version of the policy is in force, and who decided so."""

from uuid import UUID

from pydantic import AwareDatetime

from contracts.event import Event, Topic

POLICIES = Topic("visits.policies", "Which version of the policy is in force from when, and who decided so")


class PolicyApproved(Event, topic=POLICIES, type="visits.policy-approved.v1", key="book_id"):
    """A version of the policy, proposed by one person, was approved by another: it is in force from this instant on."""

    book_id: UUID
    proposal_id: UUID
    version: str
    title: str
    proposed_by: str
    approved_by: str
    in_force_from: AwareDatetime


class PolicyWithdrawn(Event, topic=POLICIES, type="visits.policy-withdrawn.v1", key="book_id"):
    """A version that was proposed, and perhaps approved for a later date, will not come into force."""

    book_id: UUID
    proposal_id: UUID
    version: str
    withdrawn_by: str
    reason: str
    """About the policy and no person: in clear."""
    withdrawn_at: AwareDatetime
