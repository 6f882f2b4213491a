"""Words and times under which nobody would come, however well each rule may be written (★25): they are refused.

A time may be as long as somebody would still notice that nothing was done; what is owed can be done; and what stands in the
place of a visit is no way round it.
"""

from collections.abc import Iterator
from datetime import timedelta

from bus.pack.document import Node, Place
from bus.pack.mistakes import Mistake
from bus.pack.shapes import duration
from services.visits.domain.rules import Cadence, Rule, Trigger, Without, WorkingDays, Yearly
from services.visits.policy.load import Loaded, Written
from services.visits.policy.whom import whom

YEAR = timedelta(days=366)
DAY = timedelta(days=1)
LONGEST_RUNG = timedelta(days=90)
LONGEST = {
    ("acknowledgement_holds",): timedelta(days=7),
    ("late_entry",): timedelta(days=31),
    ("fresh_for", "*"): YEAR,
    ("situations", "*", "after"): YEAR,
    ("notices", "*", "answer_within", "*"): LONGEST_RUNG,
}
"""Of the times of pack.yaml; `*` = of each that stands there."""


def impossible(loaded: Loaded) -> Iterator[Mistake]:
    yield from _of_outcomes(loaded)
    yield from _of_kinds(loaded)
    yield from _of_replacements(loaded)
    yield from _of_pack_times(loaded)
    for written in loaded.written:
        for rule in written.rules.values():
            yield from _of_times(loaded, written, rule)
            yield from _of_steps(loaded, written, rule)


def _of_outcomes(loaded: Loaded) -> Iterator[Mistake]:
    if not loaded.policy.outcomes_met and loaded.pack.root is not None:
        zh = "没有一种结果算办到（counts: true）：任何事项都办不结，人人都会一直被督办"
        yield _at(loaded.pack.root.at(("outcomes",)), None, zh, "no outcome counts: nothing could ever be done")


def _of_kinds(loaded: Loaded) -> Iterator[Mistake]:
    """What is done just as it is owed is done."""
    for name, kind in loaded.words.duty_kinds.items():
        if name not in kind.fulfilled_by:
            zh = f"“{kind.zh}”抵不了“{kind.zh}”：照着办了也办不结"
            node = loaded.pack.section("duty_kinds")[name].at(("fulfilled_by",))
            yield _at(node, None, zh, f"{name} does not fulfil {name}")


def _of_replacements(loaded: Loaded) -> Iterator[Mistake]:
    """Whoever is away, or wants no visitors, is still somebody of whom it is known whether they live (rule 8)."""
    words = loaded.words
    reaching = {kind for kind, each in words.duty_kinds.items() if loaded.policy.reaches(kind, each.at_least)}
    for section, named in (("absences", words.absences), ("wishes", words.wishes)):
        for name, each in named.items():
            for kind, other in each.instead.items():
                if kind in reaching and other not in reaching:
                    node = loaded.pack.section(section)[name].at(("instead", kind))
                    usual, weaker = words.duty_kinds[kind].zh, words.duty_kinds[other].zh
                    zh = f"“{each.zh}”把“{usual}”改成“{weaker}”：不见面也不通话，没有人知道本人是否平安"
                    yield _at(node, None, zh, f"{other} does not reach the person, {kind} does")


def _of_pack_times(loaded: Loaded) -> Iterator[Mistake]:
    for place, longest in LONGEST.items():
        for node in _nodes(loaded.pack.root, place):
            if node.text is not None and duration(node.text) > longest:
                yield _at(node, None, f"太长：最多{longest.days}天", f"at most {longest.days} days")


def _nodes(node: Node | None, place: Place) -> Iterator[Node]:
    if node is None or not place:
        yield from [node] if node is not None else []
        return
    step, *below = place
    for key, part in node.parts.items():
        if step in ("*", key):
            yield from _nodes(part, tuple(below))


def _of_times(loaded: Loaded, written: Written, rule: Rule) -> Iterator[Mistake]:
    node, people = written.nodes[rule.name], whom(loaded.words, rule)
    if isinstance(rule.when, Without) and not DAY <= rule.when.lasting <= YEAR:
        zh = f"“没有”应在1天到366天之间：更短的每次联系都引出下一次，更长的{people}会无人过问"
        yield _at(node.at(("when", "without")), rule.name, zh, "without is 1 to 366 days")
    if _longest(rule) > YEAR:
        zh = f"开始和期限都应在366天之内：不然{people}会无人过问"
        yield _at(node.at(("window",)), rule.name, zh, "opens and due lie within 366 days")


def _longest(rule: Rule) -> timedelta:
    """How far from its occasion the rule opens or is due, and how long its window is: the longest of them."""
    match rule.when:
        case Trigger(due=WorkingDays()) | Cadence():
            return timedelta()
        case Yearly(opens=opens, due=due):
            last = due - DAY  # as it is written: 0d is the end of the day
            return max(-opens, last, last - opens)
        case Trigger(due=timedelta() as due) | Without(due=due):
            return due
    raise AssertionError(rule.when)


def _of_steps(loaded: Loaded, written: Written, rule: Rule) -> Iterator[Mistake]:
    """Told once for the ladder, whichever rules climb it."""
    name = written.nodes[rule.name].at(("ladder",)).text or ""
    steps = written.ladders[name].items
    for step, rung in zip(steps, rule.ladder, strict=True):
        if rung.after > LONGEST_RUNG:
            level = loaded.words.called("rungs", rung.name)
            zh = f"“{level}”到期限过后{rung.after.days}天才知道，最多{LONGEST_RUNG.days}天"
            yield _at(step.at(("after",)), name, zh, f"{rung.name} would learn of it after {rung.after.days} days")
    if rule.ladder[-1].message is None:
        level = loaded.words.called("rungs", rule.ladder[-1].name)
        zh = f"督办的最后一级“{level}”没有短信：到了也没有人知道"
        yield _at(steps[-1], name, zh, "the top rung tells nobody")


def _at(node: Node, rule: str | None, zh: str, en: str) -> Mistake:
    return Mistake(node.file, node.line, rule, zh, en)
