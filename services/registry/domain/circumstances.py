"""What holds of a person for a while, each with its beginning and its end: situations, wishes, absences, plans, the end of care."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from contracts.ids import PersonId
from contracts.personal import SealedClinical, SealedIdentity
from contracts.registry import AskFirst, Hours


@dataclass(frozen=True, slots=True)
class Situation:
    """One situation of the person (row 21)."""

    situation_id: UUID
    situation: str
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """How the person wishes to be reached; `words` are what they said."""

    wish_id: UUID
    wish: str
    words: SealedIdentity | None
    stated_at: datetime
    withdrawn_at: datetime | None = None
    hours: tuple[Hours, ...] = ()
    ask_first: AskFirst | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """That something has befallen the person: `what` says whether a change in the family or a hardship. Retracted, it never did."""

    report_id: UUID
    what: str
    reported_at: datetime
    retracted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Absence:
    """One expected absence (mission rule 8). It is over when somebody says so, not when it was expected to be."""

    absence_id: UUID
    absence: str
    from_at: datetime
    until_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CareEnd:
    """One reason why nothing more is owed. Taken back, it is as if it had never been; others may stand beside it."""

    end_id: UUID
    why: str
    into: PersonId | None
    ended_at: datetime
    resumed_at: datetime | None = None

    @property
    def stands(self) -> bool:
        return self.resumed_at is None


@dataclass(frozen=True, slots=True)
class PlanItem:
    """One need, and what is promised against it, by whom, until when."""

    item_id: UUID
    need: SealedIdentity
    promise: SealedIdentity
    role: str
    until: date


@dataclass(frozen=True, slots=True)
class Plan:
    """One version of the person's plan (row 18). The last one is in force."""

    plan_id: UUID
    version: int
    items: tuple[PlanItem, ...]
    adopted_by: SealedIdentity
    next_review: date
    adopted_at: datetime


@dataclass(frozen=True, slots=True)
class SurveyAnswer:
    """What the person answered in one round (row 17); a JSON object, sealed."""

    answer_id: UUID
    round_id: UUID
    form: str
    answers: SealedClinical
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class Distinction:
    """Somebody named has looked, and this is another person (feature 13)."""

    distinction_id: UUID
    other_id: PersonId
    told_apart_at: datetime
