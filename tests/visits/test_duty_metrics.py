"""The figures of duties: by rule, from zero, and what is owed and overdue at this hour."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY

from bus.sealed import KeyRing, new_demo_ring
from bus.testing import MORNING, ByHand
from contracts.ids import PersonId, StayId, UnitId, derived
from contracts.medical import PatientAdmitted
from contracts.personal import SealedIdentity
from contracts.registry import PersonEnrolled
from services.visits import metrics
from services.visits.policy import Installed, load, load_files
from services.visits.service import service
from services.visits.store import care_store

KEYS = KeyRing(json.dumps(new_demo_ring(["identity"])))
LI = PersonId(derived("test", "old Li of the metrics"))
UNIT, STAY = UnitId(derived("test", "unit")), StayId(derived("test", "stay"))
RULE = "hospital-visit-liaison"


@pytest.fixture(autouse=True)
def policy(repository: Path) -> None:
    policy = load(repository / "policies" / "shuangta")
    care_store.books.install(Installed(policy), load_files)
    metrics.create_at_zero(policy.rules)


def value(name: str, **labels: str) -> float:
    found = REGISTRY.get_sample_value(name, labels)
    assert found is not None, f"{name}{labels} was not there from the start"
    return found


async def test_a_duty_counts_under_its_rule_as_it_opens_and_as_it_is_missed(fresh: Callable[..., Any]) -> None:
    opened = value("bifang_duties_total", rule=RULE, what="opened")
    missed = value("bifang_duties_total", rule=RULE, what="missed")
    async with fresh(service) as database:
        hand = ByHand(service, database, MORNING)

        await hand.hears(*_a_person_in_hospital())
        await hand.waits(timedelta(hours=25))
        async with database.connection() as connection:
            await metrics.measure(connection)

    assert value("bifang_duties_total", rule=RULE, what="opened") == opened + 1
    assert value("bifang_duties_total", rule=RULE, what="missed") == missed + 1
    assert (value("bifang_duties_open", rule=RULE), value("bifang_duties_overdue", rule=RULE)) == (1, 1)
    assert value("bifang_duties_overdue_oldest_seconds", rule=RULE) == pytest.approx(3600)


async def test_when_nothing_is_owed_any_more_the_figures_say_zero(fresh: Callable[..., Any]) -> None:
    metrics.OPEN.labels(RULE).set(7)
    metrics.OLDEST.labels(RULE).set(7)
    async with fresh(service) as database, database.connection() as connection:
        await metrics.measure(connection)

    assert (value("bifang_duties_open", rule=RULE), value("bifang_duties_overdue_oldest_seconds", rule=RULE)) == (0, 0)


def _sealed(value: str, kind: str) -> SealedIdentity:
    return KEYS.seal(SealedIdentity, value, kind=kind, person=LI)


def _a_person_in_hospital() -> tuple[PersonEnrolled, PatientAdmitted]:
    return (
        PersonEnrolled(
            city="双塔市", county="东区", person_id=LI, kind="veteran-cadre", category="living-alone",
            name=_sealed("李四试", "name"), birth_date=_sealed("1938-05-12", "birth-date"),
            resident_id=_sealed("990101193805120018", "resident-id"), phones=(), unit_id=UNIT, enrolled_at=MORNING,
        ),
        PatientAdmitted(
            city="双塔市", county="东区", person_id=LI, stay_id=STAY, hospital="第一医院", admitted_at=MORNING
        ),
    )  # fmt: skip
