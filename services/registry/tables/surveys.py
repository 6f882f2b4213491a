"""Survey rounds, and what people answered in them."""

from sqlalchemy import Column, Date, Index, Uuid

from bus.tables import child_table, root_table, texts, times
from services.registry.tables.people import people
from services.registry.tables.schema import metadata

survey_rounds = root_table(
    "survey_rounds",
    metadata,
    "round_id",
    *texts("name", "form", "city", "county"),
    Column("unit_id", Uuid),
    Column("closes_on", Date),
    *times("opened_at"),
)
survey_answers = child_table(
    "survey_answers",
    metadata,
    people,
    "answer_id",
    Column("round_id", Uuid),
    *texts("form", "answers"),
    *times("answered_at"),
)
Index("survey_answers_of_round", survey_answers.c.round_id, survey_answers.c.person_id)
