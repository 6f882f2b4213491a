"""What is odd about the contacts of a holder: listed, looked at, and how often it was a false alarm."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi import Request as HttpRequest
from pydantic import AwareDatetime, BaseModel, Field

from bus.api import Decide, Problem
from bus.decisions import Caller
from bus.pages import Order, Page, paged, whole
from bus.readings import Tells
from bus.sealed import KeyRing
from contracts.ids import ContactId, HolderId, PersonId
from services.visits import flag_reading as reading
from services.visits.api.doors import ContactAuditor, reach_of
from services.visits.domain.rounds import Review
from services.visits.domain.words import FLAG, FLAG_SAYS, REFUSED
from services.visits.entering import ReviewEntry, reviewed
from services.visits.opening import REASON, opened
from services.visits.reading import in_force
from services.visits.requests.rounds import FlagWasReviewed

router = APIRouter(prefix="/flags", tags=["异常提示"])
NEWEST = Order(("raised_at", "flag_id"), "最新的在前，同时的按编号", falling=True)


class Odd(BaseModel):
    """One of the contacts that a flag is about."""

    contact_id: ContactId
    person_id: PersonId
    kind: str
    made_at: AwareDatetime
    recorded_at: AwareDatetime
    place: str | None
    new_facts: int


class FlagLine(BaseModel):
    """One flag, as the list shows it. It asks somebody to look, and says of nobody that they did wrong."""

    flag_id: UUID
    kind: str
    sentence: str
    false_alarm_rate: float | None = Field(description="全市这一类提示经人核实的，有多少是误报；还没有核实过的不写")
    holder_id: HolderId
    county: str
    contacts: list[Odd] = Field(description="其中在此令牌范围之内的走访记录")
    hidden: int = Field(description="不在此令牌范围之内的有几条")
    raised_at: AwareDatetime
    lifted_at: AwareDatetime | None
    review: Review | None
    reviewed_by: HolderId | None
    reviewed_at: AwareDatetime | None
    reason: str | None


class FlagRate(BaseModel):
    """How often one kind of flag was a false alarm, of those raised in one month at which somebody has looked."""

    month: str
    kind: str
    raised: int
    open: int
    confirmed: int
    dismissed: int
    false_alarm_rate: float | None


@router.get("", summary="走访记录的异常提示，最新的在前")
async def flags(
    http: HttpRequest,
    caller: ContactAuditor,
    page: Annotated[Page, paged(200, most=1000, order=NEWEST)],
    settled: bool = False,
) -> list[FlagLine]:
    """Those that wait for somebody to look; with `settled=true` also those that were looked at, or have no ground any more."""
    async with http.app.state.database.connection() as connection:
        rows = await reading.flags(connection, reach_of(caller), settled, page)
        rates = await reading.false_alarms(connection)
    return [_line(row, rates, http.app.state.keys) for row in rows]


@router.get("/rate", summary="异常提示有多少是误报")
@whole
async def rate(http: HttpRequest, caller: ContactAuditor) -> list[FlagRate]:
    """By kind and month, the latest month first (★74)."""
    async with http.app.state.database.connection() as connection:
        book, _ = await in_force(connection)
        rows = await reading.rates(connection, reach_of(caller), book.in_force.zone.key)
    return [FlagRate(**row, false_alarm_rate=reading.false_alarm_rate(row)) for row in rows]


@router.get("/{flag_id}", summary="一条提示，涉及哪些走访记录")
@whole
async def flag(flag_id: UUID, http: HttpRequest, caller: ContactAuditor, tell: Tells) -> FlagLine:
    async with http.app.state.database.connection() as connection:
        row = await _within_reach(connection, caller, flag_id)
        line = _line(row, await reading.false_alarms(connection), http.app.state.keys)
    await tell(caller, "flag", {contact.person_id for contact in line.contacts})
    return line


@router.post(
    "/{flag_id}/dismissal", status_code=201, response_model=FlagWasReviewed, summary="核实为误报，排除一条提示"
)
async def dismiss(
    flag_id: UUID, entry: ReviewEntry, http: HttpRequest, caller: ContactAuditor, decide: Decide
) -> Response:  # fmt: skip
    """By another person than the one whose contacts they are, with a reason. Twice in the same words is once."""
    return await _review(flag_id, Review.DISMISSED, entry, http, caller, decide)


@router.post("/{flag_id}/confirmation", status_code=201, response_model=FlagWasReviewed, summary="核实一条提示属实")
async def confirm(
    flag_id: UUID, entry: ReviewEntry, http: HttpRequest, caller: ContactAuditor, decide: Decide
) -> Response:  # fmt: skip
    """It changes no contact: who finds one false has it struck."""
    return await _review(flag_id, Review.CONFIRMED, entry, http, caller, decide)


async def _review(
    flag_id: UUID, what: Review, entry: ReviewEntry, http: HttpRequest, caller: Caller, decide: Decide
) -> Response:  # fmt: skip
    """By who can see all that it is about."""
    async with http.app.state.database.connection() as connection:
        row = await _within_reach(connection, caller, flag_id)
    if row["hidden"]:
        raise Problem(403, "无权限", REFUSED["flag-beyond-reach"], rule="flag-beyond-reach", field="flag_id")
    request = reviewed(flag_id, what, HolderId(row["holder_id"]), entry, caller, http.app.state.keys)
    return await decide(request, caller, status=201)


async def _within_reach(connection: Any, caller: Caller, flag_id: UUID) -> Mapping[str, Any]:
    row = await reading.flag(connection, reach_of(caller), flag_id)
    if row is None:
        raise Problem(404, "没有这一项", REFUSED["flag-unknown"], rule="flag-unknown", field="flag_id")
    return row


def _line(row: Mapping[str, Any], rates: Mapping[str, float | None], keys: KeyRing) -> FlagLine:
    sentence = FLAG_SAYS.format(what=FLAG[row["kind"]])
    reason = opened(keys, row["reason"], kind=REASON, bound=row["flag_id"])
    said = {"sentence": sentence, "false_alarm_rate": rates.get(row["kind"]), "reason": reason}
    return FlagLine.model_validate({**row, **said})
