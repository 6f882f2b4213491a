"""What a person asks for must be kept under every rule (★46): nobody who is deaf is owed a phone call, at home or away.

Looked at is what the engine itself would make of each rule, for whoever is away in any way, with whatever else they wish.
And whoever owes it must learn of it: each wish has its words in the SMS, and the SMS has a place for them.
"""

from collections.abc import Iterator
from itertools import combinations, permutations

from bus.pack.circumstances import AWish
from bus.pack.document import Node
from bus.pack.mistakes import Mistake
from services.visits.domain.means import Holding, means_now
from services.visits.domain.rules import Means, Rule, Trigger
from services.visits.policy.load import Loaded, Written
from services.visits.policy.whom import whom

AT_ONCE = 2
"""So many absences are looked at together: with their daughter, and in a ward there."""
PLACE = "wishes"
"""The variable of an SMS in which they stand."""


def unkept(loaded: Loaded) -> Iterator[Mistake]:
    """A forbidden strength at which a contact would still do."""
    forbidding = {name: wish for name, wish in loaded.words.wishes.items() if wish.forbids}
    everything = list(_holdings(loaded)) if forbidding else []
    for written in loaded.written:
        for rule in written.rules.values():
            for name, wish in forbidding.items():
                found = (holding for holding in everything if _is_asked(loaded, name, wish, rule, holding))
                if (holding := next(found, None)) is not None:
                    yield _mistake(loaded, written, rule, wish, holding)


def untold(loaded: Loaded) -> Iterator[Mistake]:
    """Who owes it would not know what the person asks for."""
    said, wishes = loaded.messages.section(PLACE), loaded.words.wishes
    for name, wish in wishes.items():
        if name not in said:
            zh = f"“{wish.zh}”在短信里没有说法（messages.yaml 的 wishes）：承办人不知道"
            yield _at(loaded.pack.section(PLACE)[name], None, zh, f"no SMS says the wish {name}")
    for name in said.keys() - wishes.keys():
        yield _at(said[name], None, f"pack.yaml 没有“{name}”这一意愿", f"there is no wish {name}")
    if wishes:
        yield from _without_a_place(loaded)


def _holdings(loaded: Loaded) -> Iterator[Holding]:
    """The absences in any order, and each set of wishes, those that forbid something last."""
    absences, wishes = loaded.policy.absences, loaded.policy.wishes
    felt = sorted((n for n, wish in wishes.items() if wish.means or wish.raised), key=lambda n: bool(wishes[n].raised))
    away = [order for many in range(AT_ONCE + 1) for order in permutations(absences, many)]
    asked = [some for many in range(1, len(felt) + 1) for some in combinations(felt, many)]
    for some in asked:
        for order in away:
            yield [*((name, absences[name]) for name in order), *((name, wishes[name]) for name in some)]


def _is_asked(loaded: Loaded, name: str, wish: AWish, rule: Rule, holding: Holding) -> bool:
    means, _ = means_now(rule.means, holding)
    return any(each == name for each, _ in holding) and bool(_forbidden(loaded, wish, means))


def _forbidden(loaded: Loaded, wish: AWish, means: Means) -> list[str]:
    policy = loaded.policy
    if means.kind not in policy.kinds_reaching:
        return []
    return [strength for strength in wish.forbids if policy.strong_enough(strength, means.strength)]


def _mistake(loaded: Loaded, written: Written, rule: Rule, wish: AWish, holding: Holding) -> Mistake:
    words, (means, _) = loaded.words, means_now(rule.means, holding)
    others = [words.called("absences", name) for name, each in holding if not each.is_wish]
    others += [words.called(PLACE, name) for name, each in holding if each.is_wish and words.wishes[name] is not wish]
    also = f"（又{'、'.join(others)}）" if others else ""
    strengths = "、".join(words.called("strengths", each) for each in _forbidden(loaded, wish, means))
    kind = words.called("duty_kinds", means.kind)
    zh = f"“{wish.zh}”的{whom(words, rule)}{also}仍会按“{kind}”欠着，{strengths}也算办到"
    en = f"still owed {means.kind} at {means.strength}, which the wish forbids"
    return _at(written.nodes[rule.name].at(("strength",)), rule.name, zh, en)


def _without_a_place(loaded: Loaded) -> Iterator[Mistake]:
    """Told once for the SMS, by the first rule that it is for. Of the dead nobody asks what they wished."""
    rules: dict[str, Rule] = {}
    for written in loaded.written:
        for rule in written.rules.values():
            of_death = isinstance(rule.when, Trigger) and rule.when.event == "death-reported"
            if rule.message is not None and rule.means.kind in loaded.policy.kinds_reaching and not of_death:
                rules.setdefault(rule.message, rule)
    templates = loaded.messages.section("templates")
    for name, rule in rules.items():
        text = templates[name].at(("zh",))
        if f"{{{PLACE}}}" not in (text.text or ""):
            zh = f"短信“{name}”没有 {{{PLACE}}}：承办人不知道{whom(loaded.words, rule)}有什么意愿"
            yield _at(text, rule.name, zh, f"the SMS has no {{{PLACE}}}")


def _at(node: Node, rule: str | None, zh: str, en: str) -> Mistake:
    return Mistake(node.file, node.line, rule, zh, en)
