"""A contact that was recorded in error is struck by a named person: what it discharged is owed again, as it was."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from contracts.event import Event
from contracts.ids import ContactId, DutyId, HolderId
from contracts.personal import SealedCare
from contracts.visits import ContactStruck
from services.visits.domain import remembering, telling
from services.visits.domain.care import By, Care, ClosedAs, Contact, Decided, Duty
from services.visits.domain.causes import EVENTS, Causes, standing
from services.visits.domain.contacts import done, has_its_cause, refused, what_lacks
from services.visits.domain.heirs import inherit, is_itself, opened_again, superseded_by
from services.visits.domain.rules import Stack
from services.visits.domain.settle import settle

_ENDED = (ClosedAs.DONE, ClosedAs.WAIVED)


def strike(care: Care, contact_id: ContactId, struck_by: HolderId, reason: SealedCare, now: datetime) -> Decided:
    """The care must be whole: with every contact, and every duty that was ever closed."""
    contact = care.contacts.get(contact_id)
    if contact is None:
        raise refused("contact-unknown", "contact_id")
    if not contact.stands:
        raise refused("contact-struck", "contact_id")
    struck = replace(contact, struck_at=now, struck_by=struck_by, struck_because=reason)
    care = remembering.anew(replace(care, contacts={**care.contacts, contact_id: struck}), now)
    facts: list[Event] = []
    reopened = [
        duty for duty in care.duties.values() if duty.closed_by is By.CONTACT and duty.closed_by_id == contact_id
    ]  # a silence has the id of its first attempt: what ended with it is not done by it
    for duty in reopened:
        care = _reopen(care, duty, now, facts)
    said = _struck(care, struck, tuple(duty.duty_id for duty in reopened))
    care, settled = settle(care, now)
    return care, (said, *facts, *settled)


def reopened_by(care: Care, contact: Contact, now: datetime) -> Decided:
    """In the file that took this one over, whole: what it was handed as done by that contact is owed, too."""
    facts: list[Event] = []
    for duty in list(care.duties.values()):
        if duty.closed_by is By.CONTACT and duty.closed_by_id == contact.contact_id:
            care = _reopen(care, duty, now, facts)
    care, settled = settle(care, now)
    return care, (*facts, *settled)


def _reopen(care: Care, duty: Duty, now: datetime, facts: list[Event]) -> Care:
    """As if the contact had never been: another did it, a later one of its rule has its age, or it is owed with its old dates."""
    taken = [
        each
        for each in care.duties.values()
        if each.closed_by is By.DUTY and each.closed_by_id == duty.duty_id and not is_itself(each, duty)
    ]
    back, later = opened_again(duty), _later(care, duty)
    back = inherit(care, back, taken, now) if taken else back
    if (other := _done_by_another(care, back, later, now)) is not None:
        facts.append(telling.done(care, back, other))
        return _with(care, done(back, other, now))
    if not later:
        facts.append(telling.opened(care, back, now))
        return _with(care, back)
    heir = next((each for each in later if each.closed_as in _ENDED), later[-1])
    gone = superseded_by(back, heir, now)
    facts.append(telling.superseded(care, gone))
    care = _with(care, gone)
    if heir.closed_as in _ENDED:
        return care
    for between in (each for each in later if each is not heir and each.closed_by is By.DUTY):
        care = _with(
            care, inherit(care, between, [back], now)
        )  # the heir's cause may prove false: then it is owed again
    return _aged(care, heir, back, now, facts)


def _aged(care: Care, heir: Duty, back: Duty, now: datetime, facts: list[Event]) -> Care:
    """Also where it was withdrawn meanwhile: it may come back, and what was overdue did not end with the class (rule 3)."""
    older = inherit(care, heir, [back], now)
    if older.is_open:
        facts.append(telling.changed(care, older, now))
    return _with(care, older)


def _done_by_another(care: Care, duty: Duty, later: Sequence[Duty], now: datetime) -> Contact | None:
    """The first that stands and was recorded while it would have been open; or late, while what took its place was not done."""
    until = later[0].opened_at if later else now
    at_last = min((each.closed_at for each in later if each.closed_at and each.closed_as in _ENDED), default=now)
    recorded = [
        each
        for each in care.contacts.values()
        if duty.opened_at <= each.recorded_at < until
        or (until <= each.recorded_at < at_last and each.made_at < later[0].counts_from)
    ]
    fits = [each for each in recorded if what_lacks(care, duty, each) is None]
    return min(fits, key=lambda each: (each.recorded_at, each.contact_id), default=None)


def _later(care: Care, duty: Duty) -> list[Duty]:
    """Those that would have taken its place, one after the other; what was raised in error takes none, and leaves none."""
    later, causes = list[Duty](), standing(care)
    if _raised_in_error(duty, causes):
        return later
    for each in sorted(care.duties.values(), key=_raised):
        rule = care.rule_of(each)
        stacks = rule is None or rule.stack is Stack.EACH
        if each.rule == duty.rule and not stacks and _raised(each) > _raised(duty) and has_its_cause(each, causes):
            later.append(each)
    return later


def _raised_in_error(duty: Duty, causes: Causes) -> bool:
    """Its cause, of a kind that this release knows, stands no more."""
    return duty.cause_kind in EVENTS.values() and not has_its_cause(duty, causes)


def _raised(duty: Duty) -> tuple[datetime, datetime]:
    return duty.opened_at, duty.cause_at


def _with(care: Care, duty: Duty) -> Care:
    return replace(care, duties={**care.duties, duty.duty_id: duty})


def _struck(care: Care, contact: Contact, reopened: tuple[DutyId, ...]) -> ContactStruck:
    assert contact.struck_at is not None and contact.struck_by is not None and contact.struck_because is not None
    return ContactStruck(
        city=care.city,
        county=care.county,
        person_id=care.person_id,
        contact_id=contact.contact_id,
        reopened=reopened,
        struck_by=contact.struck_by,
        reason=contact.struck_because,
        struck_at=contact.struck_at,
    )
