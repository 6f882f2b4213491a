"""The proof that nobody is forgotten, to read: the certificates, their chain, and whom they name."""

import json
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi import Request as HttpRequest
from pydantic import AwareDatetime, BaseModel

from bus.api import Problem
from bus.pages import Order, Page, paged, whole
from services.visits.api.doors import Auditor, Reader, reach_of, unit_of
from services.visits.coverage import reading
from services.visits.coverage.certifying import names_stand, request_of
from services.visits.coverage.counting import Counted, count
from services.visits.domain import Policy, words
from services.visits.domain.certificates import FIRST, book_of
from services.visits.store import care_store

router = APIRouter(prefix="/coverage", tags=["覆盖证书"])
BY_NUMBER = Order(("number",), "按号数从小到大")
BY_REASON = Order(("why", "rule", "person_id"), "按为何指名、规则、人；一份证书的清单不再改变")


class Figures(BaseModel):
    """What was counted at one instant."""

    day: date
    taken_at: AwareDatetime
    label: str
    living: int
    dead: int
    ended: int
    rules: int
    exceptions: int
    stuck: int
    unreachable: int
    counts: str
    against: str
    differing: int


class CertificateLine(Figures):
    """One certificate, whole: all that its hash is made of."""

    certificate_id: UUID
    number: int
    named_hash: str
    names_stand: bool
    """Whom it names is whom it named when it was issued."""
    previous: str
    hash: str


class End(BaseModel):
    """How far the chain goes, by the book; number 0 = nothing was ever certified."""

    number: int
    day: date | None
    hash: str


class Count(BaseModel):
    county: str
    kind: str
    category: str
    rule: str
    party: str
    verdict: str
    people: int


class Shown(BaseModel):
    """A certificate, or what was counted just now (number 0), with the Chinese names of what it counts."""

    number: int
    hash: str
    figures: Figures
    counts: list[Count]
    zh: dict[str, dict[str, str]]


class NamedLine(BaseModel):
    person_id: UUID
    rule: str
    rule_zh: str
    why: str
    why_zh: str
    county: str
    unit_id: UUID | None


class UnheldLine(BaseModel):
    unit_id: UUID
    rung: str
    rung_zh: str
    role_zh: str
    people: int


class Named(BaseModel):
    people: list[NamedLine]
    rungs: list[UnheldLine]


@router.get("", summary="覆盖证书：最近一份，或第几号")
@whole
async def certificate(http: HttpRequest, caller: Reader, number: int | None = None) -> Shown:
    """Every living person × every rule in force: a duty, a reason, or an exception (★31)."""
    async with http.app.state.database.connection() as connection:
        row = await _certificate(connection, number)
        policy = (await care_store.books.under(connection, row["label"])).in_force
    return _shown(dict(row), policy)


@router.get("/exceptions", summary="证书指名的人和规则，以及无人担任的督办层级")
async def exceptions(
    http: HttpRequest,
    caller: Reader,
    page: Annotated[Page, paged(1000, most=10_000, order=BY_REASON)],
    number: int | None = None,
) -> Named:
    """Those within reach, page by page, and with each all the rungs; the next page is of the same certificate."""
    async with http.app.state.database.connection() as connection:
        row = await _certificate(connection, number)
        page.holds(number=row["number"])
        policy = (await care_store.books.under(connection, row["label"])).in_force
        people = await page.read(connection, reading.NAMED, *reach_of(caller), row["certificate_id"])
        rungs = await connection.fetch(reading.UNHELD, row["certificate_id"], unit_of(caller), caller.bounds.county)
    return Named(
        people=[_named(dict(each), policy) for each in people], rungs=[_unheld(dict(each), policy) for each in rungs]
    )


@router.get("/certificates", summary="证书链，供核对：按号数从小到大")
async def chain(
    http: HttpRequest,
    caller: Reader,
    page: Annotated[Page, paged(50, most=100, order=BY_NUMBER)],
    after: Annotated[int, Query(ge=0)] = 0,
) -> list[CertificateLine]:
    """Whoever checks makes the hashes anew from these."""
    async with http.app.state.database.connection() as connection:
        rows = await page.read(connection, reading.CHAIN, after)
        stand = [await names_stand(connection, row["certificate_id"], row["named_hash"]) for row in rows]
    return [CertificateLine(**dict(row), names_stand=names) for row, names in zip(rows, stand, strict=True)]


@router.get("/end", summary="证书链的末端：证书簿所记的号数、日期和哈希")
async def end(http: HttpRequest, caller: Reader) -> End:
    """Whoever checks the chain sees by it whether its end was cut off."""
    async with http.app.state.database.connection() as connection:
        policy = (await care_store.books.in_force(connection)).in_force
        row = await connection.fetchrow(reading.END, book_of(policy.city))
    return End(**dict(row)) if row is not None else End(number=0, day=None, hash=FIRST)


@router.get("/recount", summary="此刻重新清点，不出证书")
@whole
async def recount(http: HttpRequest, caller: Auditor) -> Shown:
    """By the same SQL; in a city of a million it takes most of a minute."""
    async with http.app.state.database.connection() as connection:
        book = await care_store.books.in_force(connection)
    found = await count(http.app.state.database, book)
    return _shown(_figures(found, book.in_force), book.in_force)


async def _certificate(connection: Any, number: int | None) -> Any:
    row = await connection.fetchrow(reading.CERTIFICATE, number)
    if row is None:
        raise Problem(
            404, "没有证书", "还没有出具过覆盖证书" if number is None else f"没有第 {number} 号证书",
            rule="certificate-unknown", field="number",
        )  # fmt: skip
    return row


def _figures(found: Counted, policy: Policy) -> dict[str, Any]:
    return {"number": 0, "hash": "", **request_of(found, policy.city, policy.zone).model_dump()}


def _shown(row: dict[str, Any], policy: Policy) -> Shown:
    counts = [Count(**dict(zip(Count.model_fields, line, strict=True))) for line in json.loads(row["counts"])]
    zh = {
        "verdict": {**words.VERDICT, **words.NAMED},
        "party": dict(policy.words["parties"]),
        "kind": dict(policy.words.get("person_kinds", {})),
        "category": dict(policy.words.get("categories", {})),
        "rule": {name: rule.title for name, rule in policy.rules.items()},
    }
    figures = Figures(**{name: row[name] for name in Figures.model_fields})
    return Shown(number=row["number"], hash=row["hash"], figures=figures, counts=counts, zh=zh)


def _named(row: dict[str, Any], policy: Policy) -> NamedLine:
    rule = next((r[row["rule"]] for r in (policy.rules, *policy.counties.values()) if row["rule"] in r), None)
    return NamedLine(
        **row, rule_zh=rule.title if rule else row["rule"] or words.ANY_RULE, why_zh=words.NAMED[row["why"]]
    )


def _unheld(row: dict[str, Any], policy: Policy) -> UnheldLine:
    role = policy.zh("roles", row.pop("role"))
    known = policy.zh("rungs", row["rung"])
    return UnheldLine(**row, rung_zh=known if known != "holder" else words.RUNG_OF_HOLDER, role_zh=role)
