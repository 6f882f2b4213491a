"""Posts that a class of people must have filled (`needed_by`): somebody owes filling each, and only these are relied upon.

A vacancy that no rule waits for is told to nobody who must act; a duty of a role that nobody needs for this class is owed by
nobody from the first hour, and climbs without cause.
"""

from collections.abc import Iterator

from bus.pack.mistakes import Mistake
from bus.pack.words import Words
from services.visits.domain.rules import Rule, Trigger
from services.visits.policy.load import Loaded, Written

Classes = frozenset[tuple[str, str]]
"""Kind of person and category."""


def posts(loaded: Loaded) -> Iterator[Mistake]:
    for role in loaded.words.care_team:
        yield from _unfilled(loaded, role)
    for written in loaded.written:
        for rule in written.rules.values():
            yield from _not_needed(loaded, written, rule)


def _unfilled(loaded: Loaded, role: str) -> Iterator[Mistake]:
    """Where the pack says who needs it, a vacancy is owed filling for each of them; told once, of every county together."""
    words, need = loaded.words, needing(loaded.words, role)
    missing: Classes = frozenset()
    for written in loaded.written if "needed_by" in words.roles[role].model_fields_set else ():
        waiting = [_asked(words, rule) for rule in written.rules.values() if _waits_for(rule, role)]
        missing |= need.difference(*waiting)
    if missing:
        node = loaded.pack.section("roles")[role].at(("needed_by",))
        zh = f"{_called(words, missing)}必须有“{words.called('roles', role)}”，空缺了却没有规则（post-vacant）要人补上"
        yield Mistake(node.file, node.line, None, zh, f"no rule owes filling the post of {role}")


def _not_needed(loaded: Loaded, written: Written, rule: Rule) -> Iterator[Mistake]:
    words = loaded.words
    if rule.role in words.care_team and (beyond := _asked(words, rule) - needing(words, rule.role)):
        node = written.nodes[rule.name].at(("owes",))
        zh = f"{_called(words, beyond)}不必有“{words.called('roles', rule.role)}”（needed_by）：会无人承担"
        yield Mistake(
            node.file, node.line, rule.name, zh, f"{rule.role} is not needed by everybody whom the rule is for"
        )


def needing(words: Words, role: str) -> Classes:
    need = words.roles[role].needed_by
    return _classes(words, frozenset(need.kinds), frozenset(need.categories))


def _waits_for(rule: Rule, role: str) -> bool:
    """Narrowed to a situation, a rank or an age it is for some of a class only."""
    if not isinstance(rule.when, Trigger) or rule.when.event != "post-vacant":
        return False
    narrowed = rule.who.situations or rule.who.ranks or rule.who.age_from is not None
    return not narrowed and (not rule.when.of or role in rule.when.of)


def _asked(words: Words, rule: Rule) -> Classes:
    return _classes(words, rule.who.kinds, rule.who.categories)


def _classes(words: Words, kinds: frozenset[str], categories: frozenset[str]) -> Classes:
    """None named = all of them."""
    of_kinds, of_categories = kinds or words.person_kinds, categories or words.categories
    return frozenset((kind, category) for kind in of_kinds for category in of_categories)


def _called(words: Words, classes: Classes) -> str:
    """By category, in the order of the pack."""
    found = []
    for category in words.categories:
        kinds = [words.called("person_kinds", kind) for kind in words.person_kinds if (kind, category) in classes]
        if kinds:
            found.append(f"“{words.called('categories', category)}”的{'、'.join(kinds)}")
    return "，".join(found)
