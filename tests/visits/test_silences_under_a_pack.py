"""Whose attempt begins a silence, and whose contact ends it: every kind and every strength of each shipped pack."""

from functools import cache
from itertools import product

import pytest

from contracts.ids import ContactId, derived
from services.visits.domain import Care, Contact
from services.visits.domain.contacts import record_contact
from tests.visits.test_a_year_under_a_pack import known
from tests.visits.test_shipped_packs import PACKS, policy_of
from tests.visits.town import NOTE, WANG, WEDNESDAY, hours

REACHING = {
    "fujian": {"visit", "group-visit", "phone", "check-in", "service", "company", "study", "follow-up", "check-up"},
    "leling": {"visit", "great-visit", "medal", "phone", "check-in", "care", "study", "service", "follow-up", "tour"},
    "ningde": {
        "visit", "group-visit", "phone", "check-in", "service", "company", "study", "follow-up", "check-up",
        "health-visit", "blessing-visit", "warmth-visit", "leader-link", "round", "volunteer-service",
    },
    "shuangta": {"visit", "phone", "check-in", "service"},
}  # fmt: skip
SEEN_OR_HEARD = {"in-person", "video", "phone"}


@cache
def someone(pack: str) -> Care:
    li = known(pack, category="living-alone")
    li.wakes(WEDNESDAY)
    return li.care


def after(care: Care, n: int, kind: str, strength: str, outcome: str) -> Care:
    at = WEDNESDAY + hours(n)
    policy = care.policy
    role = next(role for role, party in policy.role_party.items() if party == "bureau")
    id_ = ContactId(derived("test", "contact", n))
    return record_contact(care, Contact(id_, kind, "bureau", role, strength, outcome, WANG, at, at, NOTE))[0]


def silent(care: Care) -> bool:
    return any(one.event == "no-answer" and one.until is None for one in care.happenings.values())


@pytest.mark.parametrize("pack", PACKS)
def test_only_who_would_have_seen_or_heard_them_begins_a_silence_and_only_who_has_ends_it(pack: str) -> None:
    policy, lonely = policy_of(pack), someone(pack)
    tried = after(lonely, 1, "check-in", "phone", "no-answer")
    means = list(product(policy.words["duty_kinds"], policy.strengths))

    begin = {(kind, strength) for kind, strength in means if silent(after(lonely, 1, kind, strength, "no-answer"))}
    end = {(kind, strength) for kind, strength in means if not silent(after(tried, 2, kind, strength, "met"))}

    assert begin == end == set(product(REACHING[pack], SEEN_OR_HEARD))
