"""How often who was there is flagged, and who only wrote it down: measured on invented officers and their rounds (★74)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Final

from contracts.ids import ContactId, HolderId, PersonId, UnitId, derived
from services.visits.domain import Activation, Book
from services.visits.domain.anomalies import Anomaly, Limits, Trace
from services.visits.domain.rounds import Rounds, follow
from tests.visits.town import BEFORE, civil, policy

BOOK = Book.of([Activation("installed", BEFORE, policy(limits=Limits(kinds=frozenset({"call-on"}))))])
"""The numbers that the shipped packs choose."""
DAYS: Final = 61
HONEST: Final = 40
SEED: Final = 1
STOCK = [derived("said", phrase) for phrase in ("身体健康", "情绪稳定，没有要求", "生活正常")]
"""What also honest officers write now and then."""
NORTH, EAST = 26.660, 119.550
COPIES, ONE_MINUTE, FLIES, LEARNS_NOTHING = (
    Anomaly.SAME_WORDS,
    Anomaly.TWO_PLACES,
    Anomaly.TOO_FAST,
    Anomaly.NO_NEW_FACT,
)


@dataclass(frozen=True)
class Officer:
    """Ten people in five communities, some kilometres from each other; `only_writes`: what of it is made up."""

    n: int
    only_writes: Anomaly | None = None

    @property
    def holder_id(self) -> HolderId:
        return HolderId(derived("test", "officer", self.n))

    def rounds(self, chance: Random) -> Iterator[Trace]:
        """Up to three visits a day, by car, written down in steps of five minutes; where it was, mostly; some is new."""
        for day in range(DAYS):
            at = civil("2026-04-01 09:00") + timedelta(days=day)
            for home in chance.sample(range(10), chance.choice((0, 0, 1, 2, 3))):
                yield self._made_up(self._visit(day, home, at, chance))
                at += timedelta(minutes=5 * chance.randint(5, 12))

    def _visit(self, day: int, home: int, at: datetime, chance: Random) -> Trace:
        place = f"{NORTH + 0.03 * (home // 2) + chance.gauss(0, 0.001):.3f},{EAST + chance.gauss(0, 0.001):.3f}"
        said = chance.choice(STOCK) if chance.random() < 0.04 else derived("said", self.n, day, home)
        return Trace(
            contact_id=ContactId(derived("test", "contact", self.n, day, home)),
            person_id=PersonId(derived("test", "person", self.n, home)), city="town", county="north", kind="call-on",
            made_at=at, recorded_at=at + timedelta(hours=chance.choice((0, 8, 30))), counts=chance.random() < 0.9,
            in_person=True, place=place if chance.random() < 0.7 else None,
            community_id=UnitId(derived("test", "community", home // 2)), note_index=said,
            new_facts=int(chance.random() < 0.2),
        )  # fmt: skip

    def _made_up(self, trace: Trace) -> Trace:
        at = trace.made_at.replace(hour=1, minute=0)
        if self.only_writes is COPIES:
            return replace(trace, note_index=STOCK[0])
        if self.only_writes is ONE_MINUTE:
            return replace(trace, made_at=at)
        if self.only_writes is FLIES:
            return replace(trace, made_at=at + (trace.made_at - at) / 20)
        return replace(trace, new_facts=0) if self.only_writes is LEARNS_NOTHING else trace


def flagged(officer: Officer, chance: Random) -> frozenset[Anomaly]:
    rounds = Rounds(officer.holder_id, book=BOOK)
    for trace in sorted(officer.rounds(chance), key=lambda each: each.recorded_at):
        rounds, _ = follow(rounds, trace, trace.recorded_at)
    return frozenset(flag.kind for flag in rounds.flags.values() if flag.stands)


def test_who_only_writes_is_flagged_and_of_the_others_few_are() -> None:
    """In two months. The same words are the weakest sign: who has a stock of phrases uses one for three people by chance."""
    chance = Random(SEED)

    honest = Counter(kind for n in range(HONEST) for kind in flagged(Officer(n), chance))
    others = [Officer(HONEST + n, manner) for n, manner in enumerate(4 * [*Anomaly])]
    escaped = [officer for officer in others if officer.only_writes not in flagged(officer, chance)]

    false_positive_rates = {kind: honest[kind] / HONEST for kind in Anomaly}
    print(f"seed {SEED}: {false_positive_rates}")
    assert escaped == []
    assert false_positive_rates.pop(COPIES) <= 0.15
    assert {*false_positive_rates.values()} == {0.0}
