"""A policy pack becomes a policy, or is refused with everything that is wrong with it."""

import hashlib
from collections.abc import Iterable
from datetime import time, timedelta
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from contracts.notify import LANES
from services.visits.domain.causes import LASTS_WITH, SOURCES
from services.visits.domain.rules import Cadence, CountedFrom, Hour, Policy, Rule, Rung, Selector, Trigger
from services.visits.policy.document import Document, Place, read
from services.visits.policy.mistakes import Mistake, PolicyRefused, what_is_wrong
from services.visits.policy.shapes import Names, Pack, Part, RuleLine, Rules, Step, When, Window

P = TypeVar("P", bound=Part)


def load(folder: Path) -> Policy:
    """PolicyRefused with every mistake at once: file, line, rule and what is wrong, in Chinese first."""
    pack, rules, messages = (read(folder / name) for name in ("pack.yaml", "rules.yaml", "messages.yaml"))
    names = _names(pack, rules, messages)
    the_pack = _shaped(Pack, pack, names)
    the_rules = _shaped(Rules, rules, names)
    _name_twice(rules)
    mistakes = [*pack.mistakes, *rules.mistakes, *messages.mistakes]
    if mistakes or the_pack is None or the_rules is None:
        raise PolicyRefused(_in_order(mistakes))
    version = hashlib.sha256(f"{pack.json}\n{rules.json}".encode()).hexdigest()[:12]
    return _policy(version, the_pack, the_rules)


def _names(pack: Document, rules: Document, messages: Document) -> Names:
    """Taken from what the files say before they are checked, so that a mistake in one part hides none in another."""
    sections = ("parties", "roles", "person_kinds", "categories", "situations", "duty_kinds", "rungs", "outcomes")
    of: dict[str, Iterable[str]] = {section: pack.section(section) for section in sections}
    of["strengths"] = _listed(pack, "strengths")
    of |= {"ladders": rules.section("ladders"), "templates": messages.section("templates")}
    of |= {"lanes": LANES, "events": SOURCES, "grounds": LASTS_WITH}
    roles = {name: role.get("party") for name, role in pack.section("roles").items() if isinstance(role, dict)}
    return Names(of, roles)


def _listed(document: Document, section: str) -> list[str]:
    """The name of each item of a list, "" where it has none."""
    items = document.section().get(section)
    names = [
        item.get("name") if isinstance(item, dict) else None for item in (items if isinstance(items, list) else ())
    ]
    return [name if isinstance(name, str) else "" for name in names]


def _shaped(shape: type[P], document: Document, names: Names) -> P | None:
    """Validated as JSON: strict, and yet a list may be a tuple and a text one of an enumeration."""
    if document.data is None:
        return None
    try:
        return shape.model_validate_json(document.json, context=names)
    except ValidationError as failure:
        for error in failure.errors(include_url=False):
            place: Place = error["loc"]
            document.add(place, _rule_at(document, place), *what_is_wrong(error))
        return None


def _rule_at(document: Document, place: Place) -> str | None:
    """The name of the rule, or of the ladder, that the place lies in."""
    if len(place) < 2:
        return None
    section, item = place[:2]
    if section == "rules" and isinstance(item, int):
        name = _listed(document, "rules")[item]
        return name or f"第{item + 1}条"
    return str(item) if section == "ladders" else None


def _name_twice(document: Document) -> None:
    names = _listed(document, "rules")
    for i, name in enumerate(names):
        if name and name in names[:i]:
            first = document.line(("rules", names.index(name), "name"))
            document.add(("rules", i, "name"), name, f"规则重名：第{first}行已有", f"named twice: see line {first}")


def _in_order(mistakes: list[Mistake]) -> list[Mistake]:
    files = list(dict.fromkeys(mistake.file for mistake in mistakes))
    return sorted(dict.fromkeys(mistakes), key=lambda mistake: (files.index(mistake.file), mistake.line))


def _policy(version: str, pack: Pack, rules: Rules) -> Policy:
    ladders = {name: tuple(_rung(pack, step) for step in steps) for name, steps in rules.ladders.items()}
    return Policy(
        version=version,
        name=pack.name,
        city=pack.city,
        title=pack.title,
        zone=pack.timezone,
        rules={line.name: _rule(line, ladders[line.ladder]) for line in rules.rules},
        words=_words(pack),
        role_party={name: role.party for name, role in pack.roles.items()},
        strengths=tuple(strength.name for strength in pack.strengths),
        fulfilled_by={name: frozenset(kind.fulfilled_by) for name, kind in pack.duty_kinds.items()},
        outcomes_met=frozenset(name for name, outcome in pack.outcomes.items() if outcome.counts),
        situations={name: situation.lasts_with for name, situation in pack.situations.items()},
        acknowledgement_holds=pack.acknowledgement_holds,
    )


def _words(pack: Pack) -> dict[str, dict[str, str]]:
    words = {
        section: {name: thing.zh for name, thing in getattr(pack, section).items()}
        for section in ("situations", "roles", "duty_kinds", "outcomes", "rungs")
    }
    words |= {section: dict(getattr(pack, section)) for section in ("person_kinds", "categories", "parties")}
    return words | {"strengths": {strength.name: strength.zh for strength in pack.strengths}}


def _rung(pack: Pack, step: Step) -> Rung:
    message = step.message
    return Rung(
        name=step.rung,
        after=step.after,
        role=pack.rungs[step.rung].role,
        message=message.template if message else None,
        lane=message.lane if message else "normal",
    )


def _rule(line: RuleLine, ladder: tuple[Rung, ...]) -> Rule:
    message = line.message
    return Rule(
        name=line.name,
        title=line.zh,
        basis=line.basis,
        reason=line.reason,
        rows=line.rows,
        who=Selector(frozenset(line.who.kinds), frozenset(line.who.categories), frozenset(line.who.situations)),
        when=_when(line.when, line.window),
        party=line.owes.party,
        role=line.owes.role,
        kind=line.kind,
        strength=line.strength,
        stack=line.stack,
        on_death=line.on_death,
        message=message.template if message else None,
        lane=message.lane if message else "normal",
        ladder=ladder,
    )


def _when(when: When, window: Window) -> Trigger | Cadence:
    opens, due = window.opens, window.due
    if when.every is None:
        assert when.event is not None and isinstance(due, timedelta) and not isinstance(opens, Hour)
        after = opens if isinstance(opens, timedelta) else timedelta()
        return Trigger(when.event, after, due, window.counted_from or CountedFrom.KNOWN)
    month, day = when.anchor
    return Cadence(
        every=when.every,
        opens=opens if isinstance(opens, Hour) else Hour(1, time()),
        due=due if isinstance(due, Hour) else None,
        month=month,
        day=day,
    )
