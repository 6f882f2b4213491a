"""A re-base as a named person orders it: the ward's visit under another version, and somebody in that ward."""

from dataclasses import replace
from typing import Any

from contracts.ids import derived
from services.visits.domain.rebasing import rebase
from services.visits.domain.rules import Rule
from tests.visits.town import WARD, WEDNESDAY, Life, admitted, after, hours, life, policy

ORDER = derived("test", "re-base")
THURSDAY = WEDNESDAY + hours(24)
LATER_WARD = replace(WARD, when=after("stay-admitted", hours(72)))


def rebased(li: Life, *rules: Rule, at: Any = WEDNESDAY + hours(2), only: str | None = None, **other: Any) -> list[Any]:
    """A new version with these rules comes into force, and a named person re-bases old Li on it."""
    version = f"v{len(li.activations) + 1}"
    li.under(policy(*rules, version=version, **other), at=at)
    li.care, told = rebase(li.care, derived("test", "re-base", version), only, at)
    return list(told)


def in_ward() -> Life:
    li = life(WARD)
    li.hears(admitted())
    return li
