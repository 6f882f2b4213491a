"""Notices to a city or a county, and what units have answered."""

from uuid import UUID

from pydantic import AwareDatetime

from contracts.event import Event, Fields, Topic
from contracts.ids import HolderId, UnitId

NOTICES = Topic("visits.notices", "Notices to a city or a county, and which units have answered them")


class AnswerWanted(Fields):
    """A step that units must have come to by then: receipt · plan · proof."""

    step: str
    by: AwareDatetime


class NoticeIssued(Event, topic=NOTICES, type="visits.notice-issued.v1", key="notice_id"):
    """Somebody named warns of the weather, or asks the units to answer (row 09)."""

    notice_id: UUID
    notice: str
    """typhoon · spring-visits …, as the policy pack names them."""
    title: str
    document: str | None = None
    """The number of the document."""
    until: AwareDatetime | None = None
    """When the danger is over."""
    wanted: tuple[AnswerWanted, ...] = ()
    """What units must answer, in turn."""
    asked: tuple[UnitId, ...] = ()
    """The units that must answer."""
    issued_by: str
    issued_at: AwareDatetime


class NoticeAnswered(Event, topic=NOTICES, type="visits.notice-answered.v1", key="notice_id"):
    """A unit has answered (feature 42)."""

    notice_id: UUID
    unit_id: UnitId
    step: str
    """receipt · plan · proof"""
    late: bool
    answered_by: HolderId
    answered_at: AwareDatetime


class NoticeUnanswered(Event, topic=NOTICES, type="visits.notice-unanswered.v1", key="notice_id"):
    """The time of a step is over, and the unit has said neither this nor more."""

    notice_id: UUID
    notice: str
    unit_id: UnitId
    """Who owes the answer now."""
    instead_of: UnitId | None = None
    """The unit that was asked and has ended since; `unit_id` is an heir of it. None = it was asked itself."""
    step: str | None = None
    """receipt · plan · proof"""
    since: AwareDatetime


class NoticeWithdrawn(Event, topic=NOTICES, type="visits.notice-withdrawn.v1", key="notice_id"):
    """It was issued in error: what followed from it is taken back."""

    notice_id: UUID
    withdrawn_by: str
    reason: str
    """About the notice and no person: in clear."""
    withdrawn_at: AwareDatetime
