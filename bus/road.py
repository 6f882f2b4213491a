"""The road: everything that makes a service act travels it, in one transaction, in an order that never varies.

    (offset row) → look into the journal, lock the roots and make those that are missing → read the clock, roots, children →
    decide → write states, outbox and journal

An arrow is a round trip (a further kind of state costs two more). Each step stands where it does because a race went wrong
without it:
a look into the journal first, so that what was seen before costs nothing more; missing roots are made, because a row that is
not there cannot be locked and two first facts would lose one; sorted keys, because two batches of the same people would lock
each other out;
the clock after the locks, because `now()` was taken before the wait; roots and children in a statement of their own, because
joined to the lock children would be as old as the wait began; the journal is written after the decision, whole, and whoever
finds his line there meanwhile has lost a race and begins again (who was refused writes none, and looks again); the outbox
after the locks, so that its ids follow them.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from bus import journal, metrics, outbox
from bus.database import Connection, LostRace
from bus.decisions import Decision, Decisions
from bus.fanout import opened
from bus.journal import Item, Kind
from bus.now import NOW, assert_true
from bus.outbox import Row
from bus.store import Kept
from bus.writing import Write, write
from contracts.event import Event

_TICK = timedelta(microseconds=1)

Bury = Callable[[Item], Row]
Count = Callable[[Event, Any], None]
"""Told of each fact after its commit, with the state that said it."""


class Road:
    """The road of one service. It opens no transaction: who walks it brings one, and commits."""

    def __init__(self, service: str, bury: Bury, count: Count | None = None, *, true_time: bool = False) -> None:
        self.service, self.source = service, f"/bifang/{service}"
        self.asked_topic = f"{service}.asked"
        self._bury, self._count, self._true_time = bury, count, true_time
        """`true_time`: the database's clock must agree with ours, or nothing is decided. A demo's is ahead."""

    async def travel(self, tx: Connection, items: Sequence[Item]) -> int:
        """What became of each item is written on it: `seen`, `answer`, `failure`. Returns how many records are to be told.

        One that fails takes nothing with it: what was heard is buried as a dead letter, what was asked is forgotten again,
        a state that could not be woken backs off. An error of the database itself goes up and takes the transaction along.
        Whoever wakes states has locked them already, when it looked whose hour has come.
        """
        turns = [Turn(self, decisions, group) for decisions, group in _by_decisions(_first_of_each(items))]
        for turn in turns:
            await turn.meet(tx)
        fresh = [item for turn in turns for item in turn.items if not item.seen]
        if not fresh:
            return 0
        clocks = [clock for turn in turns for clock in await turn.read(tx)]
        now = max(clocks) if clocks else await tx.fetchval(f"SELECT {NOW}")
        if self._true_time:  # what is decided once in a wrong year stays there, and nobody is reminded
            assert_true(now)
        await _doom(tx, [item for item in fresh if item.doomed is not None], now)
        for turn in turns:
            turn.fold(now)
        return await self._finish(tx, fresh, turns)

    def committed(self, items: Iterable[Item]) -> None:
        """Called after the commit, never inside: only what was really said is counted."""
        said = [(fact, item.after) for item in items if item.failure is None and not item.seen for fact in item.said]
        metrics.count_facts(self.service, (fact for fact, _ in said))
        if self._count is not None:
            for fact, state in said:
                self._count(fact, state)

    async def _finish(self, tx: Connection, items: list[Item], turns: Sequence["Turn"]) -> int:
        """A request that was refused acted on nothing: it has no line, and may be asked again when the cause is mended.

        But its repetition may be refused for what the first has done, who committed after our look and before our lock.
        """
        buried = [item for item in items if item.failure is not None and item.nobody_waits]
        acted = [i for i in items if i.failure is None and i.kind is not Kind.WOKEN] + buried
        woken = [i for i in items if i.failure is None and i.kind is Kind.WOKEN and not i.seen]
        refused = [i for i in items if i.failure is not None and i.kind is Kind.ASKED and not i.nobody_waits]
        rows = [row for turn in turns for row in turn.rows] + [self._bury(item) for item in buried]
        states = [each for turn in turns for each in turn.writes()]
        entered = await write(tx, [*states, *outbox.staged(rows), *journal.lines(woken)], journal.lines(acted))
        if (acted and entered < len(acted)) or await _known_by_now(tx, refused):
            raise LostRace("somebody else has heard or been asked the same, and was faster")
        return len(rows)


class HourNotMoved(Exception):
    """A state that was woken must name another hour, or none. It backs off, as any that cannot be woken."""


class Turn:
    """One kind of state in one transaction: its items are folded in order, its states kept, its facts collected."""

    def __init__(self, road: Road, decisions: Decisions[Any], items: list[Item]) -> None:
        self.road, self.decisions, self.items = road, decisions, items
        self.rows: list[Row] = []
        self.kept: list[Kept[Any]] = []
        self.fan_outs: list[tuple[Item, Decision[Any]]] = []
        self._read: list[Kept[Any]] = []
        self._made: set[UUID] = set()
        """Skeletons: rows of states of which nothing was known."""
        self._untouched: set[UUID] = set()

    async def meet(self, tx: Connection) -> None:
        """What the journal knows is seen; the states of all others are locked, and made where they are missing.

        Those that are woken are locked already, by the statement that looked whose hour has come.
        """
        items = [item for item in self.items if item.kind is not Kind.WOKEN]
        if not items:
            return
        keys = [item.key if item.doomed is None else None for item in items]
        ids = [item.id for item in items]
        store, name = self.decisions.kept_in, self.decisions.name
        known, made = await tx.fetchrow(store.meet, name, ids, keys, min(ids), max(ids))
        self._made, seen = set(made), set(known)
        for item in items:
            item.seen = item.id in seen

    async def read(self, tx: Connection) -> list[datetime]:
        """The states that are locked. What the clock showed at each."""
        items = self._to_decide()
        if keys := {item.key for item in items}:
            store = self.decisions.kept_in
            by = store.whole if any(type(item.subject) in self.decisions.whole for item in items) else store.to_decide
            self._read = await store.read(tx, list(keys), by)
        return [kept.now for kept in self._read]

    def _to_decide(self) -> list[Item]:
        return [item for item in self.items if item.doomed is None and not item.seen]

    def fold(self, now: datetime) -> None:
        """Several items of one key are folded in the order in which they came."""
        of_key: dict[UUID, list[Item]] = {}
        for item in self._to_decide():
            of_key.setdefault(item.key, []).append(item)
        for kept in self._read:
            self._fold_one(kept, of_key[kept.key], now)

    def _fold_one(self, kept: Kept[Any], items: list[Item], now: datetime) -> None:
        touched = False
        for item in items:
            at = max(now, kept.clock + _TICK) if kept.clock else now
            if item.at_least is not None:
                at = max(item.at_least, kept.clock + _TICK) if kept.clock else item.at_least
            try:
                decision = self._decide(kept.after, item, at)
                said = outbox.fact_rows(item, decision.facts, at, self.road.source)
                wake_at = self._wakes_at(decision.state, at)
                if item.kind is Kind.WOKEN and wake_at == item.time:
                    raise HourNotMoved("it names the hour at which it was woken again, and would be woken for ever")
                risk = self.decisions.risk(decision.state)
            except Exception as failure:  # noqa: BLE001 - decisions are pure: it concerns this one item, and would happen again
                item.failure, item.clock = failure, at
                if item.kind is Kind.WOKEN:
                    kept.wakes_failed += 1
                    kept.wake_at = at + backoff(kept.wakes_failed)
                    kept.clock = at
                    touched = True
                continue
            item.clock = kept.clock = at
            item.policy = kept.settled_under = self.decisions.settled_under(decision.state)
            item.answer = decision.answer.model_dump_json().encode() if decision.answer is not None else None
            item.said, item.after = decision.facts, decision.state
            changed = decision.state is not kept.after and decision.state != kept.after
            item.seen = item.kind is Kind.WOKEN and not changed and not said  # woken to nothing: no line in the journal
            kept.after, kept.wake_at, kept.risk = decision.state, wake_at, risk
            kept.wakes_failed = 0
            kept.turned += not item.seen
            touched = True
            self.rows += said
            if item.tell and item.kind is Kind.ASKED and (told := self._tell_asked(item, at)):
                self.rows.append(told)
            if decision.fan_out:
                self.fan_outs.append((item, decision))
        if touched:
            self.kept.append(kept)
        else:
            self._untouched.add(kept.key)

    def _decide(self, state: Any, item: Item, now: datetime) -> Decision[Any]:
        table = self.decisions
        decision: Decision[Any]
        if item.kind is Kind.WOKEN:
            assert table.waking is not None
            decision = table.waking(state, now)
        elif item.kind is Kind.ASKED:
            decision = table.asks[type(item.subject)](state, item.subject, now)  # type: ignore[index]
        else:
            decision = table.heard[type(item.subject)].decide(state, item.subject, now)  # type: ignore[index]
        return decision

    def _wakes_at(self, state: Any, now: datetime) -> datetime | None:
        return self.decisions.wakes_at(state, now) if self.decisions.wakes_at is not None else None

    def _tell_asked(self, item: Item, clock: datetime) -> Row | None:
        return outbox.asked_row(item, clock, self.road.source, self.road.asked_topic)

    def writes(self) -> list[Write]:
        """The states, and what concerns many others; what was made for nothing is taken away again."""
        store = self.decisions.kept_in
        empty = sorted(self._made & self._untouched)
        removed = [Write(store.remove, [empty])] if empty else []
        return [*store.writes(self.kept), *removed, *opened(self.fan_outs)]


def backoff(failures: int) -> timedelta:
    """How long a state that cannot be woken is left alone: 2 s, doubling, an hour at most."""
    return timedelta(seconds=min(3600, 2 ** min(failures, 12)))


async def _doom(tx: Connection, items: Iterable[Item], now: datetime) -> None:
    """What made a whole transaction fail is not decided again, nor is its state loaded: that may be what fails."""
    for item in items:
        item.failure, item.clock = item.doomed, now
        if item.kind is Kind.WOKEN:
            await tx.execute(item.decisions.kept_in.back_off, item.key, now)


async def _known_by_now(tx: Connection, items: list[Item]) -> bool:
    return any([await journal.known(tx, decisions, group) for decisions, group in _by_decisions(items)])


def _first_of_each(items: Sequence[Item]) -> list[Item]:
    """Duplicates within the batch are dropped before anything else."""
    first: dict[tuple[str, UUID], Item] = {}
    for item in items:
        item.seen = first.setdefault(item.name, item) is not item
    return list(first.values())


def _by_decisions(items: list[Item]) -> list[tuple[Decisions[Any], list[Item]]]:
    ordered = sorted(items, key=lambda item: item.decisions.name)  # stable: each kind keeps its order
    return [
        (group[0].decisions, group) for _, it in groupby(ordered, key=lambda i: i.decisions.name) if (group := list(it))
    ]
