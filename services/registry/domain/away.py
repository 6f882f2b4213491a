"""AB角: while somebody is away a named deputy acts for them, in every role that they hold, on every card where they stand."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from contracts.ids import HolderId
from contracts.personal import SealedContact, SealedIdentity
from contracts.refused import Refused
from contracts.registry import HolderAway, HolderBack


@dataclass(frozen=True, slots=True)
class Away:
    """One absence of a holder, in which a deputy acts."""

    away_id: UUID
    deputy_id: HolderId
    name: SealedIdentity
    phone: SealedContact
    from_at: datetime
    until_at: datetime
    reported_at: datetime
    ended_at: datetime | None = None
    """Back before the time."""

    @property
    def over_at(self) -> datetime:
        return self.ended_at or self.until_at

    def lasts(self, now: datetime) -> bool:
        return self.from_at <= now < self.over_at


@dataclass(frozen=True, slots=True)
class Deputies:
    """The root: all absences of one holder, whatever they hold and for whomever."""

    holder_id: HolderId
    city: str = ""
    county: str = ""
    """Where all their people live; empty = in more than one."""
    away: Mapping[UUID, Away] = field(default_factory=dict)


OfHolders = Mapping[HolderId, Deputies]


def report(of: Deputies, away: Away) -> tuple[Deputies, HolderAway]:
    """It ends later than it begins, and later than now; nobody is their own deputy."""
    if away.deputy_id == of.holder_id:
        raise Refused("own-deputy", "代理人不能是其本人", "deputy")
    if away.until_at <= max(away.from_at, away.reported_at):
        raise Refused("over-already", "结束时间须晚于开始时间和现在", "until_at")
    said = HolderAway(
        city=of.city, county=of.county, holder_id=of.holder_id, away_id=away.away_id, deputy_id=away.deputy_id,
        name=away.name, phone=away.phone, from_at=away.from_at, until_at=away.until_at, reported_at=away.reported_at,
    )  # fmt: skip
    return replace(of, away={**of.away, away.away_id: away}), said


def end(of: Deputies, away_id: UUID, now: datetime) -> tuple[Deputies, tuple[HolderBack, ...]]:
    """Before the time that was said; one that is over already changes nothing."""
    away = of.away.get(away_id)
    if away is None:
        raise Refused("away-unknown", "没有这次外出", "away_id")
    if away.over_at <= now:
        return of, ()
    said = HolderBack(city=of.city, county=of.county, holder_id=of.holder_id, away_id=away_id, ended_at=now)
    return replace(of, away={**of.away, away_id: replace(away, ended_at=now)}), (said,)


def acting_for(of: OfHolders, holder_id: HolderId, now: datetime) -> Away | None:
    """Who acts for this holder now: as was last said; a deputy who is away has a deputy too. A circle ends where it began."""
    acting, seen = None, {holder_id}
    while (next_ := _lasting(of, acting.deputy_id if acting else holder_id, now)) and next_.deputy_id not in seen:
        acting = next_
        seen.add(next_.deputy_id)
    return acting


def concerned(of: OfHolders, holders: Iterable[HolderId], now: datetime) -> tuple[HolderId, ...]:
    """These holders, and whoever acts or will act for them: their going and coming changes who acts."""
    found = set(holders)
    look_at = list(found)
    while look_at:
        deputies = {away.deputy_id for away in not_over(of, look_at.pop(), now)}
        look_at += deputies - found
        found |= deputies
    return tuple(sorted(found))


def not_over(of: OfHolders, holder_id: HolderId, now: datetime) -> Iterator[Away]:
    """A decision that is repeated later must not see what was not said yet."""
    known = of[holder_id].away.values() if holder_id in of else ()
    return (away for away in known if away.reported_at <= now < away.over_at)


def _lasting(of: OfHolders, holder_id: HolderId, now: datetime) -> Away | None:
    lasting = [away for away in not_over(of, holder_id, now) if away.lasts(now)]
    return max(lasting, key=lambda away: (away.reported_at, away.away_id), default=None)
