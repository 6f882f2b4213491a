"""From what was counted to the certificate: its figures, its names beside it, and the request that binds it to the chain."""

import json
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from bus.database import Connection
from contracts.ids import derived
from services.visits.coverage.counting import Counted
from services.visits.domain.certificates import book_of, hash_of_named
from services.visits.requests.certificates import IssueCertificate
from services.visits.tables import exceptions, unreachable

_NAMED = f"""
INSERT INTO {exceptions.name} (certificate_id, person_id, rule, why)
SELECT $1, * FROM unnest($2::uuid[], $3::text[], $4::text[])
"""
_UNHELD = f"""
INSERT INTO {unreachable.name} (certificate_id, unit_id, rung, role, people)
SELECT $1, * FROM unnest($2::uuid[], $3::text[], $4::text[], $5::int[])
"""
_NEVER_ISSUED = (
    "DELETE FROM {} n WHERE NOT EXISTS (SELECT FROM certificates c WHERE c.certificate_id = n.certificate_id)"
)


def request_of(found: Counted, city: str, zone: ZoneInfo) -> IssueCertificate:
    """One for each civil day of the city, whoever counts: asked twice, it is issued once."""
    day, book_id = day_of(found.at, zone), book_of(city)
    return IssueCertificate(
        book_id=book_id,
        issue_id=derived("certificate-of-day", book_id, day),
        city=city,
        certificate_id=derived("certificate", book_id, found.at.isoformat()),
        day=day,
        label=found.label,
        taken_at=found.at,
        living=found.living,
        dead=found.dead,
        ended=found.ended,
        rules=found.rules,
        exceptions=len(found.exceptions),
        stuck=len(found.stuck),
        unreachable=len(found.unreachable),
        counts=json.dumps([[*group, n] for group, n in sorted(found.groups.items())], ensure_ascii=False),
        against=found.against.words,
        differing=found.against.differing,
        named_hash=hash_of_named([*found.exceptions, *found.stuck, *found.unreachable]),
    )


def day_of(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


async def write_named(tx: Connection, certificate_id: UUID, found: Counted) -> None:
    """Before the certificate is issued: one that stands has its names. Those of one that never was are taken away."""
    for table in (exceptions, unreachable):
        await tx.execute(_NEVER_ISSUED.format(table.name))
    if named := [*found.exceptions, *found.stuck]:
        await tx.execute(_NAMED, certificate_id, *map(list, zip(*named, strict=True)))
    if found.unreachable:
        await tx.execute(_UNHELD, certificate_id, *map(list, zip(*found.unreachable, strict=True)))


async def names_stand(tx: Connection, certificate_id: UUID, named_hash: str) -> bool:
    """Whether who is named beside the certificate is who was named when it was issued."""
    return hash_of_named([tuple(row) for row in await tx.fetch(_NAMED_IN, certificate_id)]) == named_hash


_NAMED_IN = f"""
SELECT person_id::text, rule, why FROM {exceptions.name} WHERE certificate_id = $1
UNION ALL SELECT unit_id::text, rung, role || E'\\t' || people FROM {unreachable.name} WHERE certificate_id = $1
"""
