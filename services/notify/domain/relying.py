"""Who counts on whom: what changed on one person's card for the holders named there, said to each of them."""

from dataclasses import dataclass
from datetime import datetime

from contracts.ids import HolderId, UnitId
from contracts.personal import SealedContact
from contracts.registry import Holder
from services.notify.domain.notice import Notice

Held = tuple[HolderId, str]
"""A holder in a role."""


@dataclass(frozen=True, slots=True)
class Relied:
    """What a card says of one holder in one role."""

    unit_id: UnitId
    phone: SealedContact
    above: HolderId | None


@dataclass(frozen=True, slots=True)
class Reliance:
    """One person counts on this holder in this role (`people` 1), does no more (-1), or something else on the card is new (0)."""

    holder_id: HolderId
    role: str
    city: str
    county: str
    of: Relied
    people: int
    said_at: datetime


def relied(notice: Notice) -> dict[Held, Relied]:
    """All of the card, for the living and for whom something is still owed after a death."""
    if not _counts(notice):
        return {}
    return {
        (holder.holder_id, holder.role): Relied(holder.unit_id, holder.phone, _above(notice, holder))
        for holder in notice.holders
    }


def reliances(before: Notice, after: Notice, now: datetime) -> tuple[Reliance, ...]:
    """What is new. Of what stays nothing is said: a card is restated for ever."""
    if before.holders is after.holders and _counts(before) is _counts(after):
        return ()
    was, is_ = relied(before), relied(after)
    said = [_said(after, held, of, -1, now) for held, of in was.items() if held not in is_]
    said += [_said(after, held, of, 0 if held in was else 1, now) for held, of in is_.items() if was.get(held) != of]
    return tuple(said)


def _counts(notice: Notice) -> bool:
    """Whether anybody is still owed anything here."""
    return not notice.dead or any(case.stands for case in notice.cases.values())


def _above(notice: Notice, holder: Holder) -> HolderId | None:
    """Who holds the next level that somebody else holds: an empty one is passed."""
    proving = notice.voice.courtesy.proving
    level = proving.level(holder.role) if proving is not None else None
    if proving is None or level is None:
        return None
    return next(
        (each.holder_id for roles in proving.levels[level + 1 :] for each in notice.holders
         if each.role in roles and each.holder_id != holder.holder_id), None,
    )  # fmt: skip


def _said(notice: Notice, held: Held, of: Relied, people: int, now: datetime) -> Reliance:
    return Reliance(held[0], held[1], notice.city, notice.county, of, people, now)
