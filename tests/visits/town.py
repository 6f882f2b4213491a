"""An invented town whose words are none of the shipped packs', its people, and their lives driven by hand."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from contracts.event import Event
from contracts.ids import CaseId, ContactId, DutyId, HolderId, PersonId, StayId, UnitId, derived
from contracts.medical import AdmissionCancelled, DischargeCancelled, PatientAdmitted, PatientDischarged
from contracts.notify import CaseAcknowledged, CaseHandedOver
from contracts.personal import SealedCare, SealedContact, SealedIdentity
from contracts.registry import (
    AbsenceEnded,
    AbsenceReported,
    CareEnded,
    CareResumed,
    DeathReported,
    DeathRetracted,
    FamilyChanged,
    FamilyChangeRetracted,
    HardshipReported,
    HardshipRetracted,
    Holder,
    PersonCard,
    PersonClassed,
    PersonEnrolled,
    PostFilled,
    PostVacant,
    SituationBegan,
    SituationEnded,
)
from services.visits.domain import Activation, Book, Care, Contact, Decided, Duty, Policy, Rule, hear, learning, settle
from services.visits.domain.almanac import Almanac
from services.visits.domain.contacts import record_contact, waive
from services.visits.domain.ladder import acknowledge, hand_over
from services.visits.domain.policy import Lasting
from services.visits.domain.rules import (
    Cadence,
    Every,
    Hour,
    Means,
    OnDeath,
    Rung,
    Selector,
    Stack,
    Trigger,
    When,
)
from tests.reasons import a_reason

SHANGHAI = ZoneInfo("Asia/Shanghai")


def civil(text: str) -> datetime:
    """2026-05-13 10:00 on the town's clocks."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def hours(n: float) -> timedelta:
    return timedelta(hours=n)


WEDNESDAY = civil("2026-05-13 10:00")
"""The week began on Monday, 11 May."""

OLD_LI = PersonId(derived("test", "old Li"))
UNIT = UnitId(derived("test", "grain bureau"))
WANG = HolderId(derived("test", "Wang, who answers for old Li"))
STAY = StayId(derived("test", "stay"))
OTHER_STAY = StayId(derived("test", "another stay"))
REPORT, OTHER_REPORT = derived("test", "report"), derived("test", "another report")
CHANGE, HARDSHIP = derived("test", "change"), derived("test", "hardship")

NAME = SealedIdentity("v1.A256GCM.identity.k1." + "n" * 40)
NOTE = SealedCare("v1.A256GCM.care.k1." + "w" * 40)
PHONE = SealedContact("v1.A256GCM.contact.k1." + "p" * 40)
PLACE: dict[str, Any] = {"city": "town", "county": "north", "person_id": OLD_LI}

ROLES = ("clerk", "chief", "warden", "mayor")
CLIMB = (
    Rung("chief", hours(0), "chief", "overdue", "normal"),
    Rung("hall", hours(24), "warden", "overdue", "normal"),
    Rung("mayor", hours(72), "mayor", "overdue", "normal"),
)


def rule(name: str, when: When, **other: Any) -> Rule:
    usual: dict[str, Any] = {
        "title": name,
        "basis": "chosen",
        "reason": "for the tests",
        "rows": (),
        "who": Selector(),
        "party": "mill",
        "role": "clerk",
        "means": Means("call-on", "there"),
        "stack": Stack.EACH,
        "on_death": OnDeath.SUPERSEDE,
        "message": "told",
        "lane": "normal",
        "ladder": CLIMB,
    }
    return Rule(name=name, when=when, **(usual | other))


def after(event: str, due: timedelta, opens: timedelta = hours(0), **other: Any) -> Trigger:
    return Trigger(event, opens, due, **other)


WHOLE_DAY_ONE = Hour(1, time())
WEEKLY = Cadence(Every.WEEK, WHOLE_DAY_ONE, None)

WARD = rule("ward", after("stay-admitted", hours(24)))
WARD_BY_HALL = rule("ward-by-hall", after("stay-admitted", hours(72)), party="hall", role="warden")
MOURNING = rule("mourning", after("death-reported", hours(72)), party="hall", role="warden", on_death=OnDeath.KEEP)
GREETING = rule(
    "greeting",
    WEEKLY,
    who=Selector(categories=frozenset({"alone"})),
    party="street",
    role="neighbour",
    means=Means("hello", "voice"),
    stack=Stack.SUPERSEDE,
)
REPORTING = rule("reporting", Cadence(Every.WEEK, WHOLE_DAY_ONE, Hour(5, time(18))), party="hall", role="warden")
WIDOWED = rule("widowed", after("family-changed", hours(72)), party="hall", role="warden")
NEED = rule("need", after("hardship-reported", hours(168)), party="hall", role="warden")


ALMANAC = Almanac(years={}, occasions={}, workdays={})


def policy(*rules: Rule, version: str = "v1", **other: Any) -> Policy:
    usual: dict[str, Any] = {
        "version": version,
        "name": "town",
        "city": "小镇",
        "title": "小镇规则",
        "zone": SHANGHAI,
        "rules": {each.name: each for each in rules},
        "words": {
            "person_kinds": {"elder": "老人"},
            "categories": {"alone": "独居", "at-home": "与家人同住"},
            "situations": {"lying-in": "住院"},
            "parties": {"mill": "粮站", "hall": "镇政府", "street": "街坊"},
            "roles": {"clerk": "文书", "chief": "站长", "warden": "民政员", "mayor": "镇长", "neighbour": "邻居"},
            "duty_kinds": {"call-on": "登门", "hello": "招呼", "chore": "帮工"},
            "strengths": {"there": "当面", "voice": "电话", "word": "口信"},
            "outcomes": {"found": "见到", "out": "不在", "gone": "搬走"},
            "rungs": {"chief": "站长", "hall": "镇政府", "mayor": "镇长"},
        },
        "role_party": {"clerk": "mill", "chief": "mill", "warden": "hall", "mayor": "hall", "neighbour": "street"},
        "strengths": ("there", "voice", "word"),
        "fulfilled_by": {
            "call-on": frozenset({"call-on"}),
            "hello": frozenset({"hello", "call-on"}),
            "chore": frozenset({"chore"}),
        },
        "outcomes_met": frozenset({"found"}),
        "kinds_reaching": frozenset({"call-on", "hello"}),
        "strengths_reaching": frozenset({"there", "voice"}),
        "situations": {"lying-in": Lasting("stay")},
        "waives": {"chief": frozenset({"mill"})},
        "almanac": ALMANAC,
        "acknowledgement_holds": hours(24),
    }
    return Policy(**(usual | other))


BEFORE = civil("2020-01-01 00:00")
"""Since when the rules of the town have been in force."""


TOWN = policy(WARD, WARD_BY_HALL, MOURNING, GREETING, REPORTING, WIDOWED, NEED)


def enrolled(category: str = "alone") -> PersonEnrolled:
    sealed: dict[str, Any] = {"name": NAME, "birth_date": NAME, "resident_id": NAME, "phones": (PHONE,)}
    return PersonEnrolled(kind="elder", category=category, unit_id=UNIT, enrolled_at=WEDNESDAY, **sealed, **PLACE)


def card(version: int = 1, category: str = "alone", roles: tuple[str, ...] = (*ROLES, "neighbour")) -> PersonCard:
    holders = tuple(Holder(role=role, party="", holder_id=WANG, unit_id=UNIT, name=NAME, phone=PHONE) for role in roles)
    index = derived("test", "index")
    return PersonCard(
        version=version,
        kind="elder",
        category=category,
        name=NAME,
        resident_id_index=index,
        name_index=index,
        birth_date_index=index,
        unit_id=UNIT,
        unit_name="粮站",
        holders=holders,
        stated_at=WEDNESDAY,
        **PLACE,
    )


def admitted(stay_id: StayId = STAY, at: datetime = WEDNESDAY) -> PatientAdmitted:
    return PatientAdmitted(stay_id=stay_id, hospital="h", admitted_at=at, **PLACE)


def discharged(
    stay_id: StayId = STAY, at: datetime = WEDNESDAY + hours(2), recorded_at: datetime | None = None
) -> PatientDischarged:
    return PatientDischarged(stay_id=stay_id, hospital="h", discharged_at=at, recorded_at=recorded_at, **PLACE)


def discharge_cancelled(stay_id: StayId = STAY, at: datetime = WEDNESDAY + hours(3)) -> DischargeCancelled:
    return DischargeCancelled(stay_id=stay_id, hospital="h", cancelled_at=at, **PLACE)


def cancelled(stay_id: StayId = STAY) -> AdmissionCancelled:
    return AdmissionCancelled(stay_id=stay_id, hospital="h", cancelled_at=WEDNESDAY + hours(1), **PLACE)


def died(report_id: UUID = REPORT, at: datetime = WEDNESDAY) -> DeathReported:
    return DeathReported(report_id=report_id, source="family", reported_at=at, **PLACE)


def lives(report_id: UUID = REPORT, at: datetime = WEDNESDAY + hours(1)) -> DeathRetracted:
    return DeathRetracted(report_id=report_id, reason=a_reason("a namesake"), retracted_at=at, **PLACE)


def widowed(at: datetime = WEDNESDAY) -> FamilyChanged:
    return FamilyChanged(change_id=CHANGE, change="spouse-died", reported_at=at, **PLACE)


def not_widowed(at: datetime = WEDNESDAY + hours(1)) -> FamilyChangeRetracted:
    return FamilyChangeRetracted(change_id=CHANGE, reason=a_reason("另有其人"), retracted_at=at, **PLACE)


def not_in_need(at: datetime = WEDNESDAY + hours(1)) -> HardshipRetracted:
    return HardshipRetracted(hardship_id=HARDSHIP, reason=a_reason("另有其人"), retracted_at=at, **PLACE)


def in_need(at: datetime = WEDNESDAY) -> HardshipReported:
    return HardshipReported(hardship_id=HARDSHIP, hardship="poverty", reported_at=at, **PLACE)


def says_known(duty: Duty, role: str, at: datetime) -> CaseAcknowledged:
    case = CaseId(derived("case", duty.duty_id))
    return CaseAcknowledged(case_id=case, duty_id=duty.duty_id, role=role, holder_id=WANG, acknowledged_at=at, **PLACE)


def says_cannot(duty: Duty, role: str, at: datetime) -> CaseHandedOver:
    case = CaseId(derived("case", duty.duty_id))
    return CaseHandedOver(
        case_id=case, duty_id=duty.duty_id, role=role, holder_id=WANG, why="cannot", handed_over_at=at, **PLACE
    )


def contact(at: datetime, n: int = 1, **other: Any) -> Contact:
    usual: dict[str, Any] = {
        "contact_id": ContactId(derived("test", "contact", n)),
        "kind": "call-on",
        "party": "mill",
        "role": "clerk",
        "strength": "there",
        "outcome": "found",
        "made_by": WANG,
        "made_at": at,
        "recorded_at": at,
        "note": None if other.get("outcome", "found") == "found" else NOTE,
    }
    return Contact(**(usual | other))


HEARD: dict[type[Event], Callable[[Care, Any, datetime], Care]] = {
    PersonEnrolled: learning.enrolled,
    PersonCard: learning.carded,
    PatientAdmitted: learning.admitted,
    PatientDischarged: learning.discharged,
    DischargeCancelled: learning.discharge_cancelled,
    AdmissionCancelled: learning.admission_cancelled,
    DeathReported: learning.death_reported,
    DeathRetracted: learning.death_retracted,
    FamilyChanged: learning.family_changed,
    FamilyChangeRetracted: learning.family_change_retracted,
    HardshipReported: learning.hardship_reported,
    HardshipRetracted: learning.hardship_retracted,
    PersonClassed: learning.reclassed,
    SituationBegan: learning.situation_began,
    SituationEnded: learning.situation_ended,
    AbsenceReported: learning.absence_reported,
    AbsenceEnded: learning.absence_ended,
    CareEnded: learning.care_ended,
    CareResumed: learning.care_resumed,
    PostVacant: learning.post_vacant,
    PostFilled: learning.post_filled,
    CaseAcknowledged: acknowledge,
    CaseHandedOver: hand_over,
}


def learns(event: Event, at: datetime) -> Callable[[Care], Care]:
    return lambda care: HEARD[type(event)](care, event, at)


@dataclass(slots=True)
class Life:
    """One person's care, driven by hand: what was heard, what the hour brought, and all that was told."""

    first: Policy
    told: list[Event] = field(default_factory=list)
    care: Care = field(init=False)
    activations: list[Activation] = field(init=False)

    def __post_init__(self) -> None:
        self.activations = [Activation("0", BEFORE, self.first)]
        self.care = Care(OLD_LI, book=Book.of(self.activations))

    def hears(self, *events: Event, at: datetime = WEDNESDAY) -> list[Event]:
        return [fact for event in events for fact in self._keep(hear(self.care, learns(event, at), at))]

    def wakes(self, at: datetime) -> list[Event]:
        return self._keep(settle(self.care, at))

    def records(self, made: Contact) -> list[Event]:
        return self._keep(record_contact(self.care, made))

    def waives(self, name: str, at: datetime) -> list[Event]:
        return self._keep(waive(self.care, self.the(name).duty_id, WANG, "chief", a_reason("家属恳请不要打扰"), at))

    def under(self, other: Policy, at: datetime = WEDNESDAY) -> None:
        """A new version comes into force."""
        self.activations.append(Activation(f"{len(self.activations)}", at, other))
        self.care = replace(self.care, book=Book.of(self.activations))

    def _keep(self, decided: Decided) -> list[Event]:
        self.care, told = decided
        self.told += told
        return list(told)

    def owed(self) -> dict[str, Duty]:
        """The open duties by their rule; no rule may have two here."""
        found = {duty.rule: duty for duty in self.open()}
        assert len(found) == len(self.open())
        return found

    def open(self) -> list[Duty]:
        return [duty for duty in self.care.duties.values() if duty.is_open]

    def the(self, name: str) -> Duty:
        """The newest duty of the rule, open or closed."""
        return [duty for duty in self.care.duties.values() if duty.rule == name][-1]


def life(*rules: Rule, heard: tuple[Event, ...] | None = None) -> Life:
    """Old Li lives alone and is known since Wednesday; `rules` are all the rules there are."""
    begun = Life(policy(*rules) if rules else TOWN)
    begun.hears(*(heard if heard is not None else (enrolled(), card())))
    return begun


def names(told: list[Event]) -> list[str]:
    return [type(fact).__name__ for fact in told]


def duty_id(text: str) -> DutyId:
    return DutyId(derived("test", text))
