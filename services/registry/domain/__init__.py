"""The rules of the registry: pure, no clock, no database, no randomness. Who a person is, and who answers for them."""

from services.registry.domain.card import path, state_card
from services.registry.domain.deaths import hospital_reports, hospital_withdraws, report_death, retract_death
from services.registry.domain.lines import TELLINGS, lines_of, write
from services.registry.domain.person import Assignment, Death, Decided, Line, Person, placed
from services.registry.domain.unit import ROLE_OF, Appointment, Unit, appoint, register

__all__ = [
    "ROLE_OF",
    "TELLINGS",
    "Appointment",
    "Assignment",
    "Death",
    "Decided",
    "Line",
    "Person",
    "Unit",
    "appoint",
    "hospital_reports",
    "hospital_withdraws",
    "lines_of",
    "path",
    "placed",
    "register",
    "report_death",
    "retract_death",
    "state_card",
    "write",
]
