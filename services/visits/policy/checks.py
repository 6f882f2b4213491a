"""What is looked for in a pack before it is put in force: each rule may be right by itself, and yet nobody comes (★25).

Files that cannot be read as rules are refused earlier, by `load`. Here a pack that can be applied is asked what would become
of the people under it. A version that was approved before is not asked again.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import chain

from bus.pack.document import Node
from bus.pack.messages import examined
from bus.pack.mistakes import Mistake
from bus.pack.reachability import untested_roles
from bus.pack.words import Words
from services.visits.domain.almanac import Almanac
from services.visits.domain.calendar import is_birthday
from services.visits.domain.rules import Cadence, OnEnd, Rule, Trigger, Without, WorkingDays, Yearly
from services.visits.domain.silence import NO_ANSWER, OUTCOME
from services.visits.policy.almanac import OWED
from services.visits.policy.bare import bare, left_to_events
from services.visits.policy.load import Loaded, Written
from services.visits.policy.moments import DAYS
from services.visits.policy.overlaps import overlaps
from services.visits.policy.possible import impossible
from services.visits.policy.posts import posts
from services.visits.policy.wishes import unkept, untold

NEVER_OVER = frozenset(
    {
        "stay-discharged",
        "death-reported",
        "family-changed",
        "hardship-reported",
        "class-changed",
        "absence-ended",
        "contact-outcome",
        "notice-issued",
    }
)
"""Events that have no end: what happened has happened."""


def mistakes_of(loaded: Loaded) -> list[Mistake]:
    """Everything for which the pack may not be put in force, each once, in the order of the files."""
    of_rules = (each for written in loaded.written for each in _of_rules(loaded, written))
    of_all = chain(
        overlaps(loaded), bare(loaded), impossible(loaded), unkept(loaded), untold(loaded), _of_messages(loaded)
    )
    return sorted(set(chain(_of_roles(loaded), posts(loaded), _of_reach(loaded), of_rules, of_all)), key=_place)


def remarks_of(loaded: Loaded, today: date) -> list[Mistake]:
    """What somebody should know and nobody can mend today."""
    return sorted(set(chain(_unpublished(loaded, today), left_to_events(loaded), _unreplaced(loaded))), key=_place)


def _place(mistake: Mistake) -> tuple[str, int, str]:
    return str(mistake.file), mistake.line, mistake.zh


def _of_rules(loaded: Loaded, written: Written) -> Iterator[Mistake]:
    for rule in written.rules.values():
        node = written.nodes[rule.name]
        found = chain(
            _of_ladder(loaded, rule),
            _of_window(rule, loaded.policy.almanac),
            _of_words(rule),
            _of_means(loaded, rule),
            _of_outcome(loaded, rule),
        )
        for key, zh, en in found:
            place = node.at((key,))
            yield Mistake(place.file, place.line, rule.name, zh, en)


Wrong = tuple[str, str, str]
"""The key of the rule that is wrong, and what is, in Chinese and in English."""


def _of_ladder(loaded: Loaded, rule: Rule) -> Iterator[Wrong]:
    party_of, first = loaded.policy.role_party, rule.ladder[0]
    if all(party_of[rung.role] == rule.party for rung in rule.ladder):
        party = loaded.words.called("parties", rule.party)
        yield (
            "ladder",
            f"督办没有出“{party}”这一方：没有别的一方会知道它没有办",
            "the ladder never leaves the owing party",
        )
    elif first.role == rule.role and not loaded.words.rungs[first.name].another_way:
        level, role = loaded.words.called("rungs", first.name), loaded.words.called("roles", rule.role)
        zh = f"督办的第一级“{level}”就是欠这一事项的“{role}”：逾期了只再告诉本人；同一人换一种办法的层级写 another_way"
        yield "ladder", zh, f"the first rung {first.name} is who owes it"
    names = [rung.name for rung in rule.ladder]
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        level = loaded.words.called("rungs", name)
        yield "ladder", f"督办阶梯两次到“{level}”这一级", f"the rung {name} stands twice on the ladder"


def _of_window(rule: Rule, almanac: Almanac) -> Iterator[Wrong]:
    if rule.remind is not None and rule.remind >= shortest(rule, almanac):
        yield "remind", "提醒早于事项的开始：时限没有那么长", "the reminder would come before the duty opens"


def shortest(rule: Rule, almanac: Almanac) -> timedelta:
    """From opening to due time, when it is shortest."""
    match rule.when:
        case Trigger(opens=opens, due=due):
            return (timedelta(days=due.days) if isinstance(due, WorkingDays) else due) - opens
        case Cadence(every=every, opens=opens, due=due):
            first = timedelta(days=opens.day - 1, hours=opens.at.hour, minutes=opens.at.minute)
            if due is None:
                return timedelta(days=DAYS[every]) - first
            return timedelta(days=due.day - 1, hours=due.at.hour, minutes=due.at.minute) - first
        case Yearly() as yearly:
            return yearly.due - yearly.opens + _season(yearly, almanac)
        case without:
            return without.due


def _season(yearly: Yearly, almanac: Almanac) -> timedelta:
    if is_birthday(yearly):
        return timedelta()
    spans = (almanac.days(almanac.occasions[yearly.occasion], year) for year in OWED)
    return min(last - first for first, last in spans)


def _of_words(rule: Rule) -> Iterator[Wrong]:
    if rule.on_end is OnEnd.SUPERSEDE and not isinstance(rule.when, Trigger):
        yield "on_end", "没有起因的事项不会随起因了结（on_end）", "without a cause there is no end of it"
    elif rule.on_end is OnEnd.SUPERSEDE and isinstance(rule.when, Trigger) and rule.when.event in NEVER_OVER:
        yield "on_end", f"起因“{rule.when.event}”没有了结的时候", f"{rule.when.event} has no end"
    if rule.party in rule.joint:
        yield "joint", "joint 写的应是别的一方", "joint names the owing party itself"


def _of_outcome(loaded: Loaded, rule: Rule) -> Iterator[Wrong]:
    """A contact that counts, and an attempt that nobody answered, are no such event."""
    if isinstance(rule.when, Trigger) and rule.when.event == OUTCOME:
        policy = loaded.policy
        for outcome in sorted(rule.when.of & (policy.outcomes_met | policy.outcomes_silent)):
            zh = f"“{policy.zh('outcomes', outcome)}”算办到，或按联系不上（no-answer）办，不是这一起因"
            yield "when", zh, f"the outcome {outcome} is no such event"


def _of_means(loaded: Loaded, rule: Rule) -> Iterator[Wrong]:
    silence = isinstance(rule.when, Trigger) and rule.when.event == NO_ANSWER
    if (silence or isinstance(rule.when, Without)) and not loaded.policy.reaches(rule.means.kind, rule.means.strength):
        zh = "“没有”（without）和联系不上（no-answer）问的是有没有人见到本人：类别和强度都要写明 reaches"
        yield "kind", zh, "`without` and no-answer ask for means that reach the person"


def _of_reach(loaded: Loaded) -> Iterator[Mistake]:
    """Nobody would ever be silent, and no silence would end."""
    for section, reaching in (
        ("duty_kinds", loaded.policy.kinds_reaching),
        ("strengths", loaded.policy.strengths_reaching),
    ):
        if not reaching and loaded.pack.root is not None:
            node = loaded.pack.root.at((section,))
            zh = f"{section} 里没有一项写明 reaches: true：联系不上、是否平安就无从说起"
            yield Mistake(node.file, node.line, None, zh, f"none of the {section} reaches the person")


def _of_roles(loaded: Loaded) -> Iterator[Mistake]:
    """A role that may stay empty and nobody learns of it: whatever it owes would be owed by nobody."""
    for written in loaded.written:
        for role in sorted(loaded.words.roles.keys() - counted_on(loaded.words)):
            owing = [rule.name for rule in written.rules.values() if rule.role == role]
            if owing:
                node = written.nodes[owing[0]].at(("owes",))
                yield _may_be_empty(loaded.words, role, node, owing[0], f"规则 {'、'.join(owing)} 会无人承担")
            told = [r.name for r in written.rules.values() if any(rung.role == role for rung in r.ladder)]
            if told:
                for name in (name for name, rung in loaded.words.rungs.items() if rung.role == role):
                    node = loaded.pack.section("rungs")[name]
                    yield _may_be_empty(loaded.words, role, node, None, f"规则 {'、'.join(told)} 的督办会到不了这一级")


def counted_on(words: Words) -> set[str]:
    """The roles that somebody must hold for a person, so that an empty one is told: officers, the liaison, the care team.

    Any other can be held, too, by whoever joins the team in it; but nobody asks where it is empty.
    """
    officers = {party.officer for party in words.parties.values() if party.officer is not None}
    return {*officers, words.liaison, *words.care_team}


def _may_be_empty(words: Words, role: str, node: Node, rule: str | None, so: str) -> Mistake:
    zh = f"角色“{words.called('roles', role)}”空着也不算空岗（不是哪一方的 officer、liaison，也不在 care_team）：{so}"
    return Mistake(node.file, node.line, rule, zh, f"the role {role} may stay empty, and nobody is told")


def _of_messages(loaded: Loaded) -> list[Mistake]:
    file = examined(loaded.messages)
    if file is not None:
        needed = {rung.role for rung in loaded.words.rungs.values()}
        needed |= {rule.role for written in loaded.written for rule in written.rules.values()}
        untested_roles(loaded.messages, file, loaded.words.roles, needed)
    return loaded.messages.mistakes


def _unreplaced(loaded: Loaded) -> Iterator[Mistake]:
    """An expected absence under which everything is owed as before, at a door behind which nobody is (★46)."""
    for name, absence in loaded.words.absences.items():
        if not absence.instead:
            node = loaded.pack.section("absences")[name]
            zh = f"“{absence.zh}”期间没有改用别的联系（instead）：上门的照旧欠着，会逾期"
            yield Mistake(node.file, node.line, None, zh, f"{name} replaces nothing")


def _unpublished(loaded: Loaded, today: date) -> Iterator[Mistake]:
    year = loaded.policy.almanac.unpublished_by(today)
    for written in loaded.written if year is not None else ():
        for rule in written.rules.values():
            if isinstance(rule.when, Trigger) and isinstance(rule.when.due, WorkingDays):
                node = written.nodes[rule.name].at(("window",))
                zh = f"{year}年的工作日没有公布，期限先按自然日计；公布后写进 calendar.yaml"
                yield Mistake(node.file, node.line, rule.name, zh, f"the workdays of {year} are not published")
