"""The rules of the registry, without a database: deaths, lines of the file, units."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from bus.decisions import Rejected
from bus.testing import MORNING
from contracts import zone
from contracts.event import EVENTS, Event
from contracts.notify import CaseAcknowledged, CaseHandedOver
from contracts.refused import Refused
from contracts.registry import DeathReported, DeathRetracted, FamilyChanged, PersonCard
from services.registry.decisions.people import enrol
from services.registry.decisions.units import appoint_holder
from services.registry.domain import (
    TELLINGS,
    Line,
    Person,
    Unit,
    hospital_reports,
    hospital_withdraws,
    lines_of,
    register,
    report_death,
    retract_death,
    write,
)
from services.registry.words.lines import LINES
from services.registry.words.saying import Names, say
from tests.reasons import a_reason
from tests.registry.happenings import AT, HOLDER, HOSPITAL, STAY, acknowledged, admitted, contact, opened
from tests.registry.town import BUREAU, CITY, COUNTY, OFFICES, WATER, WORDS, ZHANG, appointing, enrolling, named

FIRST, SECOND = named("report", 1), named("report", 2)
WATER_UNIT = Unit(WATER, "双塔市水利局", "unit", BUREAU, CITY, COUNTY, offices=OFFICES)
SOURCE = f"hospital:{HOSPITAL}"


def zhang() -> Person:
    enrolled = enrol(Person(ZHANG, units={WATER: WATER_UNIT}, offices=OFFICES), enrolling(), MORNING).state
    assert isinstance(enrolled, Person)
    return enrolled


def standing(person: Person) -> list[UUID]:
    return [death.report_id for death in person.deaths.values() if death.stands]


def types(facts: tuple[Event, ...]) -> list[type[Event]]:
    return [type(fact) for fact in facts]


def test_a_report_of_death_counts_once() -> None:
    once, said = report_death(zhang(), FIRST, "family", AT, MORNING)
    twice, nothing = report_death(once, FIRST, "family", AT, MORNING + timedelta(hours=1))

    assert types(said) == [DeathReported, PersonCard]
    assert (twice, nothing) == (once, ())


def test_a_retraction_takes_back_its_own_report_and_no_other() -> None:
    person, _ = report_death(zhang(), FIRST, "family", AT, MORNING)
    person, _ = report_death(person, SECOND, "unit", AT, MORNING)

    person, (retracted, card) = retract_death(person, FIRST, a_reason("认错了人"), MORNING)

    assert isinstance(retracted, DeathRetracted) and retracted.report_id == FIRST
    assert isinstance(card, PersonCard) and card.death_reports == (SECOND,)
    assert standing(person) == [SECOND]


def test_a_report_that_nobody_made_cannot_be_retracted_and_is_named() -> None:
    with pytest.raises(Refused) as refused:
        retract_death(zhang(), FIRST, a_reason("认错了人"), MORNING)

    assert (refused.value.rule, refused.value.field) == ("death-report-unknown", "report_id")
    assert str(FIRST) in refused.value.reason


def test_a_report_is_retracted_once() -> None:
    person, _ = report_death(zhang(), FIRST, "family", AT, MORNING)
    person, _ = retract_death(person, FIRST, a_reason("认错了人"), MORNING)

    assert retract_death(person, FIRST, a_reason("再撤一次"), MORNING) == (person, ())


def test_a_hospital_that_says_it_again_after_taking_it_back_makes_a_new_report() -> None:
    """Medical has one report id for a stay; a death must not be lost in the report that was retracted for good."""
    person, _ = hospital_reports(zhang(), FIRST, SOURCE, AT, MORNING)
    person, _ = hospital_withdraws(person, FIRST, SOURCE, MORNING)
    assert standing(person) == []

    person, (again, _) = hospital_reports(person, FIRST, SOURCE, AT, MORNING)
    assert isinstance(again, DeathReported) and again.report_id != FIRST
    assert standing(person) == [again.report_id]

    person, (withdrawn, _) = hospital_withdraws(person, FIRST, SOURCE, MORNING)
    assert isinstance(withdrawn, DeathRetracted) and withdrawn.report_id == again.report_id
    assert standing(person) == []


def test_a_hospital_takes_back_nothing_that_others_reported() -> None:
    person, _ = report_death(zhang(), SECOND, "family", AT, MORNING)

    assert hospital_withdraws(person, FIRST, SOURCE, MORNING) == (person, ())


def test_a_death_of_somebody_who_is_not_enrolled_is_told_and_has_no_card() -> None:
    person, said = hospital_reports(Person(ZHANG, CITY, COUNTY, offices=OFFICES), FIRST, SOURCE, AT, MORNING)

    assert types(said) == [DeathReported]
    assert standing(person) == [FIRST]


def test_nobody_is_enrolled_twice() -> None:
    with pytest.raises(Rejected) as refused:
        enrol(zhang(), enrolling(), MORNING)

    assert (refused.value.rule, refused.value.status) == ("already-enrolled", 409)


@pytest.mark.parametrize(("field", "value"), [("party", "community"), ("city", "单塔市"), ("county", "西区")])
def test_a_unit_keeps_its_party_city_and_county(field: str, value: str) -> None:
    entry = {"name": "双塔市水利局", "party": "unit", "reports_to": BUREAU, "city": CITY, "county": COUNTY}

    with pytest.raises(Refused) as refused:
        register(WATER_UNIT, **{**entry, field: value})  # type: ignore[arg-type]

    assert (refused.value.rule, refused.value.field) == ("unit-placed-otherwise", field)


def test_a_unit_of_a_party_that_the_city_gives_no_officer_has_none() -> None:
    with pytest.raises(Rejected) as refused:
        appoint_holder(replace(WATER_UNIT, party="family"), appointing(WATER, "某"), MORNING)

    assert (refused.value.rule, refused.value.field) == ("party-without-officer", "unit_id")


def test_a_unit_cannot_report_to_itself() -> None:
    with pytest.raises(Refused) as refused:
        register(Unit(WATER, offices=OFFICES), name="水利局", party="unit", reports_to=WATER, city=CITY, county=COUNTY)

    assert refused.value.field == "reports_to"


def test_a_line_has_source_actor_time_of_fact_and_time_of_record() -> None:
    (line,) = lines_of(admitted(), MORNING)

    assert line == Line(
        line_id=line.line_id,
        what="stay.admitted",
        value='{"hospital": "双塔市第一医院"}',
        source="medical.patient-admitted.v1",
        source_id=str(STAY),
        actor="hospital:双塔市第一医院",
        fact_at=AT,
        recorded_at=MORNING,
    )


def test_an_event_heard_again_is_the_same_line_whatever_zone_its_time_is_written_in() -> None:
    once = write(Person(ZHANG, offices=OFFICES), [admitted()], MORNING)
    shanghai = admitted().model_copy(update={"admitted_at": AT.astimezone(zone.CITY)})

    assert write(once, [shanghai], MORNING + timedelta(days=1)) == once


def test_the_time_of_a_fact_that_has_only_a_day_is_that_day_in_the_city() -> None:
    changed = FamilyChanged(
        city=CITY, county=COUNTY, person_id=ZHANG, change_id=FIRST, change="spouse-died",
        happened_on=date(2026, 5, 9), reported_at=MORNING,
    )  # fmt: skip

    (line,) = lines_of(changed, MORNING, "bureau-officer:9900")

    assert (line.fact_at, line.actor) == (datetime(2026, 5, 8, 16, 0, tzinfo=UTC), "bureau-officer:9900")


def test_who_made_a_contact_or_answered_is_the_actor_of_the_line() -> None:
    actors = {line.actor for event in (contact(), acknowledged()) for line in lines_of(event, MORNING)}

    assert actors == {f"liaison:{HOLDER}"}


@pytest.mark.parametrize("event", TELLINGS, ids=lambda event: event.type)
def test_each_line_names_fields_that_its_event_has(event: type[Event]) -> None:
    for telling in TELLINGS[event]:
        for name in (*telling.names, *telling.at, *telling.shows):
            assert name.partition(".")[0] in event.model_fields, (telling.what, name)
        assert telling.what in LINES


def test_the_file_hears_every_event_of_a_stay_a_duty_and_an_answer() -> None:
    heard = {type_ for type_, event in EVENTS.items() if event in TELLINGS}

    assert {t for t in EVENTS if t.startswith(("medical.", "visits."))} - heard == {
        "medical.death-reported.v1",  # the death that the registry makes of it is the line
        "medical.death-withdrawn.v1",
        "visits.contact-flagged.v1",  # of a holder
        "visits.coverage-certified.v1",  # of no person
        "visits.flag-confirmed.v1",  # of a holder
        "visits.flag-dismissed.v1",
        "visits.flag-lifted.v1",
        "visits.notice-answered.v1",
        "visits.notice-issued.v1",
        "visits.notice-unanswered.v1",
        "visits.notice-withdrawn.v1",
        "visits.people-read.v1",  # an opening, no line
        "visits.policy-approved.v1",
        "visits.policy-withdrawn.v1",
    }
    assert {CaseAcknowledged.type, CaseHandedOver.type} <= heard


def test_a_line_is_said_in_chinese() -> None:
    (line,) = lines_of(opened(), MORNING)

    assert say(line.what, json.loads(line.value), Names(WORDS, {})) == (
        "产生必访（服务）事项：规则 hospital-visit，类别 走访，责任人 在职联络员，期限 2026-05-11 16:00，"
        "政策版本 2026-1，起因 住院"
    )


def test_of_a_contact_the_file_says_of_what_kind_it_was() -> None:
    (line,) = lines_of(contact(), MORNING)

    assert json.loads(line.value) == {"kind": "visit", "strength": "in-person", "outcome": "met", "role": "liaison"}
