"""The same year of the same people under two policies, side by side: the one in force, and the one that is looked at."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from services.visits.domain import Care, Policy
from services.visits.simulation import Simulation, Tally


@dataclass(slots=True)
class Comparison:
    """`beside`: parties whose officer is that of the community."""

    in_force: Policy
    looked_at: Policy
    start: datetime
    end: datetime
    beside: frozenset[str]
    people: int = 0
    otherwise: int = 0
    """People of whom another number of duties, of another rule or in another week, would be owed."""
    now: Tally = field(init=False)
    then: Tally = field(init=False)
    _now: Simulation = field(init=False)
    _then: Simulation = field(init=False)

    def __post_init__(self) -> None:
        self.now, self.then = (Tally(policy, self.beside) for policy in (self.in_force, self.looked_at))
        self._now, self._then = (Simulation(policy, self.start, self.end) for policy in (self.in_force, self.looked_at))

    def add(self, cares: Iterable[Care]) -> None:
        for care in cares:
            now, then = self._now.year(care), self._then.year(care)
            self.now.add(care, now)
            self.then.add(care, then)
            self.people += 1
            self.otherwise += now.opened != then.opened
