"""The rules of the visits service: pure, no clock, no database, no randomness. What a person is owed, and what became of it."""

from services.visits.domain.care import (
    By,
    Care,
    ClosedAs,
    Contact,
    Death,
    Decided,
    Duty,
    FamilyChange,
    Hardship,
    Stay,
)
from services.visits.domain.contacts import record_contact, waive
from services.visits.domain.explain import Explanation, explain
from services.visits.domain.ladder import acknowledge, hand_over
from services.visits.domain.reconcile import Difference, reconcile
from services.visits.domain.rules import Policy, Rule
from services.visits.domain.settle import next_change, settle

__all__ = [
    "By",
    "Care",
    "ClosedAs",
    "Contact",
    "Death",
    "Decided",
    "Difference",
    "Duty",
    "Explanation",
    "FamilyChange",
    "Hardship",
    "Policy",
    "Rule",
    "Stay",
    "acknowledge",
    "explain",
    "hand_over",
    "next_change",
    "reconcile",
    "record_contact",
    "settle",
    "waive",
]
