"""What visits keeps: of each person the facts, the duties and the contacts; beside them what concerns many."""

from services.visits.tables.care import cares, contacts, deaths, duties, happenings, stays
from services.visits.tables.certificates import certificate_books, certificates, exceptions, unreachable
from services.visits.tables.in_force import (
    forbidden_in_force,
    instead_in_force,
    lunar_birthdays,
    occasion_days,
    policies_in_force,
    rules_in_force,
    rules_of_versions,
    rungs,
    situations_in_force,
)
from services.visits.tables.lineages import lineages
from services.visits.tables.notices import answers, notices
from services.visits.tables.policies import installed, policy_books, proposals, rebases, sources
from services.visits.tables.rounds import flags, rounds, traces
from services.visits.tables.schema import metadata, readings

__all__ = [
    "answers",
    "cares",
    "certificate_books",
    "certificates",
    "contacts",
    "deaths",
    "duties",
    "exceptions",
    "flags",
    "forbidden_in_force",
    "happenings",
    "installed",
    "instead_in_force",
    "lineages",
    "lunar_birthdays",
    "metadata",
    "notices",
    "occasion_days",
    "policies_in_force",
    "policy_books",
    "proposals",
    "readings",
    "rebases",
    "rounds",
    "rules_in_force",
    "rules_of_versions",
    "rungs",
    "situations_in_force",
    "sources",
    "stays",
    "traces",
    "unreachable",
]
