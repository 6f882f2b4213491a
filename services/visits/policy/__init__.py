"""Policy packs as data: nothing about who is visited when stands in Python (rules 1 and 2 of the field)."""

from services.visits.policy.load import load
from services.visits.policy.mistakes import Mistake, PolicyRefused

__all__ = ["Mistake", "PolicyRefused", "load"]
