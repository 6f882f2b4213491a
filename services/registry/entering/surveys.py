"""Answers, sealed: all of them as clinical, and each that tells a field once more for that field's readers."""

import json

from bus.sealed import KeyRing
from contracts.ids import PersonId
from contracts.personal import SealedClinical, SealedIdentity
from services.registry.bodies.surveys import Answering
from services.registry.domain.surveys import SurveyRound
from services.registry.entering.file import KIND
from services.registry.forms import Form, FormItem
from services.registry.requests.surveys import AnswerSurvey, FieldTold


def answers(person_id: PersonId, body: Answering, asked: SurveyRound, form: Form, keys: KeyRing) -> AnswerSurvey:
    given = [item for item in form.items if item.item in body.answers]
    whole = json.dumps({item.item: body.answers[item.item] for item in given}, ensure_ascii=False)
    return AnswerSurvey(
        person_id=person_id,
        answer_id=body.answer_id,
        round_id=body.round_id,
        round=asked.name,
        form=asked.form,
        items=tuple(item.item for item in given),
        answers=keys.seal(SealedClinical, whole, kind="survey-answers", person=person_id),
        tells=tuple(_told(person_id, item, item.said(body.answers[item.item]), keys) for item in given if item.field),
    )


def _told(person_id: PersonId, item: FormItem, said: str, keys: KeyRing) -> FieldTold:
    assert item.field is not None
    if item.clinical:
        return FieldTold(field=item.field, clinical=keys.seal(SealedClinical, said, kind=KIND, person=person_id))
    return FieldTold(field=item.field, value=keys.seal(SealedIdentity, said, kind=KIND, person=person_id))
