"""Holders who count on one another, by hand: what goes out to them, what comes back, and what passes up."""

from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from contracts.event import Event
from contracts.ids import HolderId
from contracts.notify import SmsRequested
from services.notify.domain import (
    Proving,
    Reach,
    Reached,
    Reliance,
    Relied,
    Report,
    answered,
    delivered,
    hour_of_reach,
    relied_on,
    reported,
    the_hour_of_the_test_has_come,
)
from services.notify.domain.reaching import settle
from tests.notify.faces import CHEN, LIN, MORNING, PHONES, VOICE, WANG, WATER_BUREAU, holder

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
PROVING = cast(Proving, VOICE.courtesy.proving)
LANDLINE = "057188888888"


def number_of(phone: str, holder_id: HolderId = LIN) -> UUID:
    number = VOICE.number(holder("liaison", holder_id, phone).phone, holder_id)
    assert number is not None
    return number


LINS = number_of(PHONES[LIN])


def reliance(
    now: datetime, people: int = 1, *, of: HolderId = LIN, role: str = "liaison", phone: str | None = None,
    above: HolderId | None = WANG,
) -> Reliance:  # fmt: skip
    said = Relied(WATER_BUREAU, holder(role, of, phone).phone, above)
    return Reliance(of, role, "shuangta", "donghu", said, people, now)


def below(of: HolderId, now: datetime) -> Report:
    return Report(of, "liaison", "shuangta", "donghu", now, True, now)


class Ladder:
    """Holders, and what they pass up to one another; the hours come as they name them."""

    def __init__(self, now: datetime = MORNING) -> None:
        self.now, self.of = now, dict[HolderId, Reach]()
        self.said: list[tuple[datetime, Event]] = []

    def reach(self, holder_id: HolderId = LIN) -> Reach:
        return self.of.get(holder_id, Reach(holder_id, VOICE))

    def decided(self, holder_id: HolderId, outcome: Reached) -> None:
        self.of[holder_id], facts, passed = outcome
        assert settle(self.of[holder_id], self.now) == (self.of[holder_id], (), ())
        self.said += [(self.now, fact) for fact in facts]
        for to, report in passed:
            self.decided(to, reported(self.reach(to), report, self.now))

    def relies(self, people: int = 1, *, of: HolderId = LIN, role: str = "liaison", phone: str | None = None,
               above: HolderId | None = WANG) -> None:  # fmt: skip
        said = reliance(self.now, people, of=of, role=role, phone=phone, above=above)
        self.decided(of, relied_on(self.reach(of), said, self.now))

    def whole(self) -> "Ladder":
        self.relies()
        self.relies(of=WANG, role="unit-leader", above=CHEN)
        self.relies(of=CHEN, role="bureau-officer", above=None)
        return self

    def delivered(self, to: HolderId = LIN, number: UUID | None = None) -> None:
        number = number or number_of(PHONES[to], to)
        self.decided(to, delivered(self.reach(to), number, self.now, self.now))

    def answers(self, answer: str, number: UUID = LINS) -> None:
        self.decided(LIN, answered(self.reach(), number, answer, self.now, self.now))

    def until(self, time: timedelta, *, quiet: frozenset[HolderId] = frozenset(), awake: bool = True) -> list[Event]:
        """What was said meanwhile; whoever is not quiet has what is sent to them delivered."""
        end, before = self.now + time, len(self.said)
        while awake and (
            hours := [(at, of) for of, each in self.of.items() if (at := hour_of_reach(each, self.now)) is not None]
        ):
            hour, of = min(hours)
            if hour > end:
                break
            self.now = max(hour, self.now)
            seen = len(self.said)
            self.decided(of, the_hour_of_the_test_has_come(self.of[of], self.now))
            for _, fact in self.said[seen:]:
                if isinstance(fact, SmsRequested) and fact.holder_id not in quiet:
                    self.delivered(fact.holder_id)
        self.now = end
        return [fact for _, fact in self.said[before:]]

    def woken(self) -> list[Event]:
        before = len(self.said)
        for of in list(self.of):
            self.decided(of, the_hour_of_the_test_has_come(self.of[of], self.now))
        return [fact for _, fact in self.said[before:]]


def requests(facts: list[Event], template: str = "reach-test") -> list[SmsRequested]:
    return [fact for fact in facts if isinstance(fact, SmsRequested) and fact.template == template]
