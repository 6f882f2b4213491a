"""Roles that the rules count on and that nobody holds today: of whom, and for how many people of each county."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bus.pack.document import Node
from bus.pack.mistakes import Mistake
from services.visits.domain import Policy
from services.visits.policy.load import Loaded


@dataclass(frozen=True, slots=True)
class Alike:
    """So many living people of one class, for whom the same roles are held. None = no card was heard of them."""

    county: str
    kind: str | None
    category: str | None
    rank: str | None
    held: frozenset[str] | None
    people: int


def unheld(policy: Policy, people: Iterable[Alike]) -> dict[tuple[str, str], int]:
    """(county, role) → people whom a rule with that role may concern, and for whom nobody holds it."""
    found: dict[tuple[str, str], int] = {}
    for each in people:
        names = policy.selection(each.county, (each.kind, each.category, each.rank)).names
        wanted = {policy.rules_of(each.county)[name].role for name in names}
        for role in wanted - (each.held or frozenset()):
            found[each.county, role] = found.get((each.county, role), 0) + each.people
    return dict(sorted(found.items(), key=lambda item: (item[0][0], -item[1], item[0][1])))


@dataclass(slots=True)
class _Concerned:
    """Whom one rule may concern, by county, and whether its role is held for anybody of them."""

    name: str
    role: str
    node: Node
    held: bool = False
    people: Counter[str] = field(default_factory=Counter)


def held_by_nobody(loaded: Loaded, people: Iterable[Alike]) -> Iterator[Mistake]:
    """Rules whose role is held for none of the people whom they concern: nobody would owe it. (For some: a vacancy.)"""
    for rule in _concerned(loaded, people):
        if not rule.held:
            role, node = loaded.words.called("roles", rule.role), rule.node
            whom = "、".join(f"{county or '（未写县市区）'} {n} 人" for county, n in sorted(rule.people.items()))
            zh = f"今天没有一个人担任“{role}”，这些人会无人负责：{whom}"
            yield Mistake(node.file, node.line, rule.name, zh, f"nobody holds the role {rule.role}")


def _concerned(loaded: Loaded, people: Iterable[Alike]) -> Iterable[_Concerned]:
    """Each rule where its role is written. Of whom no card was heard nothing is known, so they say nothing against it."""
    policy = loaded.policy
    written = {each.county: each for each in loaded.written}
    found: dict[tuple[str, int], _Concerned] = {}
    for each in people:
        here = written.get(each.county, loaded.written[0])
        names = policy.selection(each.county, (each.kind, each.category, each.rank)).names
        for name in sorted(names) if each.held is not None else ():
            role, node = here.rules[name].role, here.nodes[name].at(("owes",))
            rule = found.setdefault((str(node.file), node.line), _Concerned(name, role, node))
            rule.held |= role in (each.held or ())
            rule.people[each.county] += each.people
    return found.values()
