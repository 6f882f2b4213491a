"""What people have answered in survey rounds, in the words of the form: of one person, of a round, and counted."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from bus.database import Connection
from bus.decisions import Bounds
from bus.sealed import KeyRing
from services.registry.forms import Answer, Form, forms
from services.registry.reading import WITHIN
from services.registry.reading.opening import opened
from services.registry.words import HIDDEN


class AnswerShown(BaseModel):
    item: str
    zh: str
    """The question."""
    answer: str


class AnswersShown(BaseModel):
    """What somebody answered in one round, who wrote it down, and when."""

    answer_id: UUID
    round_id: UUID
    round: str
    person_id: UUID
    name: str
    unit: str | None
    actor: str
    answered_at: datetime
    answers: list[AnswerShown]


class Said(BaseModel):
    answer: str
    count: int


class Result(BaseModel):
    """What a round has come to in one question; of texts, how many there are."""

    item: str
    zh: str
    answered: int
    said: list[Said]


_ANSWERS = """
SELECT a.answer_id, a.round_id, r.name AS round, a.form, a.answers, a.answered_at, p.person_id, p.name, u.name AS unit, l.actor
FROM survey_answers a JOIN survey_rounds r USING (round_id) JOIN people p USING (person_id)
JOIN file_lines l ON l.person_id = a.person_id AND l.what = 'survey.answered' AND l.source_id = a.answer_id::text
LEFT JOIN units u ON u.unit_id = p.unit_id
"""
_OF_PERSON = f"{_ANSWERS} WHERE a.person_id = ANY($1) ORDER BY a.answered_at DESC, a.answer_id"
_OF_ROUND = f"""
{_ANSWERS} WHERE {WITHIN} AND a.round_id = $4
  AND NOT EXISTS (SELECT FROM survey_answers o
    WHERE o.round_id = a.round_id AND o.person_id = a.person_id AND o.answered_at > a.answered_at)
ORDER BY u.name, p.unit_id, p.enrolled_at, p.person_id
"""


async def answers_of(
    tables: Connection, keys: KeyRing, people: Sequence[UUID], *, clinical: bool
) -> list[AnswersShown]:
    """Everything that was ever answered under these files of one person, the latest first."""
    return [_answers(row, keys, clinical) for row in await tables.fetch(_OF_PERSON, people)]


async def answers_in(
    tables: Connection, keys: KeyRing, round_id: UUID, within: Bounds, *, clinical: bool
) -> list[AnswersShown]:
    """Of everybody in reach who answered what stands: their last answers."""
    return [_answers(row, keys, clinical) for row in await tables.fetch(_OF_ROUND, *within, round_id)]


async def results_of(tables: Connection, keys: KeyRing, round_id: UUID, form: Form, within: Bounds) -> list[Result]:
    """Question by question, in the order of the form."""
    rows = await tables.fetch(_OF_ROUND, *within, round_id)
    given = [_given(row, keys) for row in rows]
    return [
        Result(item=item.item, zh=item.zh, answered=sum(item.item in one for one in given), said=_said(form, item.item, given))
        for item in form.items
    ]  # fmt: skip


def _said(form: Form, name: str, given: Sequence[Mapping[str, Answer]]) -> list[Said]:
    """How often each option was chosen; one that nobody chose shows zero."""
    (item,) = [item for item in form.items if item.item == name]
    chosen = Counter(option for one in given if name in one for option in _chosen(one[name]))
    return [Said(answer=zh, count=chosen[option]) for option, zh in (item.options or {}).items()]


def _chosen(answer: Answer) -> Sequence[str]:
    return answer if isinstance(answer, list) else [answer]


def _answers(row: Any, keys: KeyRing, clinical: bool) -> AnswersShown:
    name = opened(row["name"], "name", row["person_id"], keys)
    shown = list(_shown(forms()[row["form"]], _given(row, keys), clinical))
    fields = {field: row[field] for field in AnswersShown.model_fields if field not in ("name", "answers")}
    return AnswersShown(**fields, name=name, answers=shown)


def _shown(form: Form, given: Mapping[str, Answer], clinical: bool) -> Iterator[AnswerShown]:
    """Who does not read of health sees that the question was answered."""
    for item in form.items:
        if item.item in given:
            hidden = item.clinical and not clinical
            yield AnswerShown(item=item.item, zh=item.zh, answer=HIDDEN if hidden else item.said(given[item.item]))


def _given(row: Any, keys: KeyRing) -> Mapping[str, Answer]:
    """Nothing, where this service has no key any more."""
    text = opened(row["answers"], "answers", row["person_id"], keys)
    return {} if text == HIDDEN else json.loads(text)
