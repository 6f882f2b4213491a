"""How a person's care and the policy book are loaded and kept; each care is lent the book as it stands at that hour."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from bus.database import Connection
from bus.now import NOW
from bus.readings import Reading
from bus.store import Store
from services.visits import tables
from services.visits.books import Books
from services.visits.domain import Care
from services.visits.domain.anomalies import KEPT
from services.visits.domain.certificates import CertificateBook
from services.visits.domain.heirs import LATEST
from services.visits.domain.lineages import Ending, Lineage
from services.visits.domain.notices import Notice
from services.visits.domain.proposals import PolicyBook
from services.visits.domain.rounds import Rounds

STILL_NEEDED = f"""
closed_at IS NULL OR followed_by IS NULL OR closed_by IN ('death', 'retraction', 'end', 'class', 'care-ended')
OR (closed_by = 'duty' AND EXISTS (SELECT FROM duties heir WHERE heir.person_id = c.person_id AND heir.rule = c.rule
  AND heir.closed_at IS NULL AND heir.opened_at - c.closed_at <= interval '{LATEST.days} days'))
"""
"""SQL: of the duties `c`, those that decisions need: open, the newest of their rule, closed by what may be undone, or such as

a contact that is written down late may still have done (of a week's duty six, however long nobody has come).
"""

_ENDINGS = """
SELECT u::uuid AS unit_id, l.begun_at AS at, ARRAY(SELECT (h ->> 'unit_id')::uuid FROM jsonb_array_elements(l.heirs) AS h) AS heirs
FROM lineages l, jsonb_array_elements_text(l.unit_ids) AS u
"""


class CareStore(Store[Care]):
    def __init__(self) -> None:
        super().__init__(
            Care,
            tables.cares,
            stays=tables.stays,
            deaths=tables.deaths,
            happenings=tables.happenings,
            duties=tables.duties,
            contacts=tables.contacts,
            live={"duties": STILL_NEEDED, "contacts": "false"},
        )
        self.books = Books()

    async def context(self, tx: Connection, keys: Sequence[UUID]) -> Mapping[UUID, Mapping[str, Any]]:
        book = await self.books.in_force(tx)
        return {key: {"book": book} for key in keys}

    async def context_under(self, tx: Connection, label: str | None) -> Mapping[str, Any]:
        return {"book": await self.books.under(tx, label)}

    async def label_in_force(self, tx: Connection) -> str:
        return (await self.books.in_force(tx)).label


class NoticeStore(Store[Notice]):
    """Lent the units that have ended: for them others answer, also those that were asked before."""

    def __init__(self) -> None:
        super().__init__(Notice, tables.notices, answers=tables.answers)

    async def context(self, tx: Connection, keys: Sequence[UUID]) -> Mapping[UUID, Mapping[str, Any]]:
        ended = {row["unit_id"]: Ending(row["at"], tuple(row["heirs"])) for row in await tx.fetch(_ENDINGS)}
        return {key: {"endings": ended} for key in keys}


class RoundsStore(Store[Rounds]):
    """Lent the same book as cares; of the contacts decisions load those that may still concern another."""

    def __init__(self) -> None:
        recent = f"recorded_at > {NOW} - interval '{KEPT.days} days'"
        super().__init__(Rounds, tables.rounds, traces=tables.traces, flags=tables.flags, live={"traces": recent})

    async def context(self, tx: Connection, keys: Sequence[UUID]) -> Mapping[UUID, Mapping[str, Any]]:
        return await care_store.context(tx, keys)

    async def context_under(self, tx: Connection, label: str | None) -> Mapping[str, Any]:
        return await care_store.context_under(tx, label)


care_store = CareStore()
rounds_store = RoundsStore()
reading_store = Store(Reading, tables.readings)
lineage_store = Store(Lineage, tables.lineages)
notice_store = NoticeStore()
policy_book_store = Store(
    PolicyBook,
    tables.policy_books,
    proposals=tables.proposals,
    sources=tables.sources,
    rebases=tables.rebases,
    appended=["sources", "rebases"],
)
certificate_book_store = Store(
    CertificateBook, tables.certificate_books, certificates=tables.certificates, appended=["certificates"]
)
