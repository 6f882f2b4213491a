"""People of 双塔市 under that city's own pack: who they are, what is heard of them, what is asked by whom."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bus import tokens
from bus.decisions import Caller
from bus.sealed import KeyRing, new_demo_ring
from bus.testing import MORNING, ByHand, record
from contracts.event import Event
from contracts.ids import ContactId, DutyId, HolderId, PersonId, StayId, UnitId, derived
from contracts.medical import PatientAdmitted
from contracts.personal import SealedCare, SealedIdentity
from contracts.registry import DeathReported, DeathRetracted, PersonCard, PersonEnrolled
from contracts.visits import DutyOpened
from services.visits.requests.contacts import RecordContact
from services.visits.requests.duties import WaiveDuty
from services.visits.service import service
from tests.reasons import a_reason

KEYS = KeyRing(json.dumps(new_demo_ring(["identity", "contact", "care"])))
ZHANG, LI = PersonId(derived("test", "张三测")), PersonId(derived("test", "李四试"))
LIN, CHEN, WU = (HolderId(derived("test", name)) for name in ("林晓燕", "陈立", "吴敏"))
WATER, GRAIN = UnitId(derived("test", "水利局")), UnitId(derived("test", "粮食局"))
MILL_LANE = UnitId(derived("test", "磨坊里社区"))
LIAISON = Caller(person=str(LIN), role="liaison", unit=WATER)
OFFICER = Caller(person=str(CHEN), role="bureau-officer", reach="county")
ANOTHER_OFFICER = Caller(person=str(derived("test", "another officer")), role="bureau-officer", reach="county")
DEPARTMENT = Caller(person=str(WU), role="organisation-department", reach="county")
REPORT = derived("test", "report")
NOTE = SealedCare("v1.A256GCM.care.k1." + "w" * 40)
BY_LIAISON, BY_BUREAU = "hospital-visit-liaison", "hospital-visit-bureau"
SUNDAY_MIDNIGHT = MORNING + timedelta(days=6, hours=15)
END_OF_MAY = MORNING + timedelta(days=20, hours=15)


def enrolled(person: PersonId = ZHANG) -> PersonEnrolled:
    def sealed(value: str, kind: str) -> SealedIdentity:
        return KEYS.seal(SealedIdentity, value, kind=kind, person=person)

    return PersonEnrolled(
        city="双塔市", county="东区", person_id=person, kind="veteran-cadre", category="living-alone", unit_id=WATER,
        name=sealed("张三测", "name"), birth_date=sealed("1938-05-12", "birth-date"),
        resident_id=sealed("990101193805120018", "resident-id"), phones=(), enrolled_at=MORNING,
    )  # fmt: skip


def admitted(person: PersonId = ZHANG) -> PatientAdmitted:
    return PatientAdmitted(
        city="双塔市", county="东区", person_id=person, stay_id=StayId(derived("stay", person)), hospital="第一医院",
        admitted_at=MORNING,
    )  # fmt: skip


def carded() -> PersonCard:
    """Zhang's first card: his community is on it."""
    known = enrolled()
    index = derived("test", "index")
    return PersonCard(
        city="双塔市", county="东区", person_id=ZHANG, version=1, kind=known.kind, category=known.category, name=known.name,
        resident_id_index=index, name_index=index, birth_date_index=index, unit_id=WATER, unit_name="水利局",
        community_id=MILL_LANE, holders=(), stated_at=MORNING,
    )  # fmt: skip


async def opened_after(fresh: Callable[..., Any], *first: Event) -> dict[str, str]:
    """The id under which each duty is told to be open, in a database of its own that hears this."""
    async with fresh(service) as database:
        hand = ByHand(service, database, MORNING)
        await hand.stand()
        await hand.hearing.hear("test-topic", [record(event, n, at=MORNING) for n, event in enumerate(first)])
        told = await hand.told()
    return {event.rule: headers["ce_id"] for event, headers in told if isinstance(event, DutyOpened)}


def died() -> DeathReported:
    return DeathReported(
        city="双塔市", county="东区", person_id=ZHANG, report_id=REPORT, source="family", reported_at=MORNING
    )


def retracted() -> DeathRetracted:
    return DeathRetracted(
        city="双塔市",
        county="东区",
        person_id=ZHANG,
        report_id=REPORT,
        reason=a_reason("同名同姓"),
        retracted_at=MORNING,
    )


def contact(**other: Any) -> RecordContact:
    usual: dict[str, Any] = {
        "contact_id": ContactId(derived("test", "contact")),
        "person_id": ZHANG,
        "kind": "visit",
        "strength": "in-person",
        "outcome": "met",
        "made_at": MORNING,
    }
    return RecordContact(**(usual | other))


def waiver(duty_id: DutyId, reason: str = "转院外地治疗", name: str = "waiver") -> WaiveDuty:
    """As the door asks it of Wu."""
    why = KEYS.seal(SealedCare, reason, kind="reason", person=WU)
    return WaiveDuty(waiver_id=derived("test", name), person_id=ZHANG, duty_id=duty_id, reason=why)


def of(kind: type[Event], said: list[Event]) -> dict[str, Any]:
    """The facts of this kind by their rule; two of one rule would be a fault."""
    found = {event.rule: event for event in said if type(event) is kind}  # type: ignore[attr-defined]
    assert len(found) == sum(type(event) is kind for event in said)
    return found


def to_the_second(at: datetime) -> datetime:
    """Decisions about one person follow each other by a microsecond, although the clock stands."""
    return at.replace(microsecond=0)


def bearing(caller: Caller) -> dict[str, str]:
    words = caller.model_dump(mode="json", exclude={"reach"})
    return {"Authorization": f"Bearer {tokens.issue(KEYS.token_key, **words)}"}
