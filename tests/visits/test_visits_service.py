"""Visits by hand: what a person of Shuangta is owed, by that city's own pack, and what becomes of it."""

import json
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from bus import tokens
from bus.decisions import Caller, Rejected
from bus.sealed import KeyRing, new_demo_ring
from bus.testing import MORNING, ByHand, record
from contracts.event import Event
from contracts.ids import ContactId, DutyId, HolderId, PersonId, StayId, UnitId, derived
from contracts.medical import PatientAdmitted
from contracts.personal import SealedCare, SealedContact, SealedIdentity
from contracts.registry import AskFirst, DeathReported, DeathRetracted, Holder, Hours, PersonCard, PersonEnrolled
from contracts.visits import ContactMade, DutyDone, DutyEscalated, DutyMissed, DutyOpened, DutySuperseded, DutyWaived
from services.visits.domain import Care
from services.visits.policy import Installed, load_files
from services.visits.requests import RecordContact, WaiveDuty
from services.visits.service import service
from services.visits.store import care_store
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


@pytest.fixture
async def hand(fresh: Callable[..., Any], repository: Path) -> AsyncIterator[ByHand]:
    care_store.books.install(Installed.read(repository / "policies" / "shuangta"), load_files)
    async with fresh(service) as database:
        yield ByHand(service, database, MORNING)


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


async def test_enrolment_and_an_admission_open_the_duties_of_the_pack(hand: ByHand) -> None:
    said = await hand.hears(enrolled(), admitted())
    again = await hand.hears(enrolled(), admitted())

    assert {
        rule: (duty.party, duty.role, to_the_second(duty.due_at)) for rule, duty in of(DutyOpened, said).items()
    } == {
        BY_LIAISON: ("unit", "liaison", MORNING + timedelta(hours=24)),
        BY_BUREAU: ("bureau", "bureau-officer", MORNING + timedelta(days=3)),
        "weekly-greeting": ("community", "community-worker", SUNDAY_MIDNIGHT),
        "monthly-call": ("bureau", "bureau-officer", END_OF_MAY),
    }
    assert (len(said), again) == (4, [])


async def test_an_admission_that_is_heard_before_the_enrolment_waits_for_it(hand: ByHand) -> None:
    before = await hand.hears(admitted())
    after = await hand.hears(enrolled())

    assert (before, len(of(DutyOpened, after))) == ([], 4)


async def test_the_liaison_s_visit_discharges_the_duty_of_the_unit_and_not_that_of_the_bureau(hand: ByHand) -> None:
    opened = of(DutyOpened, await hand.hears(enrolled(), admitted()))

    first, said = await hand.asked(contact(), by=LIAISON)
    second, again = await hand.asked(contact(), by=LIAISON)

    assert first == second == {"contact_id": str(contact().contact_id), "discharged": [str(opened[BY_LIAISON].duty_id)]}
    assert ([type(event) for event in said], again) == ([ContactMade, DutyDone], [])
    care: Care = await hand.state(Care, ZHANG)
    assert (len(care.contacts), care.duties[opened[BY_BUREAU].duty_id].is_open) == (1, True)


async def test_a_call_of_may_that_is_entered_in_june_is_found_by_what_is_loaded(hand: ByHand) -> None:
    may = of(DutyOpened, await hand.hears(enrolled()))["monthly-call"]
    await hand.waits(END_OF_MAY - MORNING + timedelta(days=4))

    answer, said = await hand.asked(contact(kind="phone", strength="phone"), by=OFFICER)

    assert answer["discharged"] == [str(may.duty_id)]
    assert [type(event) for event in said] == [ContactMade, DutyDone, DutySuperseded, DutyOpened]
    june = END_OF_MAY + timedelta(days=30)
    assert to_the_second(of(DutyOpened, said)["monthly-call"].due_at) == june
    assert await hand.differences() == []


async def test_a_duty_is_waived_by_a_named_person_with_a_reason_and_once(hand: ByHand) -> None:
    duty_id = of(DutyOpened, await hand.hears(enrolled(), admitted()))[BY_BUREAU].duty_id

    _, said = await hand.asked(waiver(duty_id), by=DEPARTMENT)
    with pytest.raises(Rejected) as closed:
        await hand.asked(waiver(duty_id, name="another"), by=DEPARTMENT)

    (waived,) = said
    assert isinstance(waived, DutyWaived)
    assert (waived.duty_id, waived.waived_by) == (duty_id, WU)
    assert KEYS.open(waived.reason, kind="reason", person=WU) == "转院外地治疗"
    assert (closed.value.rule, closed.value.field) == ("duty-closed", "duty_id")


async def test_who_owes_a_duty_does_not_waive_it_in_whatever_role_they_ask(hand: ByHand) -> None:
    """P1: a unit that owed visits was silent for five years; by waiving its own it could have renewed that each year."""
    also_liaison = Holder(
        holder_id=CHEN, role="liaison", party="unit", unit_id=WATER,
        name=SealedIdentity("v1.A256GCM.identity.k1." + "w" * 40), phone=SealedContact("v1.A256GCM.contact.k1." + "w" * 40),
    )  # fmt: skip
    opened = of(DutyOpened, await hand.hears(enrolled(), carded(), admitted()))
    await hand.hears(carded().model_copy(update={"version": 2, "holders": (also_liaison,)}))

    with pytest.raises(Rejected) as by_role:
        await hand.asked(waiver(opened[BY_BUREAU].duty_id), by=OFFICER)
    with pytest.raises(Rejected) as by_person:
        await hand.asked(waiver(opened[BY_LIAISON].duty_id, name="another"), by=OFFICER)
    _, said = await hand.asked(waiver(opened[BY_LIAISON].duty_id, name="third"), by=ANOTHER_OFFICER)

    said_no = [(no.value.rule, no.value.field, no.value.status, no.value.reason) for no in (by_role, by_person)]
    assert said_no == [("their-own-duty", "by", 403, "自己欠的事项自己不能免办：请有权免办的另一角色写明理由")] * 2
    assert [type(event) for event in said] == [DutyWaived]


@pytest.mark.parametrize("steps", [[97], [12] * 8 + [1]], ids=["at once, after days", "as time passes"])
async def test_what_nobody_does_is_missed_once_and_climbs_rung_by_rung(hand: ByHand, steps: list[int]) -> None:
    await hand.hears(enrolled(), admitted())

    said = [event for hours in steps for event in await hand.waits(timedelta(hours=hours))]
    later = await hand.waits(timedelta(hours=1))

    assert sorted(event.rule for event in said if isinstance(event, DutyMissed)) == [BY_BUREAU, BY_LIAISON]
    assert sorted((e.rule, e.rung, e.role) for e in said if isinstance(e, DutyEscalated)) == [
        (BY_BUREAU, 1, "organisation-department"),
        (BY_LIAISON, 1, "unit-leader"),
        (BY_LIAISON, 2, "bureau-officer"),
        (BY_LIAISON, 3, "organisation-department"),
    ]
    assert (len(said), later) == (6, [])


async def test_a_death_ends_what_is_owed_to_the_living_and_its_retraction_gives_it_back(hand: ByHand) -> None:
    opened = of(DutyOpened, await hand.hears(enrolled(), admitted()))

    ended = await hand.hears(died())
    back = await hand.hears(retracted())

    assert {(e.duty_id, e.by, e.by_id) for e in of(DutySuperseded, ended).values()} == {
        (duty.duty_id, "death", REPORT) for duty in opened.values()
    }
    assert [(rule, e.role) for rule, e in of(DutyOpened, ended).items()] == [("death-family-visit", "bureau-officer")]
    assert [(rule, e.by) for rule, e in of(DutySuperseded, back).items()] == [("death-family-visit", "retraction")]
    assert {rule: (e.duty_id, e.due_at) for rule, e in of(DutyOpened, back).items()} == {
        rule: (e.duty_id, e.due_at) for rule, e in opened.items()
    }


@pytest.mark.parametrize(
    ("words", "rule", "field"),
    [
        ({"person_id": LI}, "person-unknown", "person_id"),
        ({"kind": "letter"}, "kind-unknown", "kind"),
        ({"strength": "telepathy"}, "strength-unknown", "strength"),
        ({"outcome": "perhaps"}, "outcome-unknown", "outcome"),
        ({"outcome": "refused"}, "note-required", "note"),
        ({"witness": CHEN}, "witness-is-maker", "witness"),
        ({"made_at": MORNING + timedelta(minutes=2)}, "made-in-the-future", "made_at"),
    ],
)
async def test_what_is_refused_names_its_rule_and_field_and_leaves_nothing(
    hand: ByHand, words: dict[str, Any], rule: str, field: str
) -> None:
    await hand.hears(enrolled())

    with pytest.raises(Rejected) as refused:
        await hand.asked(contact(**words), by=OFFICER)

    assert (refused.value.rule, refused.value.field) == (rule, field)
    assert (await hand.state(Care, ZHANG)).contacts == {}


async def test_the_doors_take_and_refuse_with_the_right_word(hand: ByHand) -> None:
    await hand.hears(enrolled(), admitted())
    body = contact().model_dump(mode="json", exclude_defaults=True)
    other = {**body, "contact_id": str(derived("test", "another contact"))}
    stranger = LIAISON.model_copy(update={"unit": GRAIN})
    async with hand.http(KEYS) as doors:

        async def post(words: dict[str, Any], by: Caller = LIAISON) -> Any:
            return await doors.post("/contacts", json=words, headers=bearing(by))

        taken, again = await post(body), await post(body)
        otherwise = await post({**body, "outcome": "not-home"})
        elsewhere = await post(other, stranger)
        unknown = await post({**other, "outcome": "perhaps"})
        unreadable = await post({**other, "made_at": "yesterday"})
        owed = await doors.get("/duties", params={"person_id": str(ZHANG)}, headers=bearing(LIAISON))
        nothing = await doors.get("/duties", params={"person_id": str(ZHANG)}, headers=bearing(stranger))
        nobody = await doors.get("/duties", params={"person_id": str(LI)}, headers=bearing(LIAISON))

    assert (taken.status_code, again.status_code, taken.content) == (201, 201, again.content)
    assert otherwise.status_code == 409
    assert (elsewhere.status_code, elsewhere.json()["rule"]) == (403, "out-of-reach")
    assert (unknown.status_code, unknown.json()["field"]) == (422, "outcome")
    assert (unreadable.status_code, [e["field"] for e in unreadable.json()["errors"]]) == (422, ["made_at"])
    assert {line["rule"] for line in owed.json()} == {BY_BUREAU, "weekly-greeting", "monthly-call"}
    assert nothing.json() == []
    assert (nobody.status_code, nobody.json()["rule"], nobody.json()["field"]) == (404, "person-unknown", "person_id")


@pytest.mark.parametrize(
    ("role", "reach", "status"),
    [
        ("liaison", {"unit": WATER}, 200),
        ("liaison", {"unit": GRAIN}, 403),
        ("liaison", {}, 403),
        ("community-worker", {"unit": MILL_LANE}, 200),
        ("community-worker", {}, 403),
        ("bureau-officer", {}, 200),
        ("bureau-officer", {"county": "东区"}, 200),
        ("bureau-officer", {"county": "西区"}, 403),
    ],
)
async def test_nobody_reads_or_acts_outside_the_unit_or_county_of_their_token(
    hand: ByHand, role: str, reach: dict[str, Any], status: int
) -> None:
    """Zhang is of the water bureau in the east county, and lives in Mill Lane. Li of no community is nobody's neighbour."""
    opened = of(DutyOpened, await hand.hears(enrolled(), carded(), admitted()))
    await hand.hears(enrolled(LI))
    duty_id = opened[BY_BUREAU].duty_id
    body = contact().model_dump(mode="json", exclude_defaults=True)
    async with hand.http(KEYS) as doors:
        bearer = bearing(Caller(person=str(CHEN), role=role, **reach))

        recorded = await doors.post("/contacts", json=body, headers=bearer)
        explained = await doors.get(f"/duties/{duty_id}/explanation", headers=bearer)
        owed = await doors.get("/duties", params={"closed": "true"}, headers=bearer)

    seen = {UUID(line["person_id"]) for line in owed.json()}
    assert (recorded.status_code, explained.status_code) == ((201, 200) if status == 200 else (403, 403))
    assert (ZHANG in seen) == (status == 200)
    assert (LI in seen) == (status == 200 and role != "community-worker")


async def test_the_whole_chain_is_told_in_the_city_s_own_words(hand: ByHand) -> None:
    opened = of(DutyOpened, await hand.hears(enrolled(), carded(), admitted()))
    await hand.waits(timedelta(hours=30))
    late = contact(outcome="not-home", note=NOTE, made_at=MORNING + timedelta(hours=30))
    await hand.asked(late, by=LIAISON)
    async with hand.http(KEYS) as doors:
        path = f"/duties/{opened[BY_LIAISON].duty_id}/explanation"
        chain = (await doors.get(path, headers=bearing(OFFICER))).json()

    assert chain["owed"] == ["管理单位", "在职联络员", "走访"]
    assert [rung["zh"] for rung in chain["escalations"]] == [
        "单位负责人",
        "老干部局",
        "组织部",
    ]  # all empty: passed over
    (tried,) = chain["contacts"]
    assert tried["zh"] == "在职联络员 当面 不在家 （没有办成）"
    assert (tried["role"], tried["outcome"], tried["made_by"], tried["made_at"]) == (
        "liaison", "not-home", str(LIN), "2026-05-12T07:00:00Z",
    )  # fmt: skip


async def test_whichever_of_enrolment_and_card_comes_first_the_duties_are_told_under_one_id(
    fresh: Callable[..., Any], repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One decision of registry says both; they come on two topics, and in another order when they are heard again."""
    care_store.books.install(Installed.read(repository / "policies" / "shuangta"), load_files)

    by_enrolment = await opened_after(fresh, enrolled(), carded())
    by_card = await opened_after(fresh, carded(), enrolled())

    assert by_enrolment.keys() >= {"weekly-greeting", "monthly-call"}
    assert by_card == by_enrolment


async def test_the_rebuilt_tables_equal_the_live_ones(hand: ByHand) -> None:
    opened = of(DutyOpened, await hand.hears(enrolled(), admitted()))
    await hand.hears(enrolled(LI))
    await hand.asked(contact(), by=LIAISON)
    await hand.asked(waiver(opened[BY_BUREAU].duty_id), by=DEPARTMENT)
    await hand.waits(timedelta(days=8))
    await hand.hears(died(), retracted(), admitted(LI))

    assert await hand.differences() == []


async def test_whoever_sees_a_duty_sees_what_the_person_asks_for(hand: ByHand) -> None:
    asked = {
        "wishes": ("ask-first", "deaf", "hours"),
        "hours": (Hours(begin="12:00", end="15:00"),),
        "ask_first": AskFirst(role="liaison", holder_id=LIN),
    }
    opened = of(DutyOpened, await hand.hears(enrolled(), carded().model_copy(update=asked)))
    async with hand.http(KEYS) as doors:
        owed = (await doors.get("/duties", headers=bearing(OFFICER))).json()
        sheet = await doors.get("/duties", headers=bearing(OFFICER) | {"accept": "text/csv"})
        why = await doors.get(f"/duties/{opened['monthly-call'].duty_id}/explanation", headers=bearing(OFFICER))

    said = ["先找的人：在职联络员", "听力不便", "不便联系的时间：12:00-15:00"]
    assert {line["rule"]: (line["kind"], line["strength"], line["instead"], line["wishes"]) for line in owed} == {
        "weekly-greeting": ("visit", "in-person", "听力不便", said),
        "monthly-call": ("visit", "in-person", "听力不便", said),
    }
    assert "先找的人：在职联络员" in sheet.content.decode("utf-8-sig")
    assert why.json()["ask_first"] == {"role": "liaison", "holder_id": str(LIN)}
    assert "；本人意愿（先找的人：在职联络员；听力不便；不便联系的时间：12:00-15:00）" in why.json()["sentence"]
