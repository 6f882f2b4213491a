"""What the tables and Kafka hold, against what must be: none lost, none doubled, none that stopped climbing."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from bench.storm_facts import Facts
from bench.year.chronicle import Chronicle
from bench.year.model import Owed, covered, expected
from contracts.ids import PersonId
from contracts.visits import DutyEscalated, DutyMissed, DutyOpened, DutySuperseded
from deploy.local.actors.witness import Witness
from services.visits.domain import Policy, Rule

DUTIES: Final = """
SELECT duty_id, d.person_id, rule, party, role, occurrence, opened_at, due_at, missed_at, escalated_at, rung, closed_at,
  closed_as, acknowledged_at, c.county FROM visits.duties d JOIN visits.cares c USING (person_id)
"""
GRAIN: Final = timedelta(hours=1, minutes=5)
"""The clocks go by full hours: what is due within one is noticed at its end."""


@dataclass
class Verdict:
    covered: Mapping[str, bool] = field(default_factory=dict)
    promised: int = 0
    found: int = 0
    beyond: int = 0
    """Duties of rules that the model does not cover."""
    lost: list[Owed] = field(default_factory=list)
    doubled: list[Owed] = field(default_factory=list)
    """There more than once, or never to have been."""
    wrong: list[str] = field(default_factory=list)

    @property
    def is_well(self) -> bool:
        return not (self.lost or self.doubled or self.wrong)

    def never(self, what: str, cases: Iterable[object]) -> None:
        if found := sorted(map(str, cases)):
            self.wrong.append(f"{what}：{len(found)}（{'、'.join(found[:3])}）")


def rules_named(policy: Policy) -> Mapping[str, Rule]:
    """Of the city and all its counties; where a county has another rule of the same name, the city's."""
    of_counties = {name: rule for rules in policy.counties.values() for name, rule in rules.items()}
    return {**of_counties, **policy.rules}


def compared(chronicle: Chronicle, policy: Policy, duties: Sequence[Any], now: datetime) -> Verdict:
    """Each duty that must have been was opened, once, and no other."""
    verdict = Verdict(covered(rules_named(policy)))
    promised = set(expected(chronicle, policy, now))
    there: Counter[Owed] = Counter()
    for row in duties:
        if row["person_id"] in chronicle and verdict.covered.get(row["rule"]):
            there[Owed(row["person_id"], row["rule"], row["occurrence"])] += 1
        else:
            verdict.beyond += 1
    verdict.promised, verdict.found = len(promised), there.total()
    verdict.lost = sorted(promised - there.keys())
    verdict.doubled = sorted(owed for owed, n in there.items() if n > 1) + sorted(there.keys() - promised)
    return verdict


def tonight(chronicle: Chronicle, policy: Policy, known: Counter[Owed], now: datetime) -> list[Owed]:
    """Who should be owed something this night and is not, or is owed it twice: there must be nobody."""
    current = set(expected(chronicle, policy, now, since=now))
    return sorted(owed for owed in current if known[owed] != 1)


def look_at_lives(verdict: Verdict, duties: Sequence[Any], policy: Policy, now: datetime) -> None:
    """Of every duty: missed when its time had passed, and as high on its ladder as it is late."""
    late = [row for row in duties if row["closed_at"] is None and row["due_at"] + GRAIN <= now]
    early = [row for row in duties if row["missed_at"] is not None and row["missed_at"] < row["due_at"]]
    verdict.never("逾期而未记为逾期", (row["duty_id"] for row in late if row["missed_at"] is None))
    verdict.never("未到期而记为逾期", (row["duty_id"] for row in early))
    verdict.never("逾期而未逐级督办", (row["duty_id"] for row in late if row["rung"] < _least_rung(row, policy, now)))


def _least_rung(row: Any, policy: Policy, now: datetime) -> int:
    """Each rung may have waited once for somebody who knew."""
    rule, late = policy.rules_of(row["county"]).get(row["rule"]), now - row["due_at"] - GRAIN
    steps = enumerate(rule.ladder, 1) if rule is not None else ()
    return sum(rung.after + n * policy.acknowledgement_holds <= late for n, rung in steps)


def look_at_facts(verdict: Verdict, duties: Sequence[Any], facts: Facts, people: Iterable[PersonId]) -> None:
    """Each duty was told when it opened, once more only when it was owed again; missed once; each rung once."""
    ours = {str(person_id) for person_id in people}
    opened, ended = facts.count(DutyOpened, "duty_id"), facts.count(DutySuperseded, "duty_id")
    ids = [(str(row["duty_id"]),) for row in duties]
    verdict.never("DutyOpened 次数不对", (id_ for id_ in ids if not 1 <= opened[id_] <= 1 + ended[id_]))
    for kind, names in ((DutyMissed, ("duty_id",)), (DutyEscalated, ("duty_id", "rung"))):
        told = facts.count(kind, "person_id", *names)
        verdict.never(f"{kind.__name__} 重复", (key for key, n in told.items() if n > 1 and key[0] in ours))


@dataclass
class Tally:
    """Of one rule and party."""

    opened: int = 0
    done: int = 0
    late: int = 0
    """Done after the due time."""
    missed: int = 0
    climbed: int = 0
    ended: int = 0
    """Superseded: the person died, the cause was taken back, the next period took its place."""
    still: int = 0


def tallies(duties: Sequence[Any]) -> dict[tuple[str, str], Tally]:
    """By rule and party."""
    found: dict[tuple[str, str], Tally] = defaultdict(Tally)
    for row in duties:
        tally = found[row["rule"], row["party"]]
        tally.opened += 1
        tally.missed += row["missed_at"] is not None
        tally.climbed += row["rung"] > 0
        tally.still += row["closed_at"] is None
        tally.done += row["closed_as"] == "done"
        tally.late += row["closed_as"] == "done" and row["missed_at"] is not None
        tally.ended += row["closed_as"] == "superseded"
    return dict(sorted(found.items()))


@dataclass(frozen=True, slots=True)
class Climb:
    """One duty of the forgotten: when it was due, when each level learned of it."""

    person_id: PersonId
    rule: str
    due_at: datetime
    told: tuple[tuple[datetime, str], ...]
    """When, and the role that was told."""
    is_open: bool

    def is_at_top(self, rule: Rule) -> bool:
        return bool(rule.ladder) and rule.ladder[-1].role in {role for _, role in self.told}


async def climbs(witness: Witness, facts: Facts, people: Sequence[PersonId]) -> list[Climb]:
    """The line of each thing that they are owed: of one that takes the place of the one before, the whole climb."""
    rows = await witness.rows(
        "SELECT duty_id, person_id, rule, due_at, followed_by, closed_at FROM visits.duties WHERE person_id = ANY($1) "
        "ORDER BY opened_at",
        list(people),
    )
    told = defaultdict(list)
    for fact in facts.each(DutyEscalated):
        told[fact["duty_id"]].append((datetime.fromisoformat(fact["escalated_at"]), fact["role"]))
    line: dict[tuple[PersonId, str, datetime], list[Any]] = defaultdict(list)
    for row in rows:
        line[row["person_id"], row["rule"], row["due_at"]].append(row)
    return [
        Climb(person_id, rule, due_at, tuple(sorted(step for row in of for step in told[str(row["duty_id"])])),
              any(row["closed_at"] is None for row in of))
        for (person_id, rule, due_at), of in line.items()
    ]  # fmt: skip


def never_at_the_top(
    found: Sequence[Climb], policy: Policy, people: Iterable[PersonId], now: datetime
) -> list[PersonId] | None:
    """Of whom the last rung never learned anything (P1). None = the time was too short for anything to climb so high."""
    rules = rules_named(policy)
    high = [climb for climb in found if rules[climb.rule].ladder and top_by(climb, policy) <= now]
    told = {climb.person_id for climb in found if climb.is_at_top(rules[climb.rule])}
    return sorted(set(people) - told) if high else None


def top_by(climb: Climb, policy: Policy) -> datetime:
    """When the last rung knows at the latest: each may have waited once for somebody who knew."""
    ladder = rules_named(policy)[climb.rule].ladder
    return climb.due_at + ladder[-1].after + len(ladder) * policy.acknowledgement_holds + GRAIN


def forgotten_by_the_engine(found: Sequence[Climb], policy: Policy, now: datetime) -> list[Climb]:
    """Of what the pair is owed, what should have reached the top of its ladder by its age, and has not."""
    return [
        climb
        for climb in found
        if climb.is_open
        and (rule := rules_named(policy)[climb.rule]).ladder
        and top_by(climb, policy) <= now
        and not climb.is_at_top(rule)
    ]
