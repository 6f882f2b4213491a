"""What the rounds of a holder are told of each of their contacts: enough to see what is odd, and none of the words."""

from bus.decisions import FanOut
from services.visits.domain import Care, Contact
from services.visits.domain.anomalies import Trace
from services.visits.requests.rounds import FollowContact, UnfollowContact


def traced(care: Care, contact: Contact) -> tuple[FanOut, ...]:
    """Asked in a transaction of its own: many people's contacts meet in one holder, and none waits for another.

    A struck one is always told: it may have been followed under another policy.
    """
    policy, holder = care.policy, contact.made_by
    in_person = contact.strength == policy.strengths[0]
    trace = Trace(
        contact_id=contact.contact_id,
        person_id=care.person_id,
        city=care.city,
        county=care.county,
        kind=contact.kind,
        made_at=contact.made_at,
        recorded_at=contact.recorded_at,
        counts=contact.outcome in policy.outcomes_met,
        in_person=in_person,
        place=contact.place if in_person else None,
        community_id=care.community_id,
        note_index=contact.note_index,
        new_facts=contact.new_facts,
        struck=not contact.stands,
    )
    if contact.stands and not policy.limits.may_find_odd(trace):
        return ()
    ask = FollowContact if contact.stands else UnfollowContact
    request = ask(holder_id=holder, contact_id=contact.contact_id, trace=trace)
    return (FanOut("rounds", "holder_id", holder, request),)
