"""The doors of the file: it is opened and every opening written down, written into, and its use and age are measured."""

from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from fastapi import Request as HttpRequest

from bus.api import Decide, May
from bus.decisions import Caller
from bus.pages import Order, Page, paged, whole
from contracts.ids import PersonId
from services.registry.api.doors import (
    Hour,
    Opens,
    county_of,
    keys_of,
    reach_person,
    reads_health,
    within_reach,
    words_of,
)
from services.registry.bodies.file import FieldEntry, Moment
from services.registry.domain.changes import morning
from services.registry.domain.openings import FILE
from services.registry.entering.file import field
from services.registry.reading import reading
from services.registry.reading.file import File, Look, file_of
from services.registry.reading.openings import OpeningShown, openings_of
from services.registry.reading.stale import Stale, stale_fields
from services.registry.reading.use import Use, use_of_files
from services.registry.requests import Recorded

router = APIRouter(tags=["档案"])
Reader = Annotated[Caller, Depends(May("read-files"))]
Bureau = Annotated[Caller, Depends(May("audit-files"))]
LATEST = Order(("opened_at", "opening_id"), "最近的在前，同时的按编号", falling=True)
STALEST = Order(("since", "person_id", "field"), "最久未更新的在前，同时的按人、按栏目")


@router.get("/people/{person_id}/file", summary="一人一档：各栏现值与每一条，及其来源、经手人、发生时间、记录时间")
@whole
async def file(
    person_id: UUID,
    http: HttpRequest,
    opens: Opens,
    caller: Reader,
    as_of: Moment | None = None,
    known_at: Moment | None = None,
) -> File:
    """As it is, as it was true on a date (`as_of`), or as it was known on one (`known_at`). Whoever opens it says what for."""
    await reach_person(http, caller, person_id)
    look = Look(as_of, known_at, clinical=reads_health(http, caller))
    async with reading(http.app.state.database) as tables:
        shown = await file_of(tables, keys_of(http), words_of(http), person_id, look)
    await opens(caller, FILE, {person_id, *(line.merged_from or person_id for line in shown.lines)})
    return shown


@router.post("/people/{person_id}/fields", status_code=201, response_model=Recorded, summary="登记档案的一栏")
async def record_field(
    person_id: UUID,
    body: FieldEntry,
    http: HttpRequest,
    decide: Decide,
    caller: Annotated[Caller, Depends(May("report"))],
    _: Hour,
) -> Response:
    """Row 19. What was known before stays in the file, and an earlier day's fact does not push away a later one's."""
    await reach_person(http, caller, person_id)
    return await decide(field(PersonId(person_id), body, keys_of(http)), caller, status=201)


@router.get("/people/{person_id}/openings", summary="谁在何时因何看过此人的资料")
async def openings(
    person_id: UUID, http: HttpRequest, caller: Bureau, page: Annotated[Page, paged(200, most=1000, order=LATEST)]
) -> list[OpeningShown]:
    """The latest first."""
    await reach_person(http, caller, person_id)
    async with reading(http.app.state.database) as tables:
        return await openings_of(tables, person_id, page)


@router.get("/file-use", summary="走访前查阅、走访后更新档案的比例，按单位")
@whole
async def file_use(
    http: HttpRequest, caller: Bureau, since: date, days: Annotated[int, Query(ge=1, le=90)] = 7
) -> list[Use]:
    """Feature 15: of the contacts since then, before which the holder opened the file and after which they wrote into it."""
    county = county_of(caller)
    async with reading(http.app.state.database) as tables:
        return await use_of_files(tables, morning(since), timedelta(days=days), county)


@router.get("/stale-fields", summary="逾期未更新的档案栏目，最久的在前")
async def stale(
    http: HttpRequest,
    opens: Opens,
    caller: Reader,
    page: Annotated[Page, paged(100, most=1000, order=STALEST)],
    unit: UUID | None = None,
) -> Stale:
    """Feature 16, of those within reach of the caller; the total is of all of them."""
    within = await within_reach(http, caller, unit)
    async with reading(http.app.state.database) as tables:
        shown = await stale_fields(tables, words_of(http).fresh_for, within, page)
    await opens(caller, "stale-fields", (each.person_id for each in shown.fields))
    return shown
