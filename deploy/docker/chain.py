"""The chain of certificates, checked where no command line of the city's is: its hashes, its book, and what Kafka was told."""

import asyncio
from collections.abc import Iterator

from bus.database import Database
from services.visits.coverage.told import told_certificates
from services.visits.domain.certificates import Certificate, Flaw, flaws, flaws_against_told, flaws_at_end


async def flaws_of(database: Database, brokers: str, prefix: str) -> list[Flaw]:
    """None = as it was certified. Of the book each city's chain is checked by itself."""
    told = await asyncio.to_thread(
        told_certificates, brokers, prefix
    )  # first: what is certified meanwhile is not missed
    async with database.connection() as connection:
        books = await connection.fetch("SELECT book_id, number, hash FROM certificate_books")
        rows = await connection.fetch("SELECT * FROM certificates ORDER BY number")
    found: list[Flaw] = []
    for book_id in sorted({*(book["book_id"] for book in books), *(each.book_id for each in told)}):
        chain = [_certificate(row) for row in rows if row["book_id"] == book_id]
        found += flaws(chain)
        found += flaws_against_told(chain, ((t.number, t.hash) for t in told if t.book_id == book_id))
        for book in books:
            if book["book_id"] == book_id:
                known = [each for each in chain if each.number <= (book["number"] or 0)]
                found += flaws_at_end(known, book["number"] or 0, book["hash"] or "")
    return found


def _certificate(row: dict[str, object]) -> Certificate:
    return Certificate(**{name: value for name, value in dict(row).items() if name != "book_id"})  # type: ignore[arg-type]


def lines(found: list[Flaw]) -> Iterator[str]:
    for flaw in sorted(found, key=lambda flaw: (flaw.number, flaw.rule)):
        yield f"{flaw.number} {flaw.rule}"
