"""People, with who answers for them, the reports of their death, and their files."""

from sqlalchemy import Boolean, Column, Index, Integer, Text, Uuid, cast
from sqlalchemy.dialects.postgresql import JSONB

from bus.tables import child_table, root_table, times
from services.registry.tables.schema import metadata

people = root_table(
    "people",
    metadata,
    "person_id",
    Column("city", Text),
    Column("county", Text),
    Column("kind", Text),
    Column("category", Text),
    Column("rank", Text),
    Column("political_status", Text),
    *times("classed_at", "classed_since"),
    Column("name", Text),
    Column("name_index", Uuid),
    Column("birth_date", Text),
    Column("birth_date_index", Uuid),
    Column("birth_year", Integer),
    Column("birthday", Text),
    Column("resident_id", Text),
    Column("resident_id_index", Uuid),
    Column("phones", JSONB),
    Column("unit_id", Uuid),
    Column("community_id", Uuid),
    Column("survivor_of", Uuid),
    *times("linked_at", "followed_at"),
    Column("survivors", JSONB),
    *times("enrolled_at"),
    Column("since", JSONB),
    Column("keyed", JSONB),
    Column("group_id", Uuid),
    Column("version", Integer),
    Column("unit_path", JSONB),
    Column("on_card", JSONB),
    Column("held", JSONB),
    *times("restate_at"),
    Column("settles", Boolean),
    Column("communities_left", JSONB),
    Column("taken", JSONB),
)
Index("people_resident_id", people.c.resident_id_index, unique=True)  # one person, one file: races end here
Index("people_of_group", people.c.group_id, people.c.person_id)
Index("people_of_unit", people.c.unit_id, people.c.enrolled_at, people.c.person_id)
Index("people_below_unit", people.c.unit_path, postgresql_using="gin")
Index("people_of_holder", people.c.on_card, postgresql_using="gin")
Index("people_held", people.c.held, postgresql_using="gin", postgresql_ops={"held": "jsonb_path_ops"})
Index("people_same", people.c.name_index, people.c.birth_date_index)
Index("people_by_name_of_id", cast(people.c.person_id, Text))  # fan-outs to one person, and to all who survive one
Index("people_survivors", cast(people.c.survivor_of, Text))
assignments = child_table(
    "assignments",
    metadata,
    people,
    "assignment_id",
    Column("liaison_id", Uuid),
    Column("unit_id", Uuid),
    Column("name", Text),
    Column("phone", Text),
    *times("assigned_at", "ended_at"),
)
transfers = child_table(
    "transfers",
    metadata,
    people,
    "transfer_id",
    Column("from_unit_id", Uuid),
    Column("unit_id", Uuid),
    Column("because", Text),
    Column("lineage_id", Uuid),
    Column("reason", Text),
    Column("document", Text),
    *times("transferred_at"),
)
members = child_table(
    "members",
    metadata,
    people,
    "member_id",
    Column("holder_id", Uuid),
    Column("role", Text),
    Column("party", Text),
    Column("name", Text),
    Column("phone", Text),
    Column("relation", Text),
    Column("first", Boolean),
    *times("until_at", "joined_at", "left_at"),
    Column("still_needed", Boolean),
)
agreements = child_table(
    "agreements",
    metadata,
    people,
    "agreement_id",
    Column("area", Text),
    Column("hospitals", JSONB),
    Column("reference", Text),
    *times("agreed_at"),
)
ties = child_table("ties", metadata, people, "group_id", Column("linked", Boolean), *times("said_at"))
vacancies = child_table(
    "vacancies",
    metadata,
    people,
    "vacancy_id",
    Column("role", Text),
    *times("since", "filled_at"),
)
Index("vacancies_open", vacancies.c.role, postgresql_where=vacancies.c.filled_at.is_(None))
deaths = child_table(
    "deaths",
    metadata,
    people,
    "report_id",
    Column("source", Text),
    *times("died_at", "reported_at", "retracted_at"),
    Column("reason", Text),
)
file_lines = child_table(
    "file_lines",
    metadata,
    people,
    "line_id",
    Column("what", Text),
    Column("value", Text),
    Column("source", Text),
    Column("source_id", Text),
    Column("actor", Text),
    *times("fact_at", "recorded_at"),
)
Index("contacts_made", file_lines.c.fact_at, postgresql_where=file_lines.c.what == "contact.made")
