"""Whatever a door shows of named people is told first: who reads, in which role, of whom, what, and what for.

The file of a person knows every reading; it hears of those at other services' doors.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query
from fastapi import Request as HttpRequest
from sqlalchemy import MetaData, Table

from bus.api import Decide
from bus.decisions import Caller, Decision, Decisions, Request
from bus.now import NOW
from bus.store import Store
from bus.tables import root_table, times
from contracts.ids import PersonId, derived
from contracts.readings import OfAReading

Purpose = Annotated[str, Query(pattern="^[a-z][a-z0-9-]{0,49}$", description="为何查看，如 visit")]


@dataclass(frozen=True, slots=True)
class Reading:
    """The root: one reading. What was read of whom stands in the event; here is kept that it was told."""

    reading_id: UUID
    told_at: datetime | None = None


class TellReading(Request, key="reading_id", id="reading_id"):
    """Tell who was shown this of these people."""

    reading_id: UUID
    city: str
    people: tuple[PersonId, ...]
    what: str
    purpose: str


def readings_table(metadata: MetaData) -> Table:
    return root_table("readings", metadata, "reading_id", *times("told_at"))


def readings_told_by(event: type[OfAReading], kept_in: Store[Reading]) -> Decisions[Reading]:
    """What a service decides of the readings at its doors: `event` is how it tells them."""
    readings = Decisions(of=Reading, kept_in=kept_in, zh="查阅")

    @readings.asked(TellReading)
    def tell(state: Reading, request: TellReading, now: datetime) -> Decision[Reading]:
        by = request.by
        assert by is not None
        said = event(
            city=request.city, county=by.county or "", reading_id=request.reading_id, people=request.people,
            read_by=by.person, role=by.role, what=request.what, purpose=request.purpose, read_at=now,
        )  # fmt: skip
        return Decision(Reading(state.reading_id, now), (said,))

    return readings


class Tell:
    """Nothing is shown before it is written down that it is."""

    def __init__(self, http: HttpRequest, decide: Decide, purpose: Purpose = "unsaid") -> None:
        self._http, self._decide, self._purpose = http, decide, purpose

    async def __call__(self, caller: Caller, what: str, people: Iterable[UUID]) -> None:
        """Of nobody nothing is told."""
        of = sorted({PersonId(person) for person in people})
        if not of:
            return
        state = self._http.app.state
        async with state.database.connection() as connection:
            now: datetime = await connection.fetchval(f"SELECT {NOW}")
        reading_id = derived("reading", caller.model_dump_json(), what, self._purpose, now.isoformat(), *of)
        asked = TellReading(
            reading_id=reading_id, city=state.words.city, people=tuple(of), what=what, purpose=self._purpose
        )  # fmt: skip
        await self._decide(asked, caller)


Tells = Annotated[Tell, Depends(Tell)]
