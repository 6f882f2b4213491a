"""Whom the rules would leave bare (★25, P1): a class of people for whom nothing comes round by itself.

Of every category the pack says which parties must come round, by the kind of person, or why nobody must. Only what comes
round counts: a cadence, a festival, "nobody has been there for so long". What waits for an event may never come, and what is
narrowed to a situation, a rank or an age concerns only some of the class; nor is a birthday of everybody known.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bus.pack.document import Node
from bus.pack.mistakes import Mistake
from bus.pack.served import Nobody
from bus.pack.words import Words
from services.visits.domain.calendar import is_birthday
from services.visits.domain.rules import Cadence, Rule, Without, Yearly
from services.visits.policy.load import Loaded, Written

Rules = Mapping[str, Rule]
Parties = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Bare:
    """Nobody comes round to these people; with a party: of it nobody does, though the pack expects it."""

    category: str
    kinds: tuple[str, ...]
    party: str | None = None


def bare(loaded: Loaded) -> Iterator[Mistake]:
    """Of a county, only what its city does not leave bare already."""
    yield from _unsaid(loaded)
    city, *counties = loaded.written
    known = _left_bare(loaded, city.rules)
    for left in known:
        section = "categories" if left.party is None else "served_by"
        yield _mistake(loaded, left, loaded.pack.section(section)[left.category], None, "")
    for county in counties:
        for left in _left_bare(loaded, county.rules):
            if left not in known:
                yield _in_county(loaded, county, left)


def left_to_events(loaded: Loaded) -> Iterator[Mistake]:
    """Those to whom nobody comes round because the pack says so: whoever looks at it should know whom, and why."""
    for category, kinds in loaded.words.served_by.items():
        for kind, served in kinds.items():
            if isinstance(served, Nobody) and not _comes(loaded.policy.rules, kind, category):
                node = loaded.pack.section("served_by")[category]
                who = _who(loaded.words, category, (kind,))
                zh = f"{who}没有一条定期的规则，只有出了事才有人去：{served.nobody}"
                yield Mistake(node.file, node.line, None, zh, f"no recurring rule for {category}: {kind}, as it says")


def _unsaid(loaded: Loaded) -> Iterator[Mistake]:
    """Of whom it is not said who must come round, nobody would miss anybody."""
    for category, node in loaded.pack.section("categories").items():
        said = loaded.words.served_by.get(category, {})
        if kinds := tuple(kind for kind in loaded.pack.section("person_kinds") if kind not in said):
            place = loaded.pack.section("served_by").get(category, node)
            zh = f"没有写明{_who(loaded.words, category, kinds)}应由哪些方定期来（served_by），他们会无人过问"
            en = f"served_by does not say who comes round to {category}: {', '.join(kinds)}"
            yield Mistake(place.file, place.line, None, zh, en)


def _left_bare(loaded: Loaded, rules: Rules) -> list[Bare]:
    found: list[Bare] = []
    for category in loaded.pack.section("categories"):
        expected = _expected(loaded, category)
        if expected and not any(_comes(rules, kind, category) for kind in expected):
            found.append(Bare(category, tuple(expected)))
            continue
        for party in dict.fromkeys(party for parties in expected.values() for party in parties):
            of = [kind for kind, parties in expected.items() if party in parties]
            if kinds := tuple(kind for kind in of if not _comes(rules, kind, category, party)):
                found.append(Bare(category, kinds, party))
    return found


def _expected(loaded: Loaded, category: str) -> Parties:
    """In the order of the pack; without the kinds of people to whom nobody must come."""
    said = loaded.words.served_by.get(category, {})
    kinds = {kind: said.get(kind) for kind in loaded.pack.section("person_kinds")}
    return {kind: served for kind, served in kinds.items() if isinstance(served, tuple)}


def _comes(rules: Rules, kind: str, category: str, party: str | None = None) -> bool:
    return any(party in (None, rule.party) and _comes_round(rule, kind, category) for rule in rules.values())


def _comes_round(rule: Rule, kind: str, category: str) -> bool:
    who, when = rule.who, rule.when
    if not isinstance(when, Cadence | Yearly | Without) or (isinstance(when, Yearly) and is_birthday(when)):
        return False
    return not who.situations and not who.ranks and who.age_from is None and who.may_fit(kind, category, None)


def _in_county(loaded: Loaded, county: Written, left: Bare) -> Mistake:
    """Told where the county changes or drops the rule that came round before."""
    for name, node in county.otherwise.items():
        rule = loaded.policy.rules.get(name)
        if (
            rule is not None
            and left.party in (None, rule.party)
            and any(_comes_round(rule, kind, left.category) for kind in left.kinds)
        ):
            return _mistake(loaded, left, node, name, county.county)
    return _mistake(loaded, left, loaded.pack.section("categories")[left.category], None, county.county)


def _mistake(loaded: Loaded, left: Bare, node: Node, rule: str | None, county: str) -> Mistake:
    who = (f"{county}：" if county else "") + _who(loaded.words, left.category, left.kinds)
    if left.party is None:
        zh, en = f"{who}没有一条定期的规则，会无人过问", f"nothing comes round for {left.category}"
    else:
        party = loaded.words.called("parties", left.party)
        zh = f"{who}没有“{party}”的定期规则，这一方会无人过问"
        en = f"nothing of {left.party} comes round for {left.category}: {', '.join(left.kinds)}"
    return Mistake(node.file, node.line, rule, zh, en)


def _who(words: Words, category: str, kinds: tuple[str, ...]) -> str:
    of = "、".join(words.called("person_kinds", kind) for kind in kinds)
    return f"“{words.called('categories', category)}”的{of}"
