"""A crowd of settled people for a measurement: few lives lived by the engine itself, then multiplied in the tables.

Each has lived a year under Ningde's pack: what came due was done within days, but for every ninth thing, which was never
done. Of what has ended only the duties that decisions load are kept: the others would be read by nobody.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex

from bench.stage import REPOSITORY
from bus.store import Kept
from bus.writing import write
from contracts.ids import ContactId, DutyId, HolderId, PersonId, UnitId, derived
from services.visits import tables
from services.visits.decisions import care as decisions
from services.visits.domain import Activation, Book, Care, Contact, Duty, Policy, next_change, record_contact, settle
from services.visits.domain.happenings import Happening
from services.visits.policy import Installed, load_files
from services.visits.store import STILL_NEEDED, care_store

PACK: Final = REPOSITORY / "policies" / "ningde"
BORN_INTO_CARE: Final = datetime(2025, 8, 4, 2, tzinfo=UTC)
FESTIVAL_OPENS: Final = datetime(2026, 9, 14, 16, tzinfo=UTC)
"""The civil midnight at which Ningde's 老年节 visit, ten days before 中秋, opens for every veteran cadre."""
EVE: Final = FESTIVAL_OPENS - timedelta(hours=1)
WITHIN: Final = timedelta(days=2, hours=3)
NEGLECTED: Final = 9
HOUR_S: Final = 3600.0
PERSON: Final = "md5({0}::text)::uuid"
UNIT_OF: Final = "md5('unit' || {0} / 20)::uuid"
"""SQL: the ids of the nth person, and of the unit that answers for nineteen others beside."""
_KINDS: Final = (
    ("with-relatives", ("doctor-signed",)),
    ("living-alone", ("widowed-alone",)),
    ("living-alone", ("weak-family-care", "clinic-area")),
    ("in-institution", ("disabled",)),
    ("relocated", ()),
    ("with-relatives", ()),
    ("living-alone", ("long-ill", "doctor-signed")),
)
_WHO: Final = HolderId(derived("bench", "who does everything"))


def pack() -> Policy:
    """Ningde's, and lent to the store as the service lends it."""
    installed = Installed.read(PACK)
    care_store.books.install(installed, load_files)
    return installed.policy


def book_of(policy: Policy) -> Book:
    return Book.of([Activation(f"installed:{policy.version}", datetime(1949, 10, 1, tzinfo=UTC), policy)])


def lives(policy: Policy, until: datetime) -> list[Care]:
    """One of each kind, settled at this hour."""
    return [_lived(_newcomer(n, policy), until) for n in range(len(_KINDS))]


def _newcomer(n: int, policy: Policy) -> Care:
    category, situations = _KINDS[n]
    return Care(
        person_id=PersonId(derived("bench", "crowd", n)),
        city=policy.city,
        county="蕉城区",
        kind="veteran-cadre",
        category=category,
        classed_at=BORN_INTO_CARE,
        birth_year=1931,
        birthday=f"03-{3 + n:02}",
        unit_id=UnitId(derived("bench", "unit", n)),
        unit_name="双塔市粮食局",
        enrolled_at=BORN_INTO_CARE,
        card_version=1,
        held=dict.fromkeys(sorted(policy.role_party), (_WHO,)),
        happenings={
            id_: Happening(id_, "situation-began", what, BORN_INTO_CARE, BORN_INTO_CARE)
            for what in situations
            if (id_ := derived("bench", "situation", n, what))
        },
        book=book_of(policy),
    )


def _lived(care: Care, until: datetime) -> Care:
    now = BORN_INTO_CARE
    while now <= until:
        care, _ = settle(care, now)
        for duty in list(_to_do(care, now)):
            if care.duties[duty.duty_id].is_open:
                care, _ = record_contact(care, _doing(duty, now))
        following = [duty.opened_at + WITHIN for duty in care.duties.values() if duty.is_open]
        at = next_change(care, now)
        now = min([t for t in (at, *following) if t is not None and t > now], default=until + WITHIN)
    return replace(care, contacts={})


def _to_do(care: Care, now: datetime) -> Iterator[Duty]:
    for duty in care.duties.values():
        if duty.is_open and duty.opened_at + WITHIN <= now and duty.duty_id.int % NEGLECTED:
            yield duty


def _doing(duty: Duty, now: datetime) -> Contact:
    id_ = ContactId(derived("bench", "contact", duty.duty_id))
    return Contact(id_, duty.kind, duty.party, duty.role, duty.strength, "met", _WHO, now, now)


def needed(care: Care) -> dict[DutyId, Duty]:
    """Of the duties, those that the store loads for a decision."""
    may_return = ("death", "retraction", "end", "class", "care-ended")
    return {
        id_: duty
        for id_, duty in care.duties.items()
        if duty.is_open or duty.followed_by is None or duty.closed_by in may_return
    }


async def enter(connection: Any, cares: list[Care], people: int, now: datetime) -> None:
    """So many people who live these lives, into the empty tables of visits."""
    kept = [_kept(care, now) for care in cares]
    await connection.execute("SET session_replication_role = replica")  # foreign keys are not asked row by row
    keys = [each.key for each in kept]
    await connection.execute("INSERT INTO cares (person_id) SELECT unnest($1::uuid[])", keys)
    await write(connection, care_store.writes(kept))
    for table, which in _WHICH.items():
        order = "opened_at, duty_id" if table is tables.duties else "ctid"
        await connection.execute(
            f'CREATE TEMP TABLE "lived_{table.name}" AS SELECT *, array_position($1::uuid[], person_id) - 1 AS life, '
            f'row_number() OVER (PARTITION BY person_id ORDER BY {order}) AS nth FROM "{table.name}" c WHERE {which}',
            keys,
        )
    await connection.execute("TRUNCATE cares CASCADE")
    for table in _WHICH:
        await _multiply(connection, table, len(keys), people)
    await connection.execute("SET session_replication_role = origin")


_WHICH: Final = {tables.cares: "true", tables.happenings: "true", tables.duties: STILL_NEEDED}


def _kept(care: Care, now: datetime) -> Kept[Care]:
    before = Care(person_id=care.person_id, book=care.book)
    kept = Kept(care.person_id, before, now, next_change(care, now), decisions.risk(care), 0, care.book.label, now)
    kept.after = care
    return kept


async def _multiply(connection: Any, table: Table, kinds: int, people: int) -> None:
    """The nth of everybody, then the next of everybody: what one person is owed lies apart, as it does when it opens by and by."""
    name, own = table.name, [column.name for column in table.primary_key.columns if column.name != "person_id"]
    rest = [column.name for column in table.columns if column.name not in ("person_id", *own)]
    names = ", ".join(f'"{column}"' for column in ("person_id", *own, *rest))
    picked = [PERSON.format("n"), *(f'md5(n || t."{key}"::text)::uuid' for key in own), *(f't."{c}"' for c in rest)]
    if "unit_id" in rest:
        picked[names.split(", ").index('"unit_id"')] = UNIT_OF.format("n")
    if table is tables.duties:
        await _drop_keys(connection, table)
    for nth in range(1, 1 + (await connection.fetchval(f'SELECT coalesce(max(nth), 0) FROM "lived_{name}"'))):
        await connection.execute(
            f'INSERT INTO "{name}" ({names}) SELECT {", ".join(picked)} FROM generate_series(1, {people}) n '
            f'JOIN "lived_{name}" t ON t.life = n % {kinds} AND t.nth = {nth}',
            timeout=HOUR_S,
        )
    if table is tables.duties:
        await _make_keys(connection, table)
    await connection.execute(f'VACUUM (ANALYZE) "{name}"', timeout=HOUR_S)


async def _drop_keys(connection: Any, table: Table) -> None:
    """An index is made in a fraction of the time that it takes to keep."""
    foreign = "".join(f"DROP CONSTRAINT {table.name}_person_id_fkey, " for _ in table.foreign_keys)
    await connection.execute(f'ALTER TABLE "{table.name}" {foreign} DROP CONSTRAINT {table.name}_pkey')
    for index in table.indexes:
        await connection.execute(f'DROP INDEX "{index.name}"')


async def _make_keys(connection: Any, table: Table) -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    key = ", ".join(column.name for column in table.primary_key.columns)
    await connection.execute(f'ALTER TABLE "{table.name}" ADD PRIMARY KEY ({key})', timeout=HOUR_S)
    for foreign in table.foreign_keys:
        await connection.execute(
            f'ALTER TABLE "{table.name}" ADD CONSTRAINT {table.name}_person_id_fkey FOREIGN KEY (person_id) '
            f'REFERENCES "{foreign.column.table.name}" (person_id)',
            timeout=HOUR_S,
        )
    for index in table.indexes:
        await connection.execute(str(CreateIndex(index).compile(dialect=dialect)), timeout=HOUR_S)
