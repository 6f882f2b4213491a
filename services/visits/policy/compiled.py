"""What the lines of a pack say as the plain values that the engine applies."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import time, timedelta

from bus.pack.circumstances import AWish
from bus.pack.contacts import Flags
from bus.pack.notices import AnAnswer
from bus.pack.words import Words
from services.visits.domain.almanac import Almanac
from services.visits.domain.anomalies import Limits
from services.visits.domain.notices import Step as AnswerStep
from services.visits.domain.policy import Instead, Lasting, NoticeKind, Policy
from services.visits.domain.rules import (
    LUNAR_BIRTHDAY,
    SOLAR_BIRTHDAY,
    Cadence,
    CountedFrom,
    Hour,
    Means,
    Rule,
    Rung,
    Selector,
    Trigger,
    WorkingDays,
    Yearly,
)
from services.visits.domain.rules import When as RuleWhen
from services.visits.domain.rules import Without as NotForSoLong
from services.visits.policy.shapes import RuleLine, Rules, Step, When, Who, Window


def policy_of(
    version: str,
    words: Words,
    almanac: Almanac,
    rules: Mapping[str, Rule],
    counties: Mapping[str, Mapping[str, Rule]],
) -> Policy:
    return Policy(
        version=version,
        name=words.name,
        city=words.city,
        title=words.title,
        zone=words.timezone,
        almanac=almanac,
        rules=rules,
        counties=counties,
        words=words.zh,
        role_party={name: role.party for name, role in words.roles.items()},
        strengths=tuple(strength.name for strength in words.strengths),
        fulfilled_by={name: frozenset(kind.fulfilled_by) for name, kind in words.duty_kinds.items()},
        outcomes_met=frozenset(name for name, outcome in words.outcomes.items() if outcome.counts),
        acknowledgement_holds=words.acknowledgement_holds,
        situations={
            name: Lasting(each.lasts_with, each.after or timedelta()) if each.lasts_with else None
            for name, each in words.situations.items()
        },
        outcomes_silent=frozenset(name for name, outcome in words.outcomes.items() if outcome.silence),
        kinds_reaching=frozenset(name for name, kind in words.duty_kinds.items() if kind.reaches),
        strengths_reaching=frozenset(strength.name for strength in words.strengths if strength.reaches),
        wishes={name: _wish(words, wish) for name, wish in words.wishes.items()},
        carries={name: wish.carries for name, wish in words.wishes.items() if wish.carries is not None},
        absences={name: _instead(words, each.instead, each.lasts_with) for name, each in words.absences.items()},
        notices={name: NoticeKind(each.warns, _answers(each.answer_within)) for name, each in words.notices.items()},
        waives={name: frozenset(role.waives) for name, role in words.roles.items()},
        late_entry=words.late_entry,
        limits=_limits(words.flags),
    )


def _limits(flags: Flags) -> Limits:
    return Limits(
        people=flags.same_words.people,
        within=flags.same_words.within,
        apart_km=flags.apart_km,
        km_per_hour=flags.km_per_hour,
        contacts=flags.no_new_fact,
        kinds=frozenset(flags.kinds),
    )


def _answers(within: AnAnswer | None) -> Mapping[AnswerStep, timedelta]:
    return {step: time for step in AnswerStep if (time := getattr(within, step, None)) is not None}


def _instead(words: Words, kinds: Mapping[str, str], ground: str | None = None) -> Instead:
    means = {kind: Means(other, words.duty_kinds[other].at_least) for kind, other in kinds.items()}
    return Instead(means, ground)


def _wish(words: Words, wish: AWish) -> Instead:
    """What it forbids it forbids of whatever is made with the person, at whichever strength that would do."""
    replaced = _instead(words, wish.instead)
    order = [strength.name for strength in words.strengths]
    if not wish.forbids or wish.at_least is None:
        return replace(replaced, is_wish=True)
    weak = order[min(order.index(strength) for strength in wish.forbids) :]
    kinds = [name for name, kind in words.duty_kinds.items() if kind.reaches]
    raised = {Means(kind, strength): Means(kind, wish.at_least) for kind in kinds for strength in weak}
    return replace(replaced, is_wish=True, raised=raised)


def rules_of(rules: Rules, words: Words) -> dict[str, Rule]:
    ladders = {name: tuple(_rung(words, step) for step in steps) for name, steps in rules.ladders.items()}
    return {line.name: _rule(line, ladders[line.ladder]) for line in rules.rules}


def _rung(words: Words, step: Step) -> Rung:
    message = step.message
    return Rung(
        name=step.rung,
        after=step.after,
        role=words.rungs[step.rung].role,
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
        who=_selector(line.who),
        when=_when(line.when, line.window),
        party=line.owes.party,
        role=line.owes.role,
        means=Means(line.kind, line.strength),
        stack=line.stack,
        on_death=line.on_death,
        message=message.template if message else None,
        lane=message.lane if message else "normal",
        ladder=ladder,
        on_end=line.on_end,
        joint=frozenset(line.joint),
        remind=line.remind,
    )


def _selector(who: Who) -> Selector:
    return Selector(
        kinds=frozenset(who.kinds),
        categories=frozenset(who.categories),
        situations=frozenset(who.situations),
        ranks=frozenset(who.ranks),
        age_from=who.age_from,
    )


def _when(when: When, window: Window) -> RuleWhen:
    opens, due = window.opens, window.due
    after = opens if isinstance(opens, timedelta) else timedelta()
    if when.event is not None:
        assert isinstance(due, timedelta | WorkingDays)
        return Trigger(when.event, after, due, window.counted_from or CountedFrom.KNOWN, frozenset(when.of))
    if when.every is not None:
        month, day = when.anchor
        begin = opens if isinstance(opens, Hour) else Hour(1, time())
        return Cadence(when.every, begin, due if isinstance(due, Hour) else None, month, day)
    assert isinstance(due, timedelta)
    if when.without is not None:
        return NotForSoLong(when.without, due)
    birthday = LUNAR_BIRTHDAY if when.birthday == "lunar" else SOLAR_BIRTHDAY
    return Yearly(when.festival or birthday, after, due + timedelta(days=1))
