"""Who gets what, on one screen: what comes round, by category and party, and what follows an event, by event and party."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from services.visits.domain.policy import Policy
from services.visits.domain.rules import (
    LUNAR_BIRTHDAY,
    SOLAR_BIRTHDAY,
    Cadence,
    Every,
    Rule,
    Trigger,
    Without,
    WorkingDays,
)
from services.visits.policy.load import Loaded
from services.visits.policy.shapes import CODES_OF

EVERY: Mapping[Every, str] = {
    Every.WEEK: "每周",
    Every.MONTH: "每月",
    Every.QUARTER: "每季",
    Every.HALF_YEAR: "每半年",
    Every.YEAR: "每年",
}
EVENTS: Mapping[str, str] = {
    "stay-admitted": "住院",
    "stay-discharged": "出院",
    "death-reported": "去世",
    "family-changed": "家庭变故",
    "hardship-reported": "特殊困难",
    "class-changed": "类别变动",
    "situation-began": "情况变化",
    "absence-ended": "外出归来",
    "no-answer": "联系不上",
    "contact-outcome": "走访结果",
    "post-vacant": "岗位空缺",
    "notice-issued": "发出通知",
    "notice-unanswered": "通知未复",
    "weather-warned": "天气预警",
}
BIRTHDAYS: Mapping[str, str] = {SOLAR_BIRTHDAY: "生日", LUNAR_BIRTHDAY: "农历生日"}
NOTHING = "—"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its first column is the row's own name, the others are parties."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def recurring(loaded: Loaded) -> Grid:
    """By category, what each party owes again and again."""
    policy = loaded.policy
    rules = [rule for rule in policy.rules.values() if not isinstance(rule.when, Trigger)]
    parties = _parties(loaded, rules)
    rows = []
    for category in loaded.pack.section("categories"):
        of = [rule for rule in rules if not rule.who.categories or category in rule.who.categories]
        rows.append((policy.zh("categories", category), *_cells(policy, of, parties)))
    return _grid(policy, "定期", parties, rows)


def following(loaded: Loaded) -> Grid:
    """By event, what each party owes because of it, and within what time."""
    policy = loaded.policy
    rules = [rule for rule in policy.rules.values() if isinstance(rule.when, Trigger)]
    parties, rows = _parties(loaded, rules), []
    for event in EVENTS:
        of = [rule for rule in rules if isinstance(rule.when, Trigger) and rule.when.event == event]
        if of:
            rows.append((EVENTS[event], *_cells(policy, of, parties)))
    return _grid(policy, "遇事", parties, rows)


def _parties(loaded: Loaded, rules: Iterable[Rule]) -> list[str]:
    owing = {rule.party for rule in rules}
    return [party for party in loaded.pack.section("parties") if party in owing]


def _grid(policy: Policy, title: str, parties: Iterable[str], rows: Iterable[tuple[str, ...]]) -> Grid:
    return Grid((title, *(policy.zh("parties", party) for party in parties)), tuple(rows))


def _cells(policy: Policy, rules: Iterable[Rule], parties: Iterable[str]) -> list[str]:
    of = list(rules)
    return ["；".join(_said(policy, rule) for rule in of if rule.party == party) or NOTHING for party in parties]


def _said(policy: Policy, rule: Rule) -> str:
    kind, narrowed = policy.zh("duty_kinds", rule.means.kind), _narrowed(policy, rule)
    if isinstance(rule.when, Trigger):
        return f"{kind}{_within(rule.when.due)}{narrowed}"
    return f"{_round(policy, rule)}{kind}{narrowed}"


def _round(policy: Policy, rule: Rule) -> str:
    match rule.when:
        case Cadence(every=every):
            return EVERY[every]
        case Without(lasting=lasting):
            return f"{_span(lasting)}未联系即"
        case Trigger(event=event):
            return EVENTS[event]
        case yearly:
            named = policy.almanac.occasions.get(yearly.occasion)
            return BIRTHDAYS.get(yearly.occasion) or (named.zh if named is not None else yearly.occasion)


def _within(due: timedelta | WorkingDays) -> str:
    return f"{due.days}个工作日内" if isinstance(due, WorkingDays) else f"{_span(due)}内"


def _span(time: timedelta) -> str:
    hours = time / timedelta(hours=1)
    return f"{time.days}天" if time.days > 1 and not time.seconds else f"{hours:g}小时"


def _narrowed(policy: Policy, rule: Rule) -> str:
    """In brackets, of whom alone; the category stands on the row of what comes round."""
    who, when = rule.who, rule.when
    named = [("person_kinds", who.kinds), ("situations", who.situations), ("ranks", who.ranks)]
    if isinstance(when, Trigger):
        named.append(("categories", who.categories))
    parts = ["、".join(_in_order(policy.words[section], codes)) for section, codes in named if codes]
    if who.age_from is not None:
        parts.append(f"{who.age_from}岁起")
    if isinstance(when, Trigger) and when.of:
        parts.append("限 " + "、".join(_in_order(policy.words[CODES_OF[when.event]], when.of)))
    return f"（{'，'.join(parts)}）" if parts else ""


def _in_order(words: Mapping[str, str], codes: Collection[str]) -> list[str]:
    """As the pack gives them: the codes of a rule are a set."""
    return [zh for code, zh in words.items() if code in codes]
