"""Invented people and the facts that befall them, for the tests of the bus."""

from datetime import UTC, datetime
from uuid import UUID, uuid5

from contracts.ids import PersonId, StayId
from contracts.medical import PatientAdmitted, PatientDischarged

TESTS = UUID("99000000-0000-5000-8000-000000000099")
NOON = datetime(2026, 5, 11, 4, 0, tzinfo=UTC)


def person(name: str) -> PersonId:
    return PersonId(uuid5(TESTS, name))


ZHANG, LI, WANG = person("张三测"), person("李四试"), person("王五验")


def stay(name: str) -> StayId:
    return StayId(uuid5(TESTS, f"stay {name}"))


def admitted(who: PersonId, which: str = "first", hospital: str = "第一医院") -> PatientAdmitted:
    return PatientAdmitted(
        city="双塔市", county="东区", person_id=who, stay_id=stay(f"{who} {which}"), hospital=hospital, admitted_at=NOON
    )


def discharged(who: PersonId, which: str = "first") -> PatientDischarged:
    return PatientDischarged(
        city="双塔市",
        county="东区",
        person_id=who,
        stay_id=stay(f"{who} {which}"),
        hospital="第一医院",
        discharged_at=NOON,
    )
