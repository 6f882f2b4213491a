"""What is reported of a person: a death, a family change, a hardship."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime

from bus.decisions import Request
from contracts.ids import PersonId
from contracts.personal import SealedCare


class ReportDeath(Request, key="person_id", id="report_id"):
    """Report that the person has died (row 15)."""

    person_id: PersonId
    report_id: UUID
    source: str
    died_at: AwareDatetime | None = None


class RetractDeath(Request, key="person_id", id="retraction_id"):
    """Take one report of death back. A report is retracted once, so its id makes the id of this."""

    person_id: PersonId
    retraction_id: UUID
    report_id: UUID
    reason: SealedCare


class ReportFamilyChange(Request, key="person_id", id="change_id"):
    """Report something grave in the family (row 14)."""

    person_id: PersonId
    change_id: UUID
    change: str
    happened_on: date | None = None


class RetractFamilyChange(Request, key="person_id", id="retraction_id"):
    """Take one change in the family back. It is retracted once, so its id makes the id of this."""

    person_id: PersonId
    retraction_id: UUID
    change_id: UUID
    reason: SealedCare


class ReportHardship(Request, key="person_id", id="hardship_id"):
    """Report a special hardship (row 13)."""

    person_id: PersonId
    hardship_id: UUID
    hardship: str


class RetractHardship(Request, key="person_id", id="retraction_id"):
    """Take one hardship back. It is retracted once, so its id makes the id of this."""

    person_id: PersonId
    retraction_id: UUID
    hardship_id: UUID
    reason: SealedCare
