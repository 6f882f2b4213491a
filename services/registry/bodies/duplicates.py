"""What is given of two files that may be one person's."""

from uuid import UUID

from contracts.ids import PersonId
from services.registry.bodies import Body
from services.registry.bodies.fields import Title


class Merging(Body):
    merge_id: UUID
    into: PersonId
    """保留的档案。"""
    reason: Title


class Undoing(Body):
    reason: Title


class Distinguishing(Body):
    distinction_id: UUID
    other_id: PersonId
    reason: Title
