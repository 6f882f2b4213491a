"""A contact was struck in a file that has gone into this one: as if it had been handed over without it (feature 13)."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.visits.domain import remembering
from services.visits.domain.care import By, Care, Contact, Decided, Duty
from services.visits.domain.happenings import Happening
from services.visits.domain.merging import Handover, heard, named
from services.visits.domain.silence import NO_ANSWER
from services.visits.domain.striking import reopened_by


def remembered(care: Care) -> Handover:
    """What contacts tell of the person and have done, and what they told before one was struck; the care must be whole."""
    told = tuple(one for id_, one in care.happenings.items() if id_ in care.contacts or _is_silence(one))
    did = tuple(duty for duty in care.duties.values() if duty.cause_id is not None and duty.closed_by is By.CONTACT)
    return Handover((), told, did, care.last_made, (), care.unanswered_at)


def _is_silence(one: Happening) -> bool:
    """Also of another file: a contact of this one may have ended it."""
    return one.event == NO_ANSWER and one.stands


def struck_elsewhere(care: Care, contact: Contact, left: Handover, now: datetime) -> Decided:
    """The care must be whole. Of what came from the other file that has the last word: when each silence was over, who did what."""
    gone = {one.happening_id for one in left.happenings if one.retracted_at is not None}
    last_made = {what: at for what, at in care.last_made.items() if at != contact.made_at}
    tried_at = care.unanswered_at if care.unanswered_at != contact.made_at else None
    known = {id_: _without(one, contact, gone, now) for id_, one in care.happenings.items()}
    known |= {one.happening_id: one for one in left.happenings if one.happening_id not in gone}
    care = replace(care, last_made=last_made, unanswered_at=tried_at, happenings=known)
    care = remembering.anew(heard(care, replace(left, happenings=(), settled=())), now)
    return reopened_by(_done_there(care, contact, left), contact, now)


def _without(one: Happening, contact: Contact, gone: Collection[UUID], now: datetime) -> Happening:
    """What it had begun never was; the silence that it had ended goes on."""
    if one.happening_id in gone:
        return replace(one, retracted_at=one.retracted_at or now)
    return replace(one, until=None) if one.event == NO_ANSWER and one.until == contact.made_at else one


def _done_there(care: Care, contact: Contact, left: Handover) -> Care:
    """What another contact of the other file did, had this one not, is done by that. Here nobody has heard of it as owed."""
    done = {id_: duty for id_, duty in named(care, left).items() if _is_done_by(care.duties.get(id_), contact)}
    return replace(care, duties={**care.duties, **done})


def _is_done_by(known: Duty | None, contact: Contact) -> bool:
    return known is not None and known.closed_by is By.CONTACT and known.closed_by_id == contact.contact_id
