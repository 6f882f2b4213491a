"""The doors at which it is reported what has befallen a person."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from fastapi import Request as HttpRequest

from bus.api import Decide, May
from bus.decisions import Caller
from contracts.ids import PersonId, derived
from services.registry.api.doors import Hour, keys_of, reach_person
from services.registry.bodies.reports import DeathReport, FamilyChange, HardshipReport, Retraction
from services.registry.entering.reasons import reason
from services.registry.requests import Recorded
from services.registry.requests.reports import (
    ReportDeath,
    ReportFamilyChange,
    ReportHardship,
    RetractDeath,
    RetractFamilyChange,
    RetractHardship,
)

router = APIRouter(tags=["登记"])


@router.post("/people/{person_id}/deaths", status_code=201, response_model=Recorded, summary="报告去世")
async def report_death(
    person_id: UUID,
    body: DeathReport,
    http: HttpRequest,
    decide: Decide,
    caller: Annotated[Caller, Depends(May("report"))],
    _: Hour,
) -> Response:
    """It stands until this very report is retracted."""
    await reach_person(http, caller, person_id)
    return await decide(ReportDeath(person_id=PersonId(person_id), **body.model_dump()), caller, status=201)


@router.post("/people/{person_id}/deaths/{report_id}/retraction", status_code=201, response_model=Recorded,
             summary="撤销去世报告")  # fmt: skip
async def retract_death(
    person_id: UUID,
    report_id: UUID,
    body: Retraction,
    http: HttpRequest,
    decide: Decide,
    caller: Annotated[Caller, Depends(May("retract"))],
) -> Response:
    """Everything that followed from the report is undone. A report is retracted once."""
    await reach_person(http, caller, person_id)
    request = RetractDeath(
        person_id=PersonId(person_id), retraction_id=derived("death-retraction", report_id), report_id=report_id,
        reason=reason(body.reason, person_id, keys_of(http)),
    )  # fmt: skip
    return await decide(request, caller, status=201)


@router.post("/people/{person_id}/family-changes", status_code=201, response_model=Recorded, summary="报告家庭重大变故")
async def report_family_change(
    person_id: UUID,
    body: FamilyChange,
    http: HttpRequest,
    decide: Decide,
    caller: Annotated[Caller, Depends(May("report"))],
    _: Hour,
) -> Response:
    """Row 14."""
    await reach_person(http, caller, person_id)
    return await decide(ReportFamilyChange(person_id=PersonId(person_id), **body.model_dump()), caller, status=201)


@router.post("/people/{person_id}/family-changes/{change_id}/retraction", status_code=201, response_model=Recorded,
             summary="撤销家庭重大变故的报告")  # fmt: skip
async def retract_family_change(
    person_id: UUID,
    change_id: UUID,
    body: Retraction,
    http: HttpRequest,
    decide: Decide,
    caller: Annotated[Caller, Depends(May("retract"))],
) -> Response:
    """Everything that followed from it is undone. It is retracted once."""
    await reach_person(http, caller, person_id)
    request = RetractFamilyChange(
        person_id=PersonId(person_id), retraction_id=derived("family-change-retraction", change_id), change_id=change_id,
        reason=reason(body.reason, person_id, keys_of(http)),
    )  # fmt: skip
    return await decide(request, caller, status=201)


@router.post("/people/{person_id}/hardships", status_code=201, response_model=Recorded, summary="报告特殊困难")
async def report_hardship(
    person_id: UUID,
    body: HardshipReport,
    http: HttpRequest,
    decide: Decide,
    caller: Annotated[Caller, Depends(May("report"))],
) -> Response:
    """Row 13."""
    await reach_person(http, caller, person_id)
    return await decide(ReportHardship(person_id=PersonId(person_id), **body.model_dump()), caller, status=201)


@router.post("/people/{person_id}/hardships/{hardship_id}/retraction", status_code=201, response_model=Recorded,
             summary="撤销特殊困难的报告")  # fmt: skip
async def retract_hardship(
    person_id: UUID,
    hardship_id: UUID,
    body: Retraction,
    http: HttpRequest,
    decide: Decide,
    caller: Annotated[Caller, Depends(May("retract"))],
) -> Response:
    """Everything that followed from it is undone. It is retracted once."""
    await reach_person(http, caller, person_id)
    request = RetractHardship(
        person_id=PersonId(person_id), retraction_id=derived("hardship-retraction", hardship_id), hardship_id=hardship_id,
        reason=reason(body.reason, person_id, keys_of(http)),
    )  # fmt: skip
    return await decide(request, caller, status=201)
