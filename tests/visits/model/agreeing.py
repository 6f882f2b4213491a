"""The engine and the model, side by side through the hours: at each of them the same must be owed and stated as done."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from services.visits.domain import Care, ClosedAs, hear, next_change, settle
from services.visits.domain.policy import Instead
from tests.visits.model.heard import Heard
from tests.visits.model.model import Model
from tests.visits.model.owed import Owed, means_now
from tests.visits.model.rules import VERSIONS
from tests.visits.model.stored import Stored
from tests.visits.town import BEFORE

MOMENT = timedelta(microseconds=1)


@dataclass
class Agreeing(Stored):
    """Both hear the same at the same hour."""

    model: Model = field(init=False)
    found: list[str] = field(default_factory=list)
    """The first disagreements, at the hour at which they were seen."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.model = Model(Heard([(BEFORE, VERSIONS[0])], born=self.born))

    def _hears(self, learn: Callable[[Care], Care], tell: Callable[[Heard], None]) -> None:
        now = self.now
        self._decides(lambda care: hear(care, learn, now))
        self.model.look(now)
        tell(self.model.heard)
        self.model.heard.changed()
        self.model.look(now)

    def wait(self, pause: timedelta, *, asleep: bool = False) -> None:
        """The clock wakes the engine at each hour that it named, or it sleeps through them all.

        Until that hour nothing may have changed, and then what has changed for the one has changed for the other.
        """
        until = self.now + pause
        at = None if asleep else next_change(self.engine, self.now)
        while at is not None and at <= until and not self.found:
            assert at > self.now, "it names the same hour for ever"
            self._compares(at - MOMENT)
            self.now = at
            at = next_change(self._decides(lambda care: settle(care, self.now)), self.now)
            self._compares(self.now)
        if not self.found:
            self.now = until
            self._wakes(must_sleep=not asleep)

    def sleeps(self, pause: timedelta) -> None:
        """What comes next is heard before the clock looks at the hours that it slept through."""
        if not self.found:
            self.now += pause

    def _wakes(self, *, must_sleep: bool) -> None:
        before = self.engine.duties
        self._decides(lambda care: settle(care, self.now))
        assert not must_sleep or self.engine.duties == before, "an hour at which something changed was not named"
        self.model.look(self.now)

    def disagreements(self) -> list[str]:
        """Nothing lost, nothing doubled, nothing that was done is owed, and the same is told as is so."""
        if self.found:
            return self.found
        found = self._differences(self.now)
        found += self._differences_of_what_was_done() if self.did_change else []
        found += [] if self.told_open == self.owed.keys() else ["what was told is not so"]
        self._in_another_order()
        found += [f"not settled: {fact.type}" for fact in settle(self.engine, self.now)[1]]
        return sorted(found)

    def _differences_of_what_was_done(self) -> list[str]:
        self.did_change = False
        done: Counter[Any] = Counter(
            (duty.rule, duty.closed_by_id) for duty in self.duties.values() if duty.closed_as is ClosedAs.DONE
        )
        was_done: Counter[Any] = Counter((one.rule.name, one.done_by) for one in self.model.all if one.done_by)
        found = [f"not stated as done: {one}" for one in was_done - done]
        return found + [f"stated as done and was not: {one}" for one in done - was_done]

    def _compares(self, at: datetime) -> None:
        """In the midst of a pause."""
        if not self.found:
            self.model.look(at)
            self.found = [f"at {at:%Y-%m-%d %H:%M:%S.%f}: {one}" for one in self._differences(at)]

    def _differences(self, at: datetime) -> list[str]:
        instead = self.model.heard.instead(at)
        owed, must = sorted(self.owed.values()), sorted(of_model(one, instead) for one in self.model.open)
        if owed == must:
            return []
        lost, without_reason = Counter(must) - Counter(owed), Counter(owed) - Counter(must)
        return [f"lost: {one}" for one in lost] + [f"owed without reason: {one}" for one in without_reason]


def of_model(one: Owed, instead: list[Instead]) -> tuple[Any, ...]:
    means = means_now(one, instead)
    what = one.what if one.cause is None or one.cause.kind != "discharge" else "discharge"
    return (
        one.rule.name, what, one.due, (means.kind, means.strength), one.rule.party, one.missed, one.rung, one.answering
    )  # fmt: skip
