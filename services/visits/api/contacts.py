"""Recording what was done, reading it, striking what was recorded in error, letting a duty go."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi import Request as HttpRequest
from pydantic import AwareDatetime, BaseModel

from bus.api import Decide, Problem
from bus.pages import Order, Page, paged
from bus.readings import Tells
from bus.sealed import KeyRing
from contracts.ids import ContactId, DutyId, HolderId
from services.visits import contact_reading as reading
from services.visits.api.doors import Holder, ReaderOfWords, Waiver, reach_of
from services.visits.domain.words import REFUSED
from services.visits.entering import ContactEntry, StrikeEntry, WaiverEntry, recorded, struck, waived
from services.visits.opening import REASON, opened
from services.visits.requests.contacts import ContactRecorded, ContactWasStruck
from services.visits.requests.duties import DutyLetGo

router = APIRouter()
LATEST = Order(("made_at", "recorded_at", "contact_id"), "最近的在前，同时的按编号", falling=True)


class Discharged(BaseModel):
    """A duty that a contact has done."""

    duty_id: DutyId
    rule: str
    due_at: AwareDatetime


class ContactLine(BaseModel):
    """What was done or tried, and all that its maker wrote down."""

    contact_id: ContactId
    made_by: HolderId
    role: str
    party: str
    kind: str
    strength: str
    outcome: str
    made_at: AwareDatetime
    recorded_at: AwareDatetime
    entered_late: bool
    unwished: bool
    """At an hour at which the person had asked not to be called or visited."""
    note: str | None
    place: str | None
    witness: HolderId | None
    photo: str | None
    new_facts: int
    discharged: list[Discharged]
    struck_at: AwareDatetime | None
    struck_by: HolderId | None
    struck_because: str | None


@router.post("/contacts", status_code=201, response_model=ContactRecorded, summary="记录走访、电话、问候")
async def record_contact(entry: ContactEntry, http: HttpRequest, caller: Holder, decide: Decide) -> Response:
    """Record what was done. The caller chooses `contact_id`, so asking twice records one."""
    return await decide(recorded(entry, http.app.state.keys), caller, status=201)


@router.get("/people/{person_id}/contacts", summary="一个人的走访、电话、问候，最近的在前，连同当时记下的话")
async def contacts(
    person_id: UUID,
    http: HttpRequest,
    caller: ReaderOfWords,
    tell: Tells,
    page: Annotated[Page, paged(200, most=1000, order=LATEST)],
) -> list[ContactLine]:
    """What was seen and said there is read by whoever reaches the person; a struck one stands with its reason."""
    async with http.app.state.database.connection() as connection:
        within = await reading.reached(connection, reach_of(caller), person_id)
        if within is None:
            raise Problem(404, "查无此人", REFUSED["person-unknown"], field="person_id", rule="person-unknown")
        if not within:
            raise Problem(403, "无权限", caller.beyond, rule="out-of-reach", field="person_id")
        rows = await reading.contacts(connection, person_id, page)
    await tell(caller, "contacts", [person_id])
    keys = http.app.state.keys
    return [_line(row, keys) for row in rows]


def _line(row: Mapping[str, Any], keys: KeyRing) -> ContactLine:
    kinds = {"note": "note", "struck_because": REASON}
    words = {field: opened(keys, row[field], kind=kind, bound=row["person_id"]) for field, kind in kinds.items()}
    return ContactLine.model_validate({**row, **words})


@router.post(
    "/contacts/{contact_id}/strike", status_code=201, response_model=ContactWasStruck, summary="作废一条误录的走访"
)
async def strike_contact(
    contact_id: UUID, entry: StrikeEntry, http: HttpRequest, caller: Holder, decide: Decide
) -> Response:
    """Who recorded it, or the bureau, with a reason: what it had discharged is owed again, as it was."""
    return await decide(struck(contact_id, entry, http.app.state.keys), caller, status=201)


@router.post("/waivers", status_code=201, response_model=DutyLetGo, summary="免除一项必访(须写明理由)")
async def waive(entry: WaiverEntry, http: HttpRequest, caller: Waiver, decide: Decide) -> Response:
    """A named person decides, with a reason."""
    return await decide(waived(entry, caller, http.app.state.keys), caller, status=201)
