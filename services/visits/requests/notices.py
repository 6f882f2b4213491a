"""What is asked of notices, and of those whom they concern."""

from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from bus.decisions import Request
from contracts.ids import PersonId, UnitId
from contracts.personal import SealedCare
from services.visits.domain.notices import Step, Wanted


class IssueNotice(Request, key="notice_id", id="notice_id"):
    """Warn a city or a county, or ask its units to answer."""

    notice_id: UUID
    city: str
    county: str
    what: str
    title: str
    document: str | None
    until: AwareDatetime | None
    warns: bool
    wanted: tuple[Wanted, ...]
    asked: tuple[UnitId, ...]
    people: int
    """How many are under care there at that hour."""
    open_until: AwareDatetime | None = None
    """Until then whoever comes under care or moves in hears of it, too."""


class AnswerNotice(Request, key="notice_id", id="answer_id"):
    """A unit answers."""

    notice_id: UUID
    answer_id: UUID
    unit_id: UnitId
    step: Step
    words: SealedCare | None


class WithdrawNotice(Request, key="notice_id", id="withdrawal_id"):
    """It was issued in error."""

    notice_id: UUID
    withdrawal_id: UUID
    reason: str


class HearNotice(Request, key="happening_id", id="hearing_id"):
    """Asked of every person whom a notice concerns: it was issued, is over for them, or was issued in error."""

    hearing_id: UUID
    happening_id: UUID
    event: str
    what: str
    until: AwareDatetime | None
    withdrawn: bool = False
    county: str = ""
    """Taken back it concerns those alone who are of this county, or were. Empty = whoever is asked."""
    of_unit: UnitId | None = None
    """It concerns those alone who are of this unit, which has ended, or were when it did. None = whoever is asked."""
    ended_at: AwareDatetime | None = None


class TellNewcomer(Request, key="person_id", id="telling_id"):
    """Asked of every notice that is open in the city: somebody has come under care, or has moved to this county."""

    telling_id: UUID
    person_id: PersonId
    county: str


class NoticeRecorded(BaseModel):
    """What is now known of the notice."""

    notice_id: UUID
    silent: list[UnitId]


class NoticeSent(NoticeRecorded):
    """It was issued: so many people it concerns, and so many units must answer."""

    people: int
    units: int
