"""How the registry is kept: units with their appointments, people with their liaisons, deaths and files."""

from services.registry.tables.away import away, deputies
from services.registry.tables.cards import directories
from services.registry.tables.circumstances import (
    absences,
    care_ends,
    distinctions,
    plans,
    reports,
    situations,
    wishes,
)
from services.registry.tables.groups import groups, links
from services.registry.tables.openings import openings
from services.registry.tables.people import (
    agreements,
    assignments,
    deaths,
    file_lines,
    members,
    people,
    ties,
    transfers,
    vacancies,
)
from services.registry.tables.rosters import destinations, lineages, rosters
from services.registry.tables.schema import metadata
from services.registry.tables.search import search_keys
from services.registry.tables.surveys import survey_answers, survey_rounds
from services.registry.tables.units import appointments, unit_entries, units

__all__ = [
    "absences",
    "agreements",
    "appointments",
    "assignments",
    "away",
    "care_ends",
    "deaths",
    "deputies",
    "destinations",
    "directories",
    "distinctions",
    "file_lines",
    "groups",
    "lineages",
    "links",
    "members",
    "metadata",
    "openings",
    "people",
    "plans",
    "reports",
    "rosters",
    "search_keys",
    "situations",
    "survey_answers",
    "survey_rounds",
    "ties",
    "transfers",
    "unit_entries",
    "units",
    "vacancies",
    "wishes",
]
