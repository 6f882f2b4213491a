"""Two rules by which the same party owes the same people the same thing for the same reason: a doubled visit, or a mistake.

Situations, ages and an unset part of a selector exclude nobody: somebody may be in hospital and in hardship at once. Of two
rules that wait for one event those whose windows do not meet are two visits, not one twice.
"""

from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations

from bus.pack.mistakes import Mistake
from services.visits.domain.rules import Cadence, Rule, Selector, Trigger, Without, Yearly
from services.visits.policy.load import Loaded, Written


def overlaps(loaded: Loaded) -> Iterator[Mistake]:
    for written in loaded.written:
        for one, other in combinations(written.rules.values(), 2):
            if _alike(one, other) and not _meant(written, one, other):
                yield _doubled(loaded, written, one, other)


def _alike(one: Rule, other: Rule) -> bool:
    owed = (one.party, one.means.kind) == (other.party, other.means.kind)
    return owed and _same_time(one, other) and _same_people(one.who, other.who)


def _same_people(one: Selector, other: Selector) -> bool:
    pairs = ((one.kinds, other.kinds), (one.categories, other.categories), (one.ranks, other.ranks))
    return all(not a or not b or a & b for a, b in pairs)


def _same_time(one: Rule, other: Rule) -> bool:
    match one.when, other.when:
        case Trigger() as a, Trigger() as b:
            return a.event == b.event and (not a.of or not b.of or bool(a.of & b.of)) and _meet(a, b)
        case Cadence() as a, Cadence() as b:
            return a.every is b.every
        case Yearly() as a, Yearly() as b:
            return a.occasion == b.occasion
        case Without(), Without():
            return True
    return False


def _meet(one: Trigger, other: Trigger) -> bool:
    return not (_ends_before(one, other) or _ends_before(other, one))


def _ends_before(one: Trigger, other: Trigger) -> bool:
    """How long working days last depends on the year, so they are taken to meet whatever follows."""
    return isinstance(one.due, timedelta) and one.due <= other.opens


def _meant(written: Written, one: Rule, other: Rule) -> bool:
    said = [written.nodes[rule.name].at(("beside",)).value for rule in (one, other)]
    return said[0] == other.name or said[1] == one.name


def _doubled(loaded: Loaded, written: Written, one: Rule, other: Rule) -> Mistake:
    first, second = written.nodes[one.name], written.nodes[other.name]
    party, kind = loaded.words.called("parties", one.party), loaded.words.called("duty_kinds", one.means.kind)
    near = f"第{first.line}行" if first.file == second.file else f"{first.file}:{first.line}"
    zh = f"与规则 {one.name}（{near}）重叠：“{party}”对同一人同一事欠两次“{kind}”；有意如此请写 beside: {one.name}"
    en = f"overlaps {one.name} at {first.file}:{first.line}: the same is owed twice, unless one says it stands beside"
    return Mistake(second.file, second.line, other.name, zh, en)
