"""The rules of the registry: pure, no clock, no database, no randomness. Who a person is, and who answers for them."""

from services.registry.domain import care, changes, survivors
from services.registry.domain.around import Agreement, Assignment, GroupTie, Member, Transfer
from services.registry.domain.away import Away, Deputies
from services.registry.domain.card import state_card
from services.registry.domain.deaths import hospital_reports, hospital_withdraws, report_death, retract_death
from services.registry.domain.group import Group, Link
from services.registry.domain.holders import path
from services.registry.domain.lineage import Belonging, Destination, Heir, Lineage, Roster
from services.registry.domain.lines import TELLINGS, lines_of, write
from services.registry.domain.officer import Officer
from services.registry.domain.offices import Offices
from services.registry.domain.person import Death, Decided, Line, Person, placed
from services.registry.domain.unit import Appointment, Unit, appoint, end, register

__all__ = [
    "TELLINGS",
    "Agreement",
    "Appointment",
    "Assignment",
    "Away",
    "Belonging",
    "Death",
    "Decided",
    "Deputies",
    "Destination",
    "Group",
    "GroupTie",
    "Heir",
    "Line",
    "Lineage",
    "Link",
    "Member",
    "Officer",
    "Offices",
    "Person",
    "Roster",
    "Transfer",
    "Unit",
    "appoint",
    "care",
    "changes",
    "end",
    "hospital_reports",
    "hospital_withdraws",
    "lines_of",
    "path",
    "placed",
    "register",
    "report_death",
    "retract_death",
    "state_card",
    "survivors",
    "write",
]
