"""Everything visits hears, is asked and is woken to; the rules themselves stand in `domain`."""

from services.visits.decisions import contacts, merging
from services.visits.decisions.books import certificate_book, policy_book
from services.visits.decisions.care import care
from services.visits.decisions.lineages import lineage
from services.visits.decisions.notices import notice
from services.visits.decisions.rounds import rounds

__all__ = ["care", "certificate_book", "contacts", "lineage", "merging", "notice", "policy_book", "rounds"]
