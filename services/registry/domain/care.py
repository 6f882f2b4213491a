"""Whether somebody is under care: until an end of it stands. What ended can be resumed, by taking that very end back."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from contracts.ids import PersonId
from contracts.personal import SealedCare
from contracts.refused import Refused
from contracts.registry import CareEnded, CareResumed
from services.registry.domain.card import state_card
from services.registry.domain.circumstances import CareEnd
from services.registry.domain.person import Decided, Person, about

MERGED, DEATH_RETRACTED = "merged", "death-retracted"
"""Ends that follow from something else, and are taken back with it; nobody ends or resumes care so at the door."""


def end_care(person: Person, end_id: UUID, why: str, into: PersonId | None, now: datetime) -> Decided:
    """An end counts once."""
    if end_id in person.care_ends and person.care_ends[end_id].stands:
        return person, ()
    end = CareEnd(end_id, why, into, ended_at=now)
    person = replace(person, care_ends={**person.care_ends, end_id: end})
    said = CareEnded(**about(person), end_id=end_id, why=why, into=into, ended_at=now)
    person, card = state_card(person, now)
    return person, (said, *card)


def resume_care(
    person: Person, end_id: UUID, reason: SealedCare | None, now: datetime, *, why: str | None = None
) -> Decided:
    """Only an end that stands can be taken back; others that stand go on."""
    known = person.care_ends.get(end_id)
    if known is None or not known.stands:
        raise Refused("care-end-unknown", "此人的服务没有这样停止过，或已恢复", "end_id")
    person = replace(person, care_ends={**person.care_ends, end_id: replace(known, resumed_at=now)})
    said = CareResumed(**about(person), end_id=end_id, why=why, reason=reason, resumed_at=now)
    person, card = state_card(person, now)
    return person, (said, *card)


def assert_ended_at_the_door(person: Person, end_id: UUID) -> None:
    """A merge is undone as such, and a survivor's care follows the death."""
    known = person.care_ends.get(end_id)
    if known is not None and known.why in (MERGED, DEATH_RETRACTED):
        raise Refused("not-ended-here", "合并的档案须撤销合并；因撤销去世报告而停止的随该报告恢复", "end_id")
