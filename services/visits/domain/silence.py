"""Nobody answered: from then on it is not known whether the person is all right, until somebody meets them (feature 45).

Paper tells nobody that, nor a message, nor what a relative says: only what reaches the person begins a silence, or ends it.

Contacts are written down in any order: who was met since an attempt is not silent because it is recorded late, and a
meeting that is recorded late ends no silence in which another attempt has failed since.

Who lets the duty of a silence go has said why nobody need look this time. They have not said it of the next.
"""

from dataclasses import replace
from datetime import datetime

from services.visits.domain.care import Care, ClosedAs, Contact
from services.visits.domain.happened import with_happening
from services.visits.domain.happenings import Happening

NO_ANSWER, OUTCOME = "no-answer", "contact-outcome"


def after(care: Care, contact: Contact) -> Care:
    """An attempt without an answer begins a silence, unless one goes on; being met after the last attempt ends it.

    Any other outcome that does not count is a fact, whoever told it: that they have died, moved away, are in hospital.
    """
    if contact.outcome not in care.policy.outcomes_met | care.policy.outcomes_silent:
        return with_happening(care, replace(_begun(contact, OUTCOME), what=contact.outcome))
    if not care.policy.reaches(contact.kind, contact.strength):
        return care
    going_on = [one for one in care.happenings.values() if one.event == NO_ANSWER and one.stands and one.until is None]
    made_at, tried_at = contact.made_at, care.unanswered_at
    if contact.outcome in care.policy.outcomes_silent:
        if tried_at is None or made_at > tried_at:
            care = replace(care, unanswered_at=made_at)
        met_since = any(at >= made_at for at in care.last_made.values())
        minded = any(not _let_go(care, one, made_at) for one in going_on)
        return care if minded or met_since else with_happening(care, _begun(contact, NO_ANSWER))
    if contact.outcome in care.policy.outcomes_met and (tried_at is None or tried_at <= made_at):
        for one in going_on:
            care = with_happening(care, replace(one, until=made_at))
    return care


def _let_go(care: Care, silence: Happening, before: datetime) -> bool:
    """By then somebody had waived all that was owed for it."""
    owed = [duty for duty in care.duties.values() if duty.cause_id == silence.happening_id]
    waived_at = [duty.closed_at for duty in owed if duty.closed_as is ClosedAs.WAIVED and duty.closed_at is not None]
    return bool(owed) and len(waived_at) == len(owed) and max(waived_at) < before


def _begun(contact: Contact, event: str) -> Happening:
    return Happening(contact.contact_id, event, contact.kind, contact.made_at, contact.recorded_at)
