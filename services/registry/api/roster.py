"""The doors of the roster: a spreadsheet is checked as a whole, and the rows that are chosen are enrolled one by one."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from fastapi import Request as HttpRequest

from bus.api import Decide, May, Problem, WrongFields
from bus.asking import NotNow, SameIdOtherWords
from bus.decisions import Caller, Rejected
from bus.sealed import KeyRing
from bus.sheets.asked import MEDIA
from contracts.ids import PersonId
from services.registry.api.doors import Opens, keys_of
from services.registry.entering.roster import Officers, person_of, roster_enrolment
from services.registry.reading import reading
from services.registry.reading.roster import corrected_since, officers_known, people_known, units_known
from services.registry.roster import words
from services.registry.roster.apart import read_apart
from services.registry.roster.book import MOST_BYTES, Sheet, Unreadable
from services.registry.roster.choosing import chosen
from services.registry.roster.choosing import confirmed as rows_confirmed
from services.registry.roster.judging import Judged, Known, Meaning, judge
from services.registry.roster.report import CellSaid, RosterChecked, RosterImported, RowDone, checked, imported
from services.registry.roster.rows import Draft, Roster, is_roster, read_roster
from services.registry.roster.template import template

router = APIRouter(tags=["花名册"])
Enroller = Annotated[Caller, Depends(May("enrol"))]
Confirm = Annotated[str | None, Query(description="行号，如 5,7：这些行末三位为 000 的身份证号已照原件核对")]
FILE = {"requestBody": {"required": True, "content": {"application/octet-stream": {"schema": {"format": "binary"}}}}}
ANY_SIZE = 1 << 40
"""To the framework, which would refuse in English and without a reason: the door counts for itself."""
AT_ONCE = 100
"""So many rows are asked together: they share a transaction, and each is decided alone."""


@dataclass(frozen=True, slots=True)
class Read:
    """A roster beside what is known."""

    roster: Roster
    judged: Sequence[Judged]


@router.get("/roster/template", summary="空白花名册及填写说明（xlsx）", response_class=Response)
async def empty_roster(http: HttpRequest, caller: Enroller) -> Response:
    """Its headings are what an import reads; its choices are the city's own words."""
    name = f"attachment; filename*=UTF-8''{quote('花名册.xlsx')}"
    return Response(template(http.app.state.words), media_type=MEDIA["xlsx"], headers={"Content-Disposition": name})


@router.post(
    "/roster/check",
    max_body_size=ANY_SIZE,
    openapi_extra=FILE,
    summary="核对花名册：一次列出各行的全部错误，不登记任何人",
)
async def check(
    http: HttpRequest, opens: Opens, caller: Enroller, sheet: str | None = None, confirm: Confirm = None
) -> RosterChecked:
    """The file (xlsx, xls, csv) is the body. It is kept nowhere."""
    read = await _read(http, caller, sheet, confirm)
    await opens(caller, "roster", _compared(read))
    return checked(read.roster, read.judged)


@router.post("/roster", max_body_size=ANY_SIZE, openapi_extra=FILE, summary="导入花名册：登记全部或所选的行")
async def take_in(
    http: HttpRequest,
    decide: Decide,
    opens: Opens,
    caller: Enroller,
    rows: Annotated[str, Query(description="all，或行号，如 2-200,205")],
    sheet: str | None = None,
    confirm: Confirm = None,
) -> RosterImported:
    """All of these rows or none, as far as it can be seen beforehand; then one decision each. Done again, nothing changes."""
    read = await _read(http, caller, sheet, confirm)
    await opens(caller, "roster", _compared(read))
    judged = _chosen(read, rows)
    keys = keys_of(http)
    async with reading(http.app.state.database) as tables:
        units = {row.unit.unit_id for row in judged if row.unit is not None}
        officers = await officers_known(tables, keys, units)
    done = [_as_it_is(row) for row in judged if row.meaning is not Meaning.NEW]
    new = [row for row in judged if row.meaning is Meaning.NEW]
    for at in range(0, len(new), AT_ONCE):
        done += await _enrol(new[at : at + AT_ONCE], officers, keys, decide, caller)
    return imported(read.roster, done)


async def _read(http: HttpRequest, caller: Caller, named: str | None, confirm: str | None) -> Read:
    confirmed = rows_confirmed(confirm)
    if confirmed is None:
        raise Problem(422, "字段错误", words.CONFIRM, rule="to-be-confirmed", field="confirm")
    try:
        sheets = await read_apart(await _file(http))
    except Unreadable as why:
        raise Problem(422, "无法读取", str(why), rule="unreadable", field="body") from None
    sheet = _sheet(sheets, named)
    section = http.app.state.words.zh
    roster = await asyncio.to_thread(read_roster, sheet, lambda name: section.get(name, {}))
    known = await _known(http, caller, roster.drafts, confirmed)
    return Read(roster, await asyncio.to_thread(lambda: [judge(draft, known) for draft in roster.drafts]))


def _compared(read: Read) -> list[UUID]:
    """Who is known already, and beside whom the rows are told to be other or the same."""
    return [row.person.person_id for row in read.judged if row.person is not None]


async def _file(http: HttpRequest) -> bytes:
    """No more of it is read than is taken."""
    data = b""
    async for chunk in http.stream():
        data += chunk
        if len(data) > MOST_BYTES:
            raise Problem(
                413, "内容过大", words.TOO_MANY_BYTES.format(most=MOST_BYTES >> 20), rule="too-large", field="body"
            )
    return data


def _sheet(sheets: Sequence[Sheet], named: str | None) -> Sheet:
    """The one that is named, or the only one that is a roster: of several, none is left out in silence."""
    names = "、".join(sheet.name for sheet in sheets)
    if named is not None:
        found = [sheet for sheet in sheets if sheet.name == named]
        if not found:
            raise Problem(
                422, "字段错误", words.NO_SHEET.format(sheet=named, sheets=names), rule="sheet-unknown", field="sheet"
            )
        return found[0]
    rosters = [sheet for sheet in sheets if is_roster(sheet)]
    if len(rosters) > 1:
        several = "、".join(sheet.name for sheet in rosters)
        raise Problem(422, "字段错误", words.SEVERAL_SHEETS.format(sheets=several), rule="which-sheet", field="sheet")
    return (rosters or [*sheets, Sheet("", ())])[0]


async def _known(http: HttpRequest, caller: Caller, drafts: Sequence[Draft], confirmed: frozenset[int]) -> Known:
    keys = keys_of(http)
    written = {
        number for draft in drafts for field in ("resident_id", "deceased") if (number := draft.given.get(field))
    }
    numbers = await asyncio.to_thread(lambda: {keys.index.whole("resident-id", number): number for number in written})
    async with reading(http.app.state.database) as tables:
        units = await units_known(tables, http.app.state.words.beside)
        made: dict[PersonId, str] = {
            person_of(index, city): number
            for city in {unit.city for unit in units}
            for index, number in numbers.items()
        }
        corrected = {made[PersonId(person)] for person in await corrected_since(tables, made, list(numbers))}
        people = await people_known(tables, keys, numbers)
    return Known(units, people, frozenset(corrected), caller.acts_in, confirmed, http.app.state.words.survivor)


def _chosen(read: Read, rows: str) -> list[Judged]:
    """Problem with every fault of them, so that nothing is half done."""
    found = chosen(rows, (row.row for row in read.judged))
    if found is None:
        raise Problem(422, "字段错误", words.ROWS, rule="rows-unreadable", field="rows")
    wanted, absent = found
    judged = [row for row in read.judged if row.row in set(wanted)]
    report = checked(Roster(read.roster.sheet, faults=read.roster.faults), judged)
    nobody = [
        CellSaid(row=row, column=None, heading=None, value=None, says=words.NO_SUCH_ROW.format(row=row))
        for row in absent
    ]
    if faults := [*report.faults, *nobody]:
        raise WrongFields([fault.model_dump() for fault in faults], "名册有误", words.REFUSED)
    return judged


def _as_it_is(row: Judged) -> RowDone:
    person_id = row.person.person_id if row.person is not None else None
    says = "；".join(f"{said.heading}{said.says}" for said in row.differs) or None
    outcome = "differs" if row.meaning is Meaning.DIFFERS else "unchanged"
    return RowDone(row=row.row, outcome=outcome, person_id=person_id, says=says)


async def _enrol(
    rows: Sequence[Judged], officers: Officers, keys: KeyRing, decide: Decide, caller: Caller
) -> list[RowDone]:
    requests = await asyncio.to_thread(lambda: [roster_enrolment(row, officers, keys) for row in rows])
    answers = await asyncio.gather(*(decide(request, caller) for request in requests), return_exceptions=True)
    return [
        _done(row.row, request.person_id, answer) for row, request, answer in zip(rows, requests, answers, strict=True)
    ]


def _done(row: int, person_id: PersonId, answer: Response | BaseException) -> RowDone:
    """What was refused at this very moment changed since it was looked at; a defect is raised."""
    if isinstance(answer, Response):
        return RowDone(row=row, outcome="enrolled", person_id=person_id, says=None)
    if isinstance(answer, NotNow):
        return RowDone(row=row, outcome="left", person_id=None, says=words.NOT_NOW)
    if isinstance(answer, SameIdOtherWords):
        return RowDone(row=row, outcome="refused", person_id=person_id, says=words.JUST_ENROLLED)
    if isinstance(answer, Rejected):
        return RowDone(row=row, outcome="refused", person_id=None, says=answer.reason)
    raise answer
