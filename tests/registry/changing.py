"""What is asked to be changed about 张, by whom, and under which ids."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bus.decisions import Rejected, Request
from bus.testing import MORNING, bearer
from contracts.event import Event
from contracts.personal import SealedContact, SealedIdentity
from contracts.registry import (
    PersonCard,
)
from services.registry.decisions import person
from services.registry.decisions.people import enrol
from services.registry.domain import Officer, Person, Unit
from services.registry.requests.changes import (
    BeginSituation,
    ClassPerson,
    EndCare,
    ReportAbsence,
    StateWish,
)
from services.registry.requests.file import RecordField
from services.registry.requests.reports import ReportHardship
from services.registry.requests.team import AgreeWithHost, JoinCareTeam
from tests.registry.town import (
    BUREAU,
    CITY,
    COUNTY,
    GRAIN,
    KEYS,
    OFFICES,
    WATER,
    ZHANG,
    appointing,
    assigning,
    enrolling,
    named,
    sealed_reason,
)

OFFICER = bearer(KEYS, "bureau-officer", county=COUNTY)
LIAISON = bearer(KEYS, "liaison", unit=WATER)
STRANGER = bearer(KEYS, "liaison", unit=GRAIN)
WATER_UNIT = Unit(WATER, "双塔市水利局", "unit", BUREAU, CITY, COUNTY, offices=OFFICES)
FIRST = {"ask_first": {"role": "liaison"}}
ONE, OTHER = named("one"), named("other")
ILL, WISH, AWAY, CLASS, END, POOR = (named(n) for n in ("situation", "wish", "absence", "class", "end", "hardship"))
DAY = timedelta(days=1)
SEALED = KEYS.seal(SealedIdentity, "无", kind="file-field", person=ZHANG)


RELATION = KEYS.seal(SealedIdentity, "女儿", kind="relation", person=ZHANG)


PLACE = KEYS.seal(SealedContact, "厦门市", kind="host-area", person=ZHANG)
AT = f"/people/{ZHANG}"


def zhang() -> Person:
    enrolled = enrol(Person(ZHANG, units={WATER: WATER_UNIT}, offices=OFFICES), enrolling(), MORNING).state
    assert isinstance(enrolled, Person)
    return enrolled


def card_of(said: tuple[Event, ...] | list[Event]) -> PersonCard:
    card = said[-1]
    assert isinstance(card, PersonCard)
    return card


def living_alone_no_more(reason: str = "长女已搬来同住", **more: Any) -> ClassPerson:
    words = {
        "person_id": ZHANG,
        "change_id": ONE,
        "kind": "veteran-cadre",
        "category": "with-relatives",
        "reason": sealed_reason(reason),
    }
    return ClassPerson(**{**words, **more})


def joining(role: str, relation: str | None) -> JoinCareTeam:
    asked = appointing(WATER, "某某")
    holder = Officer(asked.holder_id, asked.name, asked.phone)
    return JoinCareTeam(
        person_id=ZHANG, member_id=named("member", role), role=role, party="society", several=True, holder=holder,
        relation=RELATION if relation else None, first=False, until_at=None,
    )  # fmt: skip


ASKS: list[Callable[[], Request]] = [
    living_alone_no_more,
    lambda: BeginSituation(person_id=ZHANG, situation_id=ILL, situation="disabled"),
    lambda: StateWish(person_id=ZHANG, wish_id=WISH, wish="deaf"),
    lambda: ReportAbsence(
        person_id=ZHANG, absence_id=AWAY, absence="travelling", from_at=MORNING, until_at=MORNING + DAY
    ),
    lambda: ReportHardship(person_id=ZHANG, hardship_id=ONE, hardship="illness"),
    lambda: RecordField(person_id=ZHANG, record_id=named("needs"), field="needs", value=SEALED),
    lambda: joining("family-doctor", None),
    lambda: AgreeWithHost(person_id=ZHANG, agreement_id=ONE, area=PLACE, hospitals=(PLACE,)),
]
NOT_ONLY_OF_THE_LIVING: list[Callable[[], Request]] = [
    lambda: assigning(ZHANG, "联戊"),
    lambda: RecordField(person_id=ZHANG, record_id=named("family"), field="family", value=SEALED),
    lambda: joining("relative", "女儿"),
    lambda: EndCare(person_id=ZHANG, end_id=OTHER, why="ended"),
]


def refusal(state: Person, request: Request) -> tuple[str, str, int]:
    with pytest.raises(Rejected) as refused:
        person.asks[type(request)](state, request, MORNING)
    return refused.value.rule, refused.value.reason, refused.value.status


async def asked(doors: httpx.AsyncClient, path: str, who: dict[str, str] = OFFICER, **words: Any) -> tuple[int, str]:
    answer = await doors.post(f"{AT}/{path}", json=words, headers=who)
    body = answer.json()
    return answer.status_code, body.get("field") or ",".join(e["field"] for e in body.get("errors", ()))
