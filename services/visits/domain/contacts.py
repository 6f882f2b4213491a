"""What was done discharges what was owed: by the same party, strong enough, of a kind that fits, with an outcome that counts."""

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from contracts.event import Event
from contracts.ids import DutyId, HolderId
from contracts.personal import SealedCare
from contracts.refused import Refused
from contracts.visits import ContactMade
from services.visits.domain import silence, telling
from services.visits.domain.asked import is_unwished
from services.visits.domain.care import By, Care, ClosedAs, Contact, Decided, Duty
from services.visits.domain.causes import EVENTS, Causes, care_ended, standing
from services.visits.domain.episode import episode
from services.visits.domain.happenings import Happening
from services.visits.domain.heirs import lineage
from services.visits.domain.late import with_climb_of, without_age_of
from services.visits.domain.remembering import learnt
from services.visits.domain.settle import reconciled, settle
from services.visits.domain.words import REFUSED

CLOCKS_APART = timedelta(minutes=1)
"""By so much a caller's clock may be ahead of ours."""


class Lacks(StrEnum):
    """Why a contact does not discharge a duty."""

    STRUCK = "struck"
    PARTY = "party"
    TIME = "time"
    KIND = "kind"
    STRENGTH = "strength"
    OUTCOME = "outcome"


def record_contact(care: Care, contact: Contact) -> Decided:
    """A contact discharges every open duty of its own party that it is strong enough for (features 35-37).

    Recorded twice, it is one. It is late where it was made after the due time, whenever it was written down. What opens at
    this very hour opens first, so that today's greeting is not owed again; what is overdue is missed last, so that a visit
    made in time and recorded late is not blamed. Nor is it where the next period has taken the place of its own meanwhile.
    """
    now = contact.recorded_at
    known = care.contacts.get(contact.contact_id)
    if known is not None:
        if replace(known, recorded_at=now, entered_late=False, unwished=False) == contact:
            return care, ()
        raise refused("contact-recorded-otherwise", "contact_id")
    _check(care, contact)
    late = now - contact.made_at > care.policy.late_entry
    contact = replace(contact, entered_late=late, unwished=is_unwished(care, contact))
    care, before = reconciled(care, now)
    fits = [duty for duty in care.duties.values() if duty.is_open and what_lacks(care, duty, contact) is None]
    closed = {duty.duty_id: done(duty, contact, now) for duty in fits}
    care = replace(care, contacts={**care.contacts, contact.contact_id: contact})
    care = learnt(care, contact)
    if closed:
        care = replace(care, duties={**care.duties, **closed})
    care, past, reborn = _done_in_the_past(care, contact)
    told: list[Event] = [_made(care, contact, (*closed, *(duty.duty_id for duty in past)))]
    told += (telling.done(care, duty, contact) for duty in (*closed.values(), *past))
    care, after = settle(care, now)
    return care, (*before, *told, *reborn, *after)


def _done_in_the_past(care: Care, contact: Contact) -> tuple[Care, list[Duty], list[Event]]:
    """What it did before another took its place: that other is owed for itself alone, and by nobody's lateness but its own."""
    past: list[Duty] = []
    told: list[Event] = []
    for heir in [duty for duty in care.duties.values() if duty.is_open and contact.made_at < duty.counts_from]:
        taken, causes = lineage(care, heir), standing(care)
        was_open = [
            n for n, each in enumerate(taken) if each.counts_from <= contact.made_at and has_its_cause(each, causes)
        ]
        if was_open and what_lacks(care, taken[was_open[-1]], contact) is None:
            did = done(with_climb_of(taken[was_open[-1]], heir), contact, contact.recorded_at)
            anew = without_age_of(care, (*taken[was_open[-1] + 1 :], heir), contact)
            changed = {each.duty_id: each for each in (did, *anew)}
            care = replace(care, duties={**care.duties, **changed})
            past.append(did)
            told += [telling.superseded(care, anew[-2]), telling.opened(care, anew[-1], contact.recorded_at)]
    return care, past, told


def has_its_cause(duty: Duty, causes: Causes) -> bool:
    return duty.cause_id is None or duty.cause_id in causes.get(duty.cause_kind, {})


def what_lacks(care: Care, duty: Duty, contact: Contact) -> Lacks | None:
    """None = the contact is what the duty asks for."""
    policy = care.policy
    if not contact.stands:
        return Lacks.STRUCK
    if contact.party != duty.party and not _joint(care, duty, contact.party):
        return Lacks.PARTY
    if contact.made_at < duty.counts_from or _tried_in_vain_since(care, duty, contact):
        return Lacks.TIME
    if contact.kind not in policy.fulfilled_by.get(duty.kind, ()):
        return Lacks.KIND
    if not policy.strong_enough(contact.strength, duty.strength):
        return Lacks.STRENGTH
    return None if contact.outcome in policy.outcomes_met else Lacks.OUTCOME


def _tried_in_vain_since(care: Care, duty: Duty, contact: Contact) -> bool:
    """Who was met, and then did not answer again, is still not known to be all right."""
    tried_at = care.unanswered_at
    return duty.cause_kind == EVENTS[silence.NO_ANSWER] and tried_at is not None and contact.made_at < tried_at


def _joint(care: Care, duty: Duty, party: str) -> bool:
    """The bureau's visit never clears the unit's, unless the rule says that theirs is joint."""
    rule = care.rule_of(duty)
    return rule is not None and party in rule.joint


def waive(care: Care, duty_id: DutyId, waived_by: HolderId, role: str, reason: SealedCare, now: datetime) -> Decided:
    """A named person decides, with a reason, that this need not be done; of which parties they may say so is the policy's."""
    if care.kind is None:
        raise refused("person-unknown", "person_id")
    duty = care.duties.get(duty_id)
    if duty is None:
        raise refused("duty-unknown", "duty_id")
    if not duty.is_open:
        raise refused("duty-closed", "duty_id")
    if duty.party not in care.policy.waives.get(role, ()):
        raise refused("not-theirs-to-waive", "duty_id")
    closed = replace(
        duty,
        closed_at=now,
        closed_as=ClosedAs.WAIVED,
        closed_by=By.HOLDER,
        closed_by_id=waived_by,
        reason=reason,
    )
    care = replace(care, duties={**care.duties, duty_id: closed})
    settled, facts = settle(care, now)
    return settled, (telling.waived(care, closed), *facts)


def owed_by(care: Care, duty: Duty, holder: HolderId, role: str) -> bool:
    """Who acts in the role that owes it owes it, and so does whoever holds that role by the card, in whatever role they ask."""
    return role == duty.role or holder in (care.held or {}).get(duty.role, ())


def _check(care: Care, contact: Contact) -> None:
    policy = care.policy
    if care.kind is None:
        raise refused("person-unknown", "person_id")
    if (end_id := care_ended(care)) is not None:
        raise _ended(care.happenings[end_id])
    for field, section in _NAMED:
        if getattr(contact, field) not in policy.words[section]:
            raise refused(f"{field}-unknown", field)
    if policy.role_party[contact.role] != contact.party:
        raise refused("role-of-another-party", "role")
    if contact.made_at > contact.recorded_at + CLOCKS_APART:
        raise refused("made-in-the-future", "made_at")
    if contact.outcome not in policy.outcomes_met and contact.note is None:
        raise refused("note-required", "note")
    if contact.witness == contact.made_by:
        raise refused("witness-is-maker", "witness")
    if not _may_be_made(care, contact):
        raise refused("person-died", "person_id")


def _ended(end: Happening) -> Refused:
    if end.into is not None:
        return refused("person-merged", "person_id", into=end.into)
    return refused("person-moved-away" if end.what == "moved-away" else "care-ended", "person_id")


def _may_be_made(care: Care, contact: Contact) -> bool:
    """After a death was registered somebody visits the family; nobody is met who has died. What came before may be added."""
    death = episode(care) if care.deaths else None
    if death is None or death.reported_at is None or contact.made_at < death.reported_at:
        return True
    open_kinds = {duty.kind for duty in care.duties.values() if duty.is_open}
    return any(contact.kind in care.policy.fulfilled_by.get(kind, ()) for kind in open_kinds)


_NAMED = (
    ("party", "parties"),
    ("role", "roles"),
    ("kind", "duty_kinds"),
    ("strength", "strengths"),
    ("outcome", "outcomes"),
)


def refused(rule: str, field: str, **of: object) -> Refused:
    return Refused(rule, REFUSED[rule].format(**of), field)


def done(duty: Duty, contact: Contact, now: datetime) -> Duty:
    return replace(duty, closed_at=now, closed_as=ClosedAs.DONE, closed_by=By.CONTACT, closed_by_id=contact.contact_id)


def _made(care: Care, contact: Contact, discharged: tuple[DutyId, ...]) -> ContactMade:
    return ContactMade(
        city=care.city,
        county=care.county,
        person_id=care.person_id,
        contact_id=contact.contact_id,
        kind=contact.kind,
        party=contact.party,
        role=contact.role,
        strength=contact.strength,
        outcome=contact.outcome,
        discharged=discharged,
        made_by=contact.made_by,
        made_at=contact.made_at,
        recorded_at=contact.recorded_at,
        entered_late=contact.entered_late,
    )
