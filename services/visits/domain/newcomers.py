"""Who comes under care, or moves to another county, while a notice is open: they are in it as those who were there (★49).

A warning is open until its hour; what is asked, as long as the last step that units must answer, or the longest window of a
rule that waits for it. Who moves away takes along what is owed, as it is, and hears when the notice is taken back.
"""

from collections.abc import Sequence
from datetime import datetime

from services.visits.domain.calendar import deadline
from services.visits.domain.care import Care
from services.visits.domain.notices import Wanted
from services.visits.domain.policy import Policy
from services.visits.domain.rules import Rule, Trigger

WARNED, ISSUED = "weather-warned", "notice-issued"


def comes(before: Care, after: Care) -> bool:
    """Enrolled, or of another county than before."""
    return after.kind is not None and (before.kind is None or before.county != after.county)


def was_in(care: Care, county: str) -> bool:
    return care.county == county or any(was.county == county for was in care.former)


def open_until(policy: Policy, what: str, wanted: Sequence[Wanted], now: datetime) -> datetime:
    """Of a notice that warns of nothing, issued now under this policy."""
    rules = [rule for of in (policy.rules, *policy.counties.values()) for rule in of.values()]
    windows = [at for rule in rules if (at := _window(policy, rule, what, now)) is not None]
    return max((now, *windows, *(each.by for each in wanted)))


def _window(policy: Policy, rule: Rule, what: str, now: datetime) -> datetime | None:
    when = rule.when
    if not isinstance(when, Trigger) or when.event != ISSUED or (when.of and what not in when.of):
        return None
    return deadline(policy, now + when.opens, when.due)[0]
