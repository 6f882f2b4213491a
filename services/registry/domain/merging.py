"""Two files of one person: the one ends into the other, which reads its lines; undone, both are what they were."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from contracts.ids import PersonId, derived
from contracts.personal import SealedCare
from contracts.refused import Refused
from contracts.registry import FilesMerged, FilesParted, PeopleToldApart
from services.registry.domain.care import MERGED, end_care, resume_care
from services.registry.domain.circumstances import Distinction
from services.registry.domain.deaths import report_death, retract_death
from services.registry.domain.person import Death, Decided, Person, about

OTHER_GONE = "other-gone"


@dataclass(frozen=True, slots=True)
class DeathNews:
    """A report of death that was made of a file whose person goes on under another."""

    report_id: UUID
    source: str
    died_at: datetime | None
    stands: bool


def merge(person: Person, merge_id: UUID, into: PersonId, now: datetime) -> Decided:
    """This file ends into the other."""
    if into == person.person_id:
        raise Refused("merged-into-itself", "不能并入本人的档案", "into")
    return end_care(person, merge_id, MERGED, into, now)


def merge_undone(
    person: Person, merge_id: UUID, reason: SealedCare | None, now: datetime, *, why: str | None = None
) -> Decided:
    known = person.care_ends.get(merge_id)
    if known is None or known.why != MERGED:
        raise Refused("merge-unknown", "此人的档案没有这样合并过", "merge_id")
    return resume_care(person, merge_id, reason, now, why=why)


def merged_into(person: Person) -> PersonId | None:
    """Under whose file this person goes on, if this one was merged."""
    return next((end.into for end in person.care_ends.values() if end.stands and end.why == MERGED), None)


def cannot_take(person: Person, other_is_dead: bool) -> str | None:
    """Why this file cannot take another in, though the door had seen none."""
    if person.enrolled_at is None or person.care_end is not None:
        return OTHER_GONE
    return "one-dead" if person.dead != other_is_dead else None


def gives_way(person: Person, merge_id: UUID, merged_id: PersonId) -> UUID | None:
    """The merge of this file into the very one that now asks to be taken in, when that one has the smaller id.

    Both were merged into each other in one breath. Each compares the same two ids, so exactly one of them goes on.
    """
    own = person.care_end
    mutual = own is not None and own.why == MERGED and own.into == merged_id
    return own.end_id if own is not None and mutual and merge_id < own.end_id else None


def take(person: Person, merge_id: UUID, merged_id: PersonId, reason: SealedCare, now: datetime) -> Decided:
    said = FilesMerged(**about(person), merge_id=merge_id, merged_id=merged_id, reason=reason, merged_at=now)
    return replace(person, taken={**person.taken, merge_id: merged_id}), (said,)


def part(person: Person, merge_id: UUID, merged_id: PersonId, reason: SealedCare | None, now: datetime) -> Decided:
    """What was never taken in, because it was refused, is not parted."""
    if merge_id not in person.taken:
        return person, ()
    person = replace(person, taken={key: of for key, of in person.taken.items() if key != merge_id})
    said = FilesParted(**about(person), merge_id=merge_id, merged_id=merged_id, reason=reason, parted_at=now)
    return person, (said,)


def news_of(deaths: Iterable[Death], *, stands: bool) -> list[DeathNews]:
    return [DeathNews(death.report_id, death.source, death.died_at, stands) for death in deaths]


def hear_of_death(person: Person, of: PersonId, news: DeathNews, now: datetime) -> Decided:
    """A death reported of a file that was taken in is this person's. A withdrawal that comes first keeps the report from

    counting; of a file that was refused nothing is believed.
    """
    report_id = derived("death-of-merged", of, news.report_id)
    if news.stands and of not in person.taken.values():
        return person, ()
    if news.stands:
        return report_death(person, report_id, news.source, news.died_at, now)
    if report_id in person.deaths:
        return retract_death(person, report_id, None, now, source=news.source)
    never = Death(report_id, news.source, news.died_at, reported_at=now, retracted_at=now)
    return person.with_death(never), ()


def tell_apart(person: Person, distinction_id: UUID, other_id: PersonId, reason: SealedCare, now: datetime) -> Decided:
    """For good: they are not proposed again."""
    if other_id == person.person_id:
        raise Refused("apart-from-itself", "须是另一个人", "other_id")
    person = replace(
        person, distinctions={**person.distinctions, distinction_id: Distinction(distinction_id, other_id, now)}
    )
    said = PeopleToldApart(
        **about(person), distinction_id=distinction_id, other_id=other_id, reason=reason, told_apart_at=now
    )
    return person, (said,)
