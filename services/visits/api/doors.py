"""What all doors share: who may come in, and how far they reach."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends
from sqlalchemy import ColumnElement, Text, cast, literal, or_, true
from sqlalchemy.dialects.postgresql import JSONB

from bus.api import WHO_ASKS, May, Problem
from bus.decisions import NOBODY, Bounds, Caller
from bus.pack.acts import OPERATIONS
from services.visits.tables import cares

Holder = Annotated[Caller, Depends(May("record"))]
Reader = Annotated[Caller, Depends(May("read-duties", OPERATIONS))]
ContactAuditor = Annotated[Caller, Depends(May("audit-contacts"))]
ReaderOfWords = Annotated[Caller, Depends(May("read-duties"))]
"""What somebody wrote is not for who only runs the machines."""
Waiver = Annotated[Caller, Depends(May("waive"))]
Issuer = Annotated[Caller, Depends(May("issue-notices"))]
Answerer = Annotated[Caller, Depends(May("answer-notices"))]
Auditor = Annotated[Caller, Depends(May("recount", OPERATIONS))]
Lawgiver = Annotated[Caller, Depends(May("legislate"))]


def within_reach(caller: Caller) -> ColumnElement[bool]:
    """Of the people `cares`, those whom the caller reaches."""
    county, unit, held = caller.bounds
    if held is not None:
        return cares.c.held.contains(cast(literal(held, Text), JSONB))
    if unit is not None:
        return or_(cares.c.unit_id == unit, cares.c.community_id == unit)
    return true() if county is None else cares.c.county == county


def reach_of(caller: Caller) -> Bounds:
    """What bounds the lists that the caller reads, for SQL."""
    if caller.bounds.unit == NOBODY:
        raise Problem(403, "无权限", "令牌没有写明单位", rule="unit-unsaid", field=WHO_ASKS)
    return caller.bounds


def unit_of(caller: Caller) -> UUID | None:
    """The one unit of which the caller reads what concerns units; None = of any. Whoever is named for people reads of none."""
    return NOBODY if caller.reach == "named" else caller.bounds.unit
