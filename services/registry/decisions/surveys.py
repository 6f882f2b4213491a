"""Survey rounds are opened, and people answer in them (row 17)."""

from dataclasses import replace
from datetime import datetime

from bus.decisions import Decision, Rejected
from contracts.registry import SurveyRoundOpened
from contracts.zone import CITY
from services.registry.decisions.changes import told
from services.registry.decisions.states import living, person, survey_round
from services.registry.domain import Person, surveys
from services.registry.domain.circumstances import SurveyAnswer
from services.registry.domain.surveys import SurveyRound, Told
from services.registry.requests import Recorded
from services.registry.requests.surveys import AnswerSurvey, OpenRound


@survey_round.asked(OpenRound)
def open_round(state: SurveyRound, request: OpenRound, now: datetime) -> Decision[SurveyRound]:
    """Whoever is under care until its last day is asked; a round is not changed once it is open."""
    if request.closes_on < now.astimezone(CITY).date():
        raise Rejected("closes-in-the-past", "截止日期不能早于今天", "closes_on")
    given = request.model_dump(exclude={"round_id", "by", "at_door"})
    said = SurveyRoundOpened(round_id=state.round_id, opened_at=now, **given)
    return Decision(replace(state, opened_at=now, **given), (said,), Recorded(id=request.round_id, recorded_at=now))


@person.asked(AnswerSurvey)
def answer_survey(state: Person, request: AnswerSurvey, now: datetime) -> Decision[Person]:
    """The door has looked whether the round asks this person, and still does."""
    given = SurveyAnswer(request.answer_id, request.round_id, request.form, request.answers, answered_at=now)
    tells = [Told(field.field, field.value, field.clinical) for field in request.tells]
    decided = surveys.answer(living(state), given, request.round, request.items, tells)
    return told(decided, request, request.answer_id, now)
