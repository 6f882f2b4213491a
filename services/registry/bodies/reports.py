"""What is given of what has befallen a person."""

from uuid import UUID

from services.registry.bodies import Body
from services.registry.bodies.codes import Change, Hardship, Reporter
from services.registry.bodies.fields import Day, Hour, Title


class DeathReport(Body):
    report_id: UUID
    source: Reporter
    died_at: Hour | None = None


class Retraction(Body):
    reason: Title


class FamilyChange(Body):
    change_id: UUID
    change: Change
    happened_on: Day | None = None


class HardshipReport(Body):
    hardship_id: UUID
    hardship: Hardship
