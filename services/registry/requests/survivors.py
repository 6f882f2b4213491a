"""What is asked of those who survive somebody, and of the dead whom they survive."""

from datetime import datetime
from uuid import UUID

from bus.decisions import Request
from contracts.ids import PersonId


class LinkSurvivor(Request, key="person_id", id="link_id"):
    """Say that somebody under care survives a person who has died."""

    person_id: PersonId
    link_id: UUID
    survivor_of: PersonId


class NoteSurvivor(Request, key="note_id", id="note_id"):
    """Write into the file of the dead who survives them."""

    note_id: UUID
    survivor_id: PersonId


class FollowDeath(Request, key="follow_id", id="follow_id"):
    """A death that survivors are cared for was reported, or none of its reports stands any more."""

    follow_id: UUID
    of: PersonId
    dies: bool
    report_id: UUID
    at: datetime
