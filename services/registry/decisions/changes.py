"""What changes about a person: class, situations, wishes, absences, and what was enrolled wrong."""

from datetime import datetime
from uuid import UUID

from bus.decisions import Decision, Request
from services.registry import domain
from services.registry.decisions.states import living, person, under_care, weighed, who
from services.registry.domain import Decided, Person, care, changes
from services.registry.domain.circumstances import Wish
from services.registry.domain.corrections import Correction, correct
from services.registry.domain.search import KEYED, Found, keyed
from services.registry.requests import Recorded
from services.registry.requests.changes import (
    BeginSituation,
    ClassPerson,
    CorrectPerson,
    EndAbsence,
    EndCare,
    EndSituation,
    ReportAbsence,
    ResumeCare,
    StateWish,
    WithdrawWish,
)

INDEXES = {"name": ("name_index",), "resident_id": ("resident_id_index",),
           "birth_date": ("birth_date_index", "birth_year", "birthday")}  # fmt: skip
"""What is kept beside each sealed field."""


def told(decided: Decided, request: Request, id_: UUID, now: datetime) -> Decision[Person]:
    """The facts are lines of the file, too; the answer says under which id it stands."""
    after, said = decided
    return Decision(domain.write(after, said, now, who(request)), said, Recorded(id=id_, recorded_at=now))


@person.asked(ClassPerson)
def class_person(state: Person, request: ClassPerson, now: datetime) -> Decision[Person]:
    """Duties of the old class end and those of the new begin, by policy (feature 5)."""
    new = {"kind": request.kind, "category": request.category, "rank": request.rank}
    decided = changes.classify(living(state), request.change_id, new, request.reason, request.happened_on, now)
    return told(decided, request, request.change_id, now)


@person.asked(BeginSituation)
def begin_situation(state: Person, request: BeginSituation, now: datetime) -> Decision[Person]:
    decided = changes.begin_situation(living(state), request.situation_id, request.situation, request.began_on, now)
    return told(decided, request, request.situation_id, now)


@person.asked(EndSituation)
def end_situation(state: Person, request: EndSituation, now: datetime) -> Decision[Person]:
    decided = changes.end_situation(under_care(state), request.situation_id, request.ended_on, now)
    return told(decided, request, request.situation_id, now)


@person.asked(StateWish)
def state_wish(state: Person, request: StateWish, now: datetime) -> Decision[Person]:
    asked = Wish(request.wish_id, request.wish, request.words, now, hours=request.hours, ask_first=request.ask_first)
    decided = changes.state_wish(living(state), asked, now)
    return told(decided, request, request.wish_id, now)


@person.asked(WithdrawWish)
def withdraw_wish(state: Person, request: WithdrawWish, now: datetime) -> Decision[Person]:
    return told(changes.withdraw_wish(under_care(state), request.wish_id, now), request, request.wish_id, now)


@person.asked(ReportAbsence)
def report_absence(state: Person, request: ReportAbsence, now: datetime) -> Decision[Person]:
    """What is owed meanwhile, policy says: an absence mutes nobody (mission rule 8)."""
    away = living(state)
    decided = changes.report_absence(away, request.absence_id, request.absence, request.from_at, request.until_at, now)
    return told(decided, request, request.absence_id, now)


@person.asked(EndAbsence)
def end_absence(state: Person, request: EndAbsence, now: datetime) -> Decision[Person]:
    decided = changes.end_absence(under_care(state), request.absence_id, request.ended_at, request.reason, now)
    return told(decided, request, request.absence_id, now)


@person.asked(EndCare)
@weighed
def end_care(state: Person, request: EndCare, now: datetime) -> Decision[Person]:
    decided = care.end_care(under_care(state), request.end_id, request.why, None, now)
    return told(decided, request, request.end_id, now)


@person.asked(ResumeCare)
@weighed
def resume_care(state: Person, request: ResumeCare, now: datetime) -> Decision[Person]:
    """What followed from something else is taken back with that, and not here."""
    care.assert_ended_at_the_door(state, request.end_id)
    return told(care.resume_care(state, request.end_id, request.reason, now), request, request.end_id, now)


@person.asked(CorrectPerson)
def correct_person(state: Person, request: CorrectPerson, now: datetime) -> Decision[Person]:
    """Nothing is overwritten: the file keeps what was enrolled, and since when the new is true."""
    given = Correction(
        request.fields, request.name, request.birth_date, request.resident_id, request.phones, request.community_id,
        request.rank, request.political_status,
    )  # fmt: skip
    beside = {index: getattr(request, index) for field in request.fields for index in INDEXES.get(field, ())}
    found = [Found(key.field, key.form, key.index) for key in request.keys]
    state = keyed(under_care(state), [field for field in KEYED if field in request.fields], found)
    decided = correct(state, request.correction_id, given, beside, request.reason, request.since, now)
    return told(decided, request, request.correction_id, now)
