"""What was done discharges what was owed: by the same party, strong enough, of a kind that fits, with an outcome that counts."""

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from contracts.event import Event
from contracts.ids import DutyId, HolderId
from contracts.refused import Refused
from contracts.visits import ContactMade
from services.visits.domain import telling
from services.visits.domain.care import By, Care, ClosedAs, Contact, Decided, Duty
from services.visits.domain.ladder import climb
from services.visits.domain.settle import reconciled, settle
from services.visits.domain.words import REFUSED

CLOCKS_APART = timedelta(minutes=1)
"""By so much a caller's clock may be ahead of ours."""
SHORTEST_REASON = 5
"""Characters; "无" is no reason."""


class Lacks(StrEnum):
    """Why a contact does not discharge a duty."""

    PARTY = "party"
    TIME = "time"
    KIND = "kind"
    STRENGTH = "strength"
    OUTCOME = "outcome"


def record_contact(care: Care, contact: Contact) -> Decided:
    """A contact discharges every open duty of its own party that it is strong enough for (features 35-37).

    Recorded twice, it is one. It is late where it was made after the due time, whenever it was written down. What opens at
    this very hour opens first, so that today's greeting is not owed again; what is overdue is missed last, so that a visit
    made in time and recorded late is not blamed.
    """
    now = contact.recorded_at
    known = care.contacts.get(contact.contact_id)
    if known is not None:
        if replace(known, recorded_at=now) == contact:
            return care, ()
        raise _refused("contact-recorded-otherwise", "contact_id")
    _check(care, contact)
    care, before = reconciled(care, now)
    fits = [duty for duty in care.duties.values() if duty.is_open and what_lacks(care, duty, contact) is None]
    closed = {duty.duty_id: _done(duty, contact) for duty in fits}
    care = replace(care, contacts={**care.contacts, contact.contact_id: contact})
    if closed:
        care = replace(care, duties={**care.duties, **closed})
    told: list[Event] = [_made(care, contact, tuple(closed))]
    told += (telling.done(care, duty, contact) for duty in closed.values())
    care, after = climb(care, now)
    return care, (*before, *told, *after)


def what_lacks(care: Care, duty: Duty, contact: Contact) -> Lacks | None:
    """None = the contact is what the duty asks for."""
    policy = care.policy
    if contact.party != duty.party:
        return Lacks.PARTY
    if contact.made_at < duty.counts_from:
        return Lacks.TIME
    if contact.kind not in policy.fulfilled_by.get(duty.kind, ()):
        return Lacks.KIND
    if not policy.strong_enough(contact.strength, duty.strength):
        return Lacks.STRENGTH
    return None if contact.outcome in policy.outcomes_met else Lacks.OUTCOME


def waive(care: Care, duty_id: DutyId, waived_by: HolderId, reason: str, now: datetime) -> Decided:
    """A named person decides, with a reason, that this need not be done."""
    duty = care.duties.get(duty_id)
    if duty is None:
        raise _refused("duty-unknown", "duty_id")
    if not duty.is_open:
        raise _refused("duty-closed", "duty_id")
    if len(reason.strip()) < SHORTEST_REASON:
        raise _refused("reason-too-short", "reason")
    closed = replace(
        duty,
        closed_at=now,
        closed_as=ClosedAs.WAIVED,
        closed_by=By.HOLDER,
        closed_by_id=waived_by,
        reason=reason.strip(),
    )
    care = replace(care, duties={**care.duties, duty_id: closed})
    settled, facts = settle(care, now)
    return settled, (telling.waived(care, closed), *facts)


def _check(care: Care, contact: Contact) -> None:
    policy = care.policy
    if care.kind is None:
        raise _refused("person-unknown", "person_id")
    for field, section in _NAMED:
        if getattr(contact, field) not in policy.words[section]:
            raise _refused(f"{field}-unknown", field)
    if policy.role_party[contact.role] != contact.party:
        raise _refused("role-of-another-party", "role")
    if contact.made_at > contact.recorded_at + CLOCKS_APART:
        raise _refused("made-in-the-future", "made_at")


_NAMED = (
    ("party", "parties"),
    ("role", "roles"),
    ("kind", "duty_kinds"),
    ("strength", "strengths"),
    ("outcome", "outcomes"),
)


def _refused(rule: str, field: str) -> Refused:
    return Refused(rule, REFUSED[rule], field)


def _done(duty: Duty, contact: Contact) -> Duty:
    return replace(
        duty,
        closed_at=contact.recorded_at,
        closed_as=ClosedAs.DONE,
        closed_by=By.CONTACT,
        closed_by_id=contact.contact_id,
    )


def _made(care: Care, contact: Contact, discharged: tuple[DutyId, ...]) -> ContactMade:
    return ContactMade(
        city=care.city,
        county=care.county,
        person_id=care.person_id,
        contact_id=contact.contact_id,
        party=contact.party,
        role=contact.role,
        strength=contact.strength,
        outcome=contact.outcome,
        discharged=discharged,
        made_by=contact.made_by,
        made_at=contact.made_at,
        recorded_at=contact.recorded_at,
    )
