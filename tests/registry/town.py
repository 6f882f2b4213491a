"""An invented town for the tests of the registry: its units, its officers, its people, and the keys that seal them."""

import json
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

from bus.pack import read_words
from bus.sealed import KeyRing, new_demo_ring
from bus.testing import SHIPPED, ByHand
from contracts.event import Event
from contracts.ids import HolderId, PersonId, UnitId
from contracts.personal import SealedCare, SealedContact, SealedIdentity
from contracts.resident_id import check_digit
from services.registry.city import offices
from services.registry.entering.search import name_keys, number_keys, phone_keys
from services.registry.requests.liaisons import AssignLiaison
from services.registry.requests.people import EnrolPerson
from services.registry.requests.units import AppointHolder, RegisterUnit

RING = new_demo_ring(["identity", "contact", "clinical", "care"])
KEYS = KeyRing(json.dumps(RING))
TESTS = UUID("99000000-0000-5000-8000-000000000099")
WORDS = read_words(SHIPPED)
OFFICES = offices(WORDS)
CITY, COUNTY = "双塔市", "东区"


def named(*words: object) -> UUID:
    """The same words name the same thing."""
    return uuid5(TESTS, " ".join(map(str, words)))


ORGANISATION, BUREAU, WATER, GRAIN, LANE = (
    UnitId(named("unit", n)) for n in ("组织部", "老干部局", "水利局", "粮食局", "巷子社区")
)
ZHANG, LI = PersonId(named("person", "张三测")), PersonId(named("person", "李四试"))
ZHANG_PHONE = "+8619900001234"


def opened(reason: SealedCare, bound: UUID) -> str:
    return KEYS.open(reason, kind="reason", person=bound)


def sealed_reason(words: str, bound: UUID = ZHANG) -> SealedCare:
    return KEYS.seal(SealedCare, words, kind="reason", person=bound)


def resident_id(born: date = date(1938, 5, 12), serial: int = 1) -> str:
    body = f"990101{born:%Y%m%d}{serial:03d}"
    return body + check_digit(body)


def registering(
    unit_id: UnitId, name: str, party: str, reports_to: UnitId | None = None, **more: object
) -> RegisterUnit:
    words = {
        "entry_id": unit_id,
        "name": name,
        "party": party,
        "reports_to": reports_to,
        "city": CITY,
        "county": COUNTY,
    }
    return RegisterUnit.model_validate({"unit_id": unit_id, **words, **more})


def appointing(unit_id: UnitId, name: str, phone: str = "+8619900005678") -> AppointHolder:
    holder = HolderId(named("holder", name))
    return AppointHolder(
        unit_id=unit_id,
        appointment_id=named("appointment", unit_id, name),
        holder_id=holder,
        name=KEYS.seal(SealedIdentity, name, kind="name", person=holder),
        phone=KEYS.seal(SealedContact, phone, kind="phone", person=holder),
    )


def assigning(person_id: PersonId, name: str, phone: str = "+8619900008888") -> AssignLiaison:
    liaison = HolderId(named("holder", name))
    return AssignLiaison(
        person_id=person_id,
        assignment_id=named("assignment", person_id, name),
        liaison_id=liaison,
        name=KEYS.seal(SealedIdentity, name, kind="name", person=liaison),
        phone=KEYS.seal(SealedContact, phone, kind="phone", person=liaison),
    )


def enrolling(
    person_id: PersonId = ZHANG, name: str = "张三测", number: str = "", unit_id: UnitId = WATER,
    community_id: UnitId | None = LANE, phone: str = ZHANG_PHONE, **more: Any,
) -> EnrolPerson:  # fmt: skip
    number = number or resident_id()
    born = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
    words = {"kind": "veteran-cadre", **more}
    return EnrolPerson(
        person_id=person_id,
        **words,
        category="living-alone",
        name=KEYS.seal(SealedIdentity, name, kind="name", person=person_id),
        name_index=KEYS.index.whole("name", name),
        birth_date=KEYS.seal(SealedIdentity, born, kind="birth-date", person=person_id),
        birth_date_index=KEYS.index.whole("birth-date", born),
        birth_year=int(born[:4]),
        birthday=born[5:],
        resident_id=KEYS.seal(SealedIdentity, number, kind="resident-id", person=person_id),
        resident_id_index=KEYS.index.whole("resident-id", number),
        phones=(KEYS.seal(SealedContact, phone, kind="phone", person=person_id),),
        unit_id=unit_id,
        community_id=community_id,
        city=CITY,
        county=COUNTY,
        keys=(*name_keys(name, KEYS.index), *number_keys(number, KEYS.index), *phone_keys([phone], KEYS.index)),
    )


async def build(hand: ByHand) -> None:
    """The town's units, each with its officer; what they said is not of interest."""
    for request in (
        registering(ORGANISATION, "双塔市委组织部", "organisation-department"),
        registering(BUREAU, "双塔市委老干部局", "bureau", ORGANISATION),
        registering(WATER, "双塔市水利局", "unit", BUREAU),
        registering(GRAIN, "双塔市粮食局", "unit", BUREAU),
        registering(LANE, "巷子社区", "community"),
        appointing(ORGANISATION, "组甲"),
        appointing(BUREAU, "局乙"),
        appointing(WATER, "水丙"),
        appointing(LANE, "社丁"),
    ):
        await hand.asked(request)


async def settled(hand: ByHand, time: timedelta = timedelta()) -> list[Event]:
    """Time passes, and everything that is due then, and every fan-out, has happened; what was said."""
    hand.now += time
    await hand.stand()
    open_ = "SELECT EXISTS (SELECT FROM fan_outs WHERE done_at IS NULL)"
    while True:
        done = await hand.clock.round()
        async with hand.database.connection() as connection:
            if not done and not await connection.fetchval(open_):
                return await hand.said()
