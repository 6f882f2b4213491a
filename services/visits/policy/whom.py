"""Whom a rule is for, as a mistake calls them."""

from bus.pack.words import Words
from services.visits.domain.rules import Rule


def whom(words: Words, rule: Rule) -> str:
    kinds = "、".join(words.called("person_kinds", kind) for kind in words.person_kinds if kind in rule.who.kinds)
    classes = "、".join(words.called("categories", each) for each in words.categories if each in rule.who.categories)
    return f"“{classes}”的{kinds or '人'}" if classes else kinds or "所有人"
