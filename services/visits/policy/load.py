"""A policy pack becomes a policy, or is refused with everything that is wrong with it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bus.pack.document import Document, Node, Place, read
from bus.pack.layers import Layers, merged, read_layers
from bus.pack.mistakes import Mistake, PackRefused
from bus.pack.shapes import Names, shaped
from bus.pack.words import Words, named, names_of
from contracts.notify import LANES
from services.visits.domain.almanac import Almanac
from services.visits.domain.causes import EVENTS, GROUNDS
from services.visits.domain.policy import CITY, Policy
from services.visits.domain.rules import (
    Rule,
)
from services.visits.policy.almanac import almanac_of
from services.visits.policy.changes import Change, Laid, lay, words_changed
from services.visits.policy.compiled import policy_of, rules_of
from services.visits.policy.shapes import Rules


@dataclass(frozen=True, slots=True)
class Written:
    """The rules of the city, or of a county that has its own, and where each of them stands."""

    county: str
    rules: Mapping[str, Rule]
    nodes: Mapping[str, Node]
    ladders: Mapping[str, Node]
    otherwise: Mapping[str, Node]
    """Where the county says that it changes or drops a rule of its city."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A pack that can be applied, what its lower layers make otherwise than the upper, and where all of it is written."""

    policy: Policy
    changes: tuple[Change, ...]
    words: Words
    pack: Document
    written: tuple[Written, ...]
    """The city first."""
    messages: Document
    """What notify will speak, of all layers together."""


def load(folder: Path) -> Policy:
    """PackRefused with every mistake at once: file, line, rule and what is wrong, in Chinese first."""
    return load_with_changes(folder).policy


def load_with_changes(folder: Path) -> Loaded:
    """The same, for who looks at a pack before it is put in force."""
    layers = read_layers(folder)
    pack, messages = layers.pack(), merged(layers.documents("messages.yaml"))
    city, counties = _laid(layers)
    calendar = _calendar(layers)
    almanac = almanac_of(calendar)
    names = _names(pack, messages, almanac)
    words = shaped(Words, pack, names)
    _ground_unknown(pack)
    whole = _checked(city, names)
    of_counties = {county: _checked(laid, names) for county, laid in counties.items()}
    mistakes = [
        mistake
        for document in (pack, *calendar, city.document, *(laid.document for laid in counties.values()), messages)
        for mistake in document.mistakes
    ]
    if mistakes or words is None or whole is None:
        raise PackRefused(_in_order(mistakes))
    rules = {county: rules_of(rules, words) for county, rules in of_counties.items() if rules is not None}
    version = _version([pack, city.document, *calendar], counties)
    laid_changes = (change for laid in (city, *counties.values()) for change in laid.changes)
    changes = dict.fromkeys([*words_changed(layers), *laid_changes])
    policy = policy_of(version, words, almanac, rules_of(whole, words), rules)
    written = [_written(CITY, policy.rules, city)]
    written += [_written(county, of_county, counties[county]) for county, of_county in rules.items()]
    return Loaded(policy, tuple(changes), words, pack, tuple(written), messages)


def _written(county: str, rules: Mapping[str, Rule], laid: Laid) -> Written:
    nodes = dict(zip(named(laid.rules), laid.rules, strict=True))
    return Written(county, rules, nodes, laid.document.section("ladders"), laid.otherwise)


def _version(documents: Sequence[Document], counties: Mapping[str, Laid]) -> str:
    """The same for all that says the same, however it is written."""
    lines = [document.meaning for document in documents]
    lines += [f"{county}: {laid.document.meaning}" for county, laid in counties.items()]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


def _laid(layers: Layers) -> tuple[Laid, dict[str, Laid]]:
    """rules.yaml as it stands for the city, and as it stands for each county that has one of its own."""
    city = Laid(Document(layers.own[-1].folder / "rules.yaml"))
    for document in layers.documents("rules.yaml"):
        city = lay(city, document.path.parent.name, document)
    of = [layer for layer in layers.counties if layer.county and (layer.folder / "rules.yaml").exists()]
    return city, {layer.county: lay(city, layer.county, read(layer.folder / "rules.yaml")) for layer in of}


def _names(pack: Document, messages: Document, almanac: Almanac) -> Names:
    words = names_of(pack)
    engine = {"lanes": LANES, "events": EVENTS, "templates": messages.section("templates")}
    engine |= {"occasions": almanac.occasions}
    return Names({**words.of, **engine}, words.role_party)


def _checked(laid: Laid, names: Names) -> Rules | None:
    rules = [*named(laid.rules), *laid.dropped]  # `beside` a rule that is dropped further down says nothing any more
    of = {**names.of, "ladders": laid.document.section("ladders"), "rules": rules}
    return shaped(Rules, laid.document, Names(of, names.role_party), lambda place: _rule_at(laid, place))


def _rule_at(laid: Laid, place: Place) -> str | None:
    """The name of the rule, or of the ladder, that the place lies in."""
    if len(place) < 2:
        return None
    section, item = place[:2]
    if section == "rules" and isinstance(item, int):
        return named(laid.rules)[item] or f"第{item + 1}条"
    return str(item) if section == "ladders" else None


def _ground_unknown(pack: Document) -> None:
    for lasting in [*pack.section("situations").values(), *pack.section("absences").values()]:
        ground = lasting.parts.get("while")
        if ground is not None and ground.text is not None and ground.text not in GROUNDS:
            zh, en = f"未知的情况依据“{ground.text}”", f"unknown ground; known: {', '.join(sorted(GROUNDS))}"
            pack.blame(ground, None, zh, en)


def _calendar(layers: Layers) -> list[Document]:
    """What no city decides stands beside the packs; a layer adds days of its own."""
    own = [layer.folder for layer in layers.own]
    paths = [own[-1].parent / "calendar.yaml", *(folder / "calendar.yaml" for folder in own)]
    return [read(path) for path in paths if path.exists()]


def _in_order(mistakes: list[Mistake]) -> list[Mistake]:
    files = list(dict.fromkeys(mistake.file for mistake in mistakes))
    return sorted(dict.fromkeys(mistakes), key=lambda mistake: (files.index(mistake.file), mistake.line))
