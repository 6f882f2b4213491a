"""What is asked of somebody under care: another class, situations, wishes, absences, the end of care, corrections."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime

from bus.decisions import Request
from contracts.ids import PersonId, UnitId
from contracts.personal import SealedCare, SealedContact, SealedIdentity
from contracts.registry import AskFirst, Hours
from services.registry.requests.search import KeyGiven


class ClassPerson(Request, key="person_id", id="change_id"):
    """Put the person into another class (rows 02, 21, 67)."""

    person_id: PersonId
    change_id: UUID
    kind: str
    category: str
    rank: str | None = None
    reason: SealedCare
    happened_on: date | None = None


class BeginSituation(Request, key="person_id", id="situation_id"):
    """Say that the person is in a situation (row 21)."""

    person_id: PersonId
    situation_id: UUID
    situation: str
    began_on: date | None = None


class EndSituation(Request, key="person_id", id="ending_id"):
    """Say that this very situation is over. It ends once, so its id makes the id of this."""

    person_id: PersonId
    ending_id: UUID
    situation_id: UUID
    ended_on: date | None = None


class StateWish(Request, key="person_id", id="wish_id"):
    """Write down how the person wishes to be reached."""

    person_id: PersonId
    wish_id: UUID
    wish: str
    words: SealedIdentity | None = None
    hours: tuple[Hours, ...] = ()
    ask_first: AskFirst | None = None


class WithdrawWish(Request, key="person_id", id="withdrawal_id"):
    """Say that this very wish holds no longer."""

    person_id: PersonId
    withdrawal_id: UUID
    wish_id: UUID


class ReportAbsence(Request, key="person_id", id="absence_id"):
    """Say that the person is, or will be, elsewhere, and until when."""

    person_id: PersonId
    absence_id: UUID
    absence: str
    from_at: AwareDatetime
    until_at: AwareDatetime


class EndAbsence(Request, key="person_id", id="ending_id"):
    """Say that this very absence is over."""

    person_id: PersonId
    ending_id: UUID
    absence_id: UUID
    ended_at: AwareDatetime
    reason: SealedCare


class EndCare(Request, key="person_id", id="end_id"):
    """Say that nothing more is owed to this person from here."""

    person_id: PersonId
    end_id: UUID
    why: str


class ResumeCare(Request, key="person_id", id="resumption_id"):
    """Take this very end of care back."""

    person_id: PersonId
    resumption_id: UUID
    end_id: UUID
    reason: SealedCare


class CorrectPerson(Request, key="person_id", id="correction_id"):
    """Put right what was enrolled. `fields` names what is given; all else is null and stays."""

    person_id: PersonId
    correction_id: UUID
    fields: tuple[str, ...]
    name: SealedIdentity | None = None
    name_index: UUID | None = None
    birth_date: SealedIdentity | None = None
    birth_date_index: UUID | None = None
    birth_year: int | None = None
    birthday: str | None = None
    resident_id: SealedIdentity | None = None
    resident_id_index: UUID | None = None
    phones: tuple[SealedContact, ...] | None = None
    community_id: UnitId | None = None
    rank: str | None = None
    political_status: str | None = None
    reason: SealedCare
    since: AwareDatetime | None = None
    keys: tuple[KeyGiven, ...] = ()
    """By what the person is found, of the fields that are corrected."""
