"""What people do about the care of one person: record a contact, strike one, let a duty go."""

from dataclasses import replace
from datetime import datetime

from bus.decisions import Decision, FanOut, Rejected
from contracts.ids import PersonId, derived
from contracts.visits import ContactMade, ContactStruck
from services.visits import domain
from services.visits.decisions.callers import holder_for
from services.visits.decisions.care import care
from services.visits.domain import Care, Contact, causes, elsewhere
from services.visits.domain.contacts import owed_by
from services.visits.domain.merging import Handover
from services.visits.domain.words import REFUSED
from services.visits.requests.contacts import ContactRecorded, ContactWasStruck, RecordContact, StrikeContact
from services.visits.requests.duties import DutyLetGo, WaiveDuty
from services.visits.requests.merging import StrikeHandedOver
from services.visits.tracing import traced


@care.asked(RecordContact)
def record_contact(state: Care, request: RecordContact, now: datetime) -> Decision[Care]:
    """A contact discharges every open duty of its own party that it is strong enough for."""
    holder, role, party = holder_for(state, request.by)
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
    holder, role, _ = holder_for(state, request.by)
    contact = state.contacts.get(request.contact_id)
    if contact is not None and contact.made_by != holder and contact.party not in state.policy.waives.get(role, ()):
        raise Rejected("not-theirs-to-strike", "只有记录人本人或主管一方可以作废", "contact_id", status=403)
    after, said = domain.strike(state, request.contact_id, holder, request.reason, now)
    reopened = [duty_id for fact in said if isinstance(fact, ContactStruck) for duty_id in fact.reopened]
    answer = ContactWasStruck(contact_id=request.contact_id, reopened=reopened)
    struck = after.contacts[request.contact_id]
    left = elsewhere.remembered(after)
    return Decision(after, said, answer, (*traced(after, struck), *_struck_there(after, struck, left, ())))


@care.asked(StrikeHandedOver, whole=True)
def strike_handed_over(state: Care, request: StrikeHandedOver, now: datetime) -> Decision[Care]:
    """The file where it was recorded has gone into this one, and took along what it had discharged."""
    after, said = elsewhere.struck_elsewhere(state, request.contact, request.left, now)
    own = elsewhere.remembered(after)
    gone = (one for one in request.left.happenings if one.retracted_at is not None)
    left = replace(own, happenings=(*gone, *own.happenings))
    return Decision(after, said, fan_out=_struck_there(after, request.contact, left, request.through))


def _struck_there(state: Care, contact: Contact, left: Handover, before: tuple[PersonId, ...]) -> tuple[FanOut, ...]:
    into, through = causes.into(state), (*before, state.person_id)
    if into is None or into in through:
        return ()
    handed_id = derived("strike-handed-over", contact.contact_id, state.person_id)
    plain = replace(contact, note=None, note_index=None, place=None, photo=None, struck_because=None)
    request = StrikeHandedOver(
        contact_id=contact.contact_id, handed_id=handed_id, contact=plain, left=left, through=through
    )
    return (FanOut("care", "person_id", into, request),)


@care.asked(WaiveDuty)
def waive_duty(state: Care, request: WaiveDuty, now: datetime) -> Decision[Care]:
    """It ends as waived, by this person, for this reason; never by who owes it, or a silence of years is renewed by one click."""
    holder, role, _ = holder_for(state, request.by)
    duty = state.duties.get(request.duty_id)
    if duty is not None and duty.is_open and owed_by(state, duty, holder, role):
        raise Rejected("their-own-duty", REFUSED["their-own-duty"], "by", status=403)
    after, said = domain.waive(state, request.duty_id, holder, role, request.reason, now)
    return Decision(after, said, answer=DutyLetGo(duty_id=request.duty_id))
