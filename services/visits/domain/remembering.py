"""What is known of the person from contacts alone: when they were met, when they were not, what was found.

It follows from the contacts that stand, as they were recorded one after the other; when one proves false, or what another
file had told is taken back, it is worked out from them anew. What no contact of this file explains, another has handed over.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from services.visits.domain import silence
from services.visits.domain.care import Care, Contact
from services.visits.domain.happened import with_happening
from services.visits.domain.happenings import Happening
from services.visits.domain.policy import Policy


def learnt(care: Care, contact: Contact) -> Care:
    """What a contact tells of the person, whatever it discharges."""
    return silence.after(replace(care, last_made=_last_made(care.policy, care.last_made, contact)), contact)


def _last_made(policy: Policy, known: Mapping[str, datetime], contact: Contact) -> Mapping[str, datetime]:
    """With this contact, if it counts and reached them: only the latest of its party, kind and strength is remembered."""
    what = f"{contact.party}/{contact.kind}/{contact.strength}"
    met = contact.outcome in policy.outcomes_met and policy.reaches(contact.kind, contact.strength)
    if not met or (what in known and known[what] >= contact.made_at):
        return known
    return {**known, what: contact.made_at}


def anew(care: Care, now: datetime) -> Care:
    """The care must be whole. What does not follow from the contacts that are left never was."""
    known = _before_any(care)
    standing = [contact for contact in care.contacts.values() if contact.stands]
    for contact in sorted(standing, key=lambda contact: (contact.recorded_at, contact.contact_id)):
        known = learnt(known, contact)
    for id_, one in care.happenings.items():
        if id_ not in known.happenings:
            known = with_happening(known, replace(one, retracted_at=one.retracted_at or now))
    return known


def _before_any(care: Care) -> Care:
    """As another file has left it: a meeting that was recorded here is no end of a silence there, nor the last there was.

    Each silence of the other began with an attempt, also where a later one of this file had hidden when that was.
    """
    made = {contact.made_at for contact in care.contacts.values()}
    others = {id_: _as_handed_over(one, made) for id_, one in care.happenings.items() if id_ not in care.contacts}
    last_made = {what: at for what, at in care.last_made.items() if at not in made}
    began = (one.happened_at for one in others.values() if one.event == silence.NO_ANSWER and one.stands)
    tried = (care.unanswered_at if care.unanswered_at not in made else None, *began)
    tried_at = max((at for at in tried if at is not None), default=None)
    return replace(care, last_made=last_made, unanswered_at=tried_at, happenings=others)


def _as_handed_over(one: Happening, made: set[datetime]) -> Happening:
    return replace(one, until=None) if one.event == silence.NO_ANSWER and one.until in made else one
