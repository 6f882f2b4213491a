"""The rules of the visits service: pure, no clock, no database, no randomness. What a person is owed, and what became of it."""

from services.visits.domain.care import By, Care, ClosedAs, Contact, Decided, Duty
from services.visits.domain.contacts import record_contact, waive
from services.visits.domain.difference import Difference
from services.visits.domain.explain import Explanation, explain
from services.visits.domain.happenings import Death, Happening, Stay
from services.visits.domain.ladder import acknowledge, hand_over
from services.visits.domain.policy import Activation, Book, Policy
from services.visits.domain.rebasing import rebase
from services.visits.domain.reconcile import reconcile
from services.visits.domain.rules import Rule
from services.visits.domain.settle import hear, next_change, settle
from services.visits.domain.striking import strike

__all__ = [
    "Activation",
    "Book",
    "By",
    "Care",
    "ClosedAs",
    "Contact",
    "Death",
    "Decided",
    "Difference",
    "Duty",
    "Explanation",
    "Happening",
    "Policy",
    "Rule",
    "Stay",
    "acknowledge",
    "explain",
    "hand_over",
    "hear",
    "next_change",
    "rebase",
    "reconcile",
    "record_contact",
    "settle",
    "strike",
    "waive",
]
