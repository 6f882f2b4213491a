"""The policy in force, as relations: the only thing that the certificate has in common with the engine."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Table

from bus.database import Connection
from services.visits.domain.policy import CITY, Book, Policy
from services.visits.domain.rules import LUNAR_BIRTHDAY, Cadence, Every, Rule, Trigger, Without, WorkingDays, Yearly
from services.visits.policy.almanac import OWED
from services.visits.tables import (
    forbidden_in_force,
    instead_in_force,
    occasion_days,
    policies_in_force,
    rules_in_force,
    rules_of_versions,
    rungs,
    situations_in_force,
)

Row = dict[str, Any]


HOLDER = "holder"
"""The rung below all: who owes it."""


async def write_in_force(tx: Connection, book: Book) -> None:
    """Replaces what was written under this label: a label says the same for ever, its writer may learn to say it better."""
    await tx.execute("SELECT pg_advisory_xact_lock(hashtext('rules_in_force'))")  # two may count at once
    of_label = {
        policies_in_force: [policy_row(book)],
        rules_in_force: list(rule_rows(book)),
        situations_in_force: list(situation_rows(book)),
        instead_in_force: list(instead_rows(book)),
        forbidden_in_force: list(forbidden_rows(book)),
        occasion_days: list(occasion_rows(book)),
    }
    for table, rows in of_label.items():
        await tx.execute(f"DELETE FROM {table.name} WHERE label = $1", book.label)
        await _write(tx, table, rows)
    for policy in book.versions.values():
        for each, of_version in ((rungs, rung_rows(policy)), (rules_of_versions, asked_rows(policy))):
            await tx.execute(f"DELETE FROM {each.name} WHERE version = $1", policy.version)
            await _write(tx, each, of_version)


async def _write(tx: Connection, table: Table, rows: Iterable[Row]) -> None:
    names = [column.name for column in table.columns]
    places = ", ".join(f"${n}" for n, _ in enumerate(names, 1))
    for row in rows:
        values = [row.get(name) for name in names]
        await tx.execute(f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({places})", *values)


async def write_lunar_birthdays(tx: Connection, policy: Policy, year: int) -> None:
    """Of every birth date on file, where a rule asks for it; the years around this one."""
    if not any(_occasion(rule) == LUNAR_BIRTHDAY for rules in _all(policy) for rule in rules):
        return
    for near in (year - 1, year, year + 1):
        rows = await tx.fetch(_WITHOUT_A_DAY, near)
        years, birthdays = [row[0] for row in rows], [row[1] for row in rows]
        born = [date(year, int(day[:2]), int(day[3:])) for year, day in zip(years, birthdays, strict=True)]
        days = [policy.almanac.birthday(day, near, lunar=True) for day in born]
        await tx.execute(_THEIR_DAYS, years, birthdays, near, days)


_WITHOUT_A_DAY = """
SELECT DISTINCT c.birth_year, c.birthday FROM cares c
LEFT JOIN lunar_birthdays l ON l.birth_year = c.birth_year AND l.birthday = c.birthday AND l.year = $1
WHERE c.birth_year IS NOT NULL AND c.birthday IS NOT NULL AND l.day IS NULL
"""
_THEIR_DAYS = """
INSERT INTO lunar_birthdays (birth_year, birthday, year, day)
SELECT birth_year, birthday, $3, day FROM unnest($1::int[], $2::text[], $4::date[]) AS u(birth_year, birthday, day)
ON CONFLICT DO NOTHING
"""


def policy_row(book: Book) -> Row:
    policy = book.in_force
    outcomes = sorted(policy.outcomes_met)
    return {
        "label": book.label,
        "version": policy.version,
        "zone": policy.zone.key,
        "outcomes": outcomes,
        "outcomes_silent": sorted(policy.outcomes_silent),
        "kinds_reaching": sorted(policy.kinds_reaching),
        "strengths_reaching": sorted(policy.strengths_reaching),
        "holds": policy.acknowledgement_holds,
        "since": book.in_force_from,
    }


def rung_rows(policy: Policy) -> Iterator[Row]:
    """Who owes it, and then each level of its ladder, of every rule of a version."""
    for county in (CITY, *policy.counties):
        for rule in policy.rules_of(county).values():
            of = {"version": policy.version, "county": county, "rule": rule.name}
            yield {**of, "rung": 0, "name": HOLDER, "role": rule.role}
            for n, rung in enumerate(rule.ladder, 1):
                yield {**of, "rung": n, "name": rung.name, "role": rung.role, "after": rung.after}


def asked_rows(policy: Policy) -> Iterator[Row]:
    """Who owes it, by what means and until when, of every rule of a version."""
    for county in (CITY, *policy.counties):
        for rule in policy.rules_of(county).values():
            yield {"version": policy.version, "county": county, "rule": rule.name, "party": rule.party, "role": rule.role,
                   "kind": rule.means.kind, "strength": rule.means.strength, **_latest(rule, policy)}  # fmt: skip


def _latest(rule: Rule, policy: Policy) -> Row:
    """Due so long after its beginning at the latest: exactly, but for working days and what lasts longer in some years."""
    when = rule.when
    match when:
        case Trigger():
            days = when.due.days if isinstance(when.due, WorkingDays) else 0
            due = _A_DAY * (2 * days + 10) if isinstance(when.due, WorkingDays) else when.due
            return {"form": "event", "counted_from": when.counted_from.value, "due": due}
        case Cadence(every=every, due=due):
            if due is None:
                return {"form": "cadence", "months": _MONTHS.get(every, 0), "due": _A_DAY * (every not in _MONTHS) * 7}
            at = timedelta(hours=due.at.hour, minutes=due.at.minute, seconds=due.at.second)
            return {"form": "cadence", "due": _A_DAY * (due.day - 1) + at}
        case Yearly():
            return {"form": "occasion", "due": when.due - when.opens + _A_DAY + _longest(when, policy)}
        case Without():
            return {"form": "without", "due": when.due, "lasting": when.lasting}


def _longest(when: Yearly, policy: Policy) -> timedelta:
    """From the first day of the occasion to the last, in the year in which it is longest."""
    occasion = policy.almanac.occasions.get(when.occasion)
    if occasion is None:
        return timedelta()
    spans = (policy.almanac.days(occasion, year) for year in OWED)
    return max(last - first for first, last in spans)


_A_DAY = timedelta(days=1)
_MONTHS = {Every.MONTH: 1, Every.QUARTER: 3, Every.HALF_YEAR: 6, Every.YEAR: 12}


def instead_rows(book: Book) -> Iterator[Row]:
    policy = book.in_force
    for is_wish, each in ((False, policy.absences), (True, policy.wishes)):
        for name, other in each.items():
            for means in {*other.means.values(), *other.raised.values()}:
                yield {"label": book.label, "name": name, "kind": means.kind, "strength": means.strength,
                       "ground": other.ground, "is_wish": is_wish}  # fmt: skip


def forbidden_rows(book: Book) -> Iterator[Row]:
    for name, wish in book.in_force.wishes.items():
        for means in wish.raised:
            yield {"label": book.label, "name": name, "kind": means.kind, "strength": means.strength}


def situation_rows(book: Book) -> Iterator[Row]:
    """Those that last with facts of a kind; others are reported by themselves."""
    for name, lasting in book.in_force.situations.items():
        if lasting is not None:
            yield {"label": book.label, "situation": name, "ground": lasting.ground, "after": lasting.after}


def occasion_rows(book: Book) -> Iterator[Row]:
    almanac = book.in_force.almanac
    for name, occasion in almanac.occasions.items():
        for year in OWED:
            first, last = almanac.days(occasion, year)
            yield {"label": book.label, "occasion": name, "year": year, "first_day": first, "last_day": last}


def rule_rows(book: Book) -> Iterator[Row]:
    """A row for each rule of the city ('') and of each county that has rules of its own."""
    policy = book.in_force
    for county in (CITY, *policy.counties):
        for rule in policy.rules_of(county).values():
            who = rule.who
            yield {
                "label": book.label,
                "county": county,
                "rule": rule.name,
                "title": rule.title,
                "party": rule.party,
                "on_death": rule.on_death.value,
                "on_end": rule.on_end.value,
                "stack": rule.stack.value,
                "kinds": sorted(who.kinds),
                "categories": sorted(who.categories),
                "situations": sorted(who.situations),
                "ranks": sorted(who.ranks),
                "age_from": who.age_from,
                **_when(rule),
                "contact_parties": sorted({rule.party, *rule.joint}),
                "contact_kinds": sorted(policy.fulfilled_by.get(rule.means.kind, ())),
                "contact_strengths": [s for s in policy.strengths if policy.strong_enough(s, rule.means.strength)],
                "since": book.in_force_since(county, rule.name),
            }


def _when(rule: Rule) -> Row:
    when = rule.when
    match when:
        case Trigger():
            return {"form": "event", "event": when.event, "codes": sorted(when.of), "opens": when.opens,
                    "counted_from": when.counted_from.value}  # fmt: skip
        case Cadence():
            due_day, due_hour = (when.due.day, when.due.at) if when.due is not None else (None, None)
            return {"form": "cadence", "every": when.every.value, "anchor_month": when.month, "anchor_day": when.day,
                    "opens_day": when.opens.day, "opens_hour": when.opens.at,
                    "due_day": due_day, "due_hour": due_hour}  # fmt: skip
        case Yearly():
            return {"form": "occasion", "occasion": when.occasion, "opens": when.opens, "due": when.due}
        case Without():
            return {"form": "without", "lasting": when.lasting, "due": when.due}


def _occasion(rule: Rule) -> str | None:
    return rule.when.occasion if isinstance(rule.when, Yearly) else None


def _all(policy: Policy) -> Iterable[Iterable[Rule]]:
    return [policy.rules_of(county).values() for county in (CITY, *policy.counties)]
