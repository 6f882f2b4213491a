"""A small city for the certificate: rules of every kind, two counties, and lives that are thrown by dice and driven by the road."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

from bus.decisions import Caller, Rejected
from bus.testing import ByHand
from contracts.event import Event
from contracts.ids import ContactId, DutyId, PersonId, StayId, derived
from contracts.medical import AdmissionCancelled, DischargeCancelled, PatientAdmitted, PatientDischarged
from contracts.registry import DeathReported, DeathRetracted, FamilyChanged, HardshipReported, PersonEnrolled
from contracts.visits import CoverageCertified
from services.visits.coverage.counting import Counted, count
from services.visits.coverage.nightly import counted_request
from services.visits.domain.policy import Lasting, Policy
from services.visits.domain.rules import (
    LUNAR_BIRTHDAY,
    SOLAR_BIRTHDAY,
    Cadence,
    CountedFrom,
    Every,
    Hour,
    Means,
    OnDeath,
    OnEnd,
    Rule,
    Selector,
    Stack,
    Without,
    Yearly,
)
from services.visits.policy import Installed, load
from services.visits.requests.contacts import RecordContact, StrikeContact
from services.visits.requests.duties import WaiveDuty
from services.visits.store import care_store
from tests.reasons import a_reason
from tests.visits import town
from tests.visits.town import NAME, NOTE, UNIT, WANG, after, hours, rule

DAY = timedelta(days=1)
HELLO = Means("hello", "voice")


def having(*situations: str, **other: Any) -> Selector:
    return Selector(situations=frozenset(situations), **other)


RULES: tuple[Rule, ...] = (
    town.WARD,
    replace(town.WARD_BY_HALL, on_end=OnEnd.SUPERSEDE),
    town.MOURNING,
    town.GREETING,
    town.REPORTING,
    town.WIDOWED,
    rule("out", after("stay-discharged", DAY * 8, opens=DAY, counted_from=CountedFrom.HAPPENED)),
    rule("poor", after("hardship-reported", DAY * 7, of=frozenset({"poverty"})), party="hall", role="warden"),
    rule("poor-alone", after("hardship-reported", DAY * 7), who=Selector(categories=frozenset({"alone"}))),
    rule("latest-need", after("hardship-reported", DAY * 9), stack=Stack.SUPERSEDE),
    rule("silent", after("no-answer", hours(24)), on_end=OnEnd.SUPERSEDE, party="hall", role="warden"),
    rule("back", after("absence-ended", DAY * 3)),
    rule("monthly", Cadence(Every.MONTH, Hour(2, time(10)), None, day=5), stack=Stack.SUPERSEDE, means=HELLO),
    rule("quarterly", Cadence(Every.QUARTER, Hour(1, time()), Hour(80, time(18)), month=2, day=10)),
    rule("lying-in", town.WEEKLY, who=having("lying-in")),
    rule("long-in", town.WEEKLY, who=having("long-in", "frail"), stack=Stack.SUPERSEDE),
    rule("old", town.WEEKLY, who=Selector(age_from=90), stack=Stack.SUPERSEDE, party="street", role="neighbour", means=HELLO),
    rule("survivors", town.WEEKLY, who=Selector(kinds=frozenset({"survivor"}))),
    rule("dragon-boat", Yearly("dragon-boat", -DAY * 10, DAY), party="hall", role="warden"),
    rule("heat", Yearly("heat-season", timedelta(), DAY), party="street", role="neighbour", on_death=OnDeath.KEEP),
    rule("birthday", Yearly(SOLAR_BIRTHDAY, -DAY * 3, DAY * 2), stack=Stack.SUPERSEDE),
    rule("lunar-birthday", Yearly(LUNAR_BIRTHDAY, timedelta(), DAY)),
    rule("seldom", Without(DAY * 20, DAY * 5), party="street", role="neighbour", means=HELLO, joint=frozenset({"hall"})),
)  # fmt: skip
SOUTH = (*(each for each in RULES if each.name not in ("greeting", "poor")), replace(town.NEED, name="south-need"))
EVENTS_HEARD: dict[str, str] = {"absence": "with-daughter", "situation-began": "frail", "care-ended": "moved-away"}
"""What is put into the tables by hand, with its code."""


def policy(repository: Path, *rules: Rule, version: str = "v1") -> Policy:
    """The town's words, the sky and the festivals that are shipped, and the southern county with rules of its own."""
    shipped = load(repository / "policies" / "shuangta")
    return town.policy(
        *(rules or RULES),
        version=version,
        almanac=shipped.almanac,
        counties={"south": {each.name: each for each in SOUTH}} if not rules else {},
        situations={"lying-in": Lasting("stay"), "long-in": Lasting("stay", DAY * 9), "frail": None},
        outcomes_silent=frozenset({"out"}),
        waives={"chief": frozenset({"mill"}), "mayor": frozenset({"hall", "street"})},
    )


def install(made: Policy) -> None:
    care_store.books.install(Installed(made), lambda files: made)


def person(n: int) -> PersonId:
    return PersonId(derived("test", "coverage", n))


def where(n: int) -> dict[str, Any]:
    return {"city": "town", "county": "south" if n % 3 == 0 else "north", "person_id": person(n)}


def enrolled(n: int, at: datetime, category: str | None = None) -> PersonEnrolled:
    sealed: dict[str, Any] = {"name": NAME, "birth_date": NAME, "resident_id": NAME, "phones": ()}
    kind = "survivor" if n % 7 == 0 else "elder"
    category = category or ("alone" if n % 2 else "at-home")
    return PersonEnrolled(kind=kind, category=category, unit_id=UNIT, enrolled_at=at, **sealed, **where(n))


CLERK = Caller(person=str(WANG), role="clerk", unit=UNIT)
ROLES = {"mill": "clerk", "hall": "warden", "street": "neighbour"}


def by(role: str) -> Caller:
    return Caller(person=str(WANG), role=role, unit=UNIT)


class Dice:
    """Each throw is something that may happen to somebody; whatever is refused did not happen."""

    def __init__(self, hand: ByHand, seed: int, people: int) -> None:
        self.hand, self.random, self.people = hand, Random(seed), people
        self.numbers = iter(range(1_000_000))

    async def a_day(self, throws: int) -> None:
        heard: list[Event] = []
        for _ in range(throws):
            n = self.random.randrange(self.people)
            thrown = self.random.choice(self.TABLE)(self, n)
            if isinstance(thrown, Event):
                heard.append(thrown)
            else:
                await thrown
        if heard:
            await self.hand.hears(*heard)
        await self.hand.waits(DAY)

    def enrol(self, n: int) -> Event:
        return enrolled(n, self.hand.now)

    def admit(self, n: int) -> Event:
        return PatientAdmitted(stay_id=self._stay(n), hospital="h", admitted_at=self._lately(), **where(n))

    def discharge(self, n: int) -> Event:
        return PatientDischarged(stay_id=self._stay(n), hospital="h", discharged_at=self._lately(), **where(n))

    def cancel(self, n: int) -> Event:
        return AdmissionCancelled(stay_id=self._stay(n), hospital="h", cancelled_at=self.hand.now, **where(n))

    def stay_on(self, n: int) -> Event:
        return DischargeCancelled(stay_id=self._stay(n), hospital="h", cancelled_at=self.hand.now, **where(n))

    def die(self, n: int) -> Event:
        return DeathReported(report_id=self._report(n), source="family", reported_at=self.hand.now, **where(n))

    def live(self, n: int) -> Event:
        return DeathRetracted(
            report_id=self._report(n), reason=a_reason("namesake"), retracted_at=self.hand.now, **where(n)
        )

    def change(self, n: int) -> Event:
        change_id = derived("test", "change", next(self.numbers))
        return FamilyChanged(change_id=change_id, change="spouse-died", reported_at=self.hand.now, **where(n))

    def need(self, n: int) -> Event:
        hardship = self.random.choice(["poverty", "illness"])
        hardship_id = derived("test", "hardship", next(self.numbers))
        return HardshipReported(hardship_id=hardship_id, hardship=hardship, reported_at=self.hand.now, **where(n))

    async def contact(self, n: int) -> None:
        party = self.random.choice(sorted(ROLES))
        await self._ask(
            RecordContact(
                contact_id=ContactId(derived("test", "contact", next(self.numbers))),
                person_id=person(n),
                kind=self.random.choice(["call-on", "hello"]),
                strength=self.random.choice(["there", "voice"]),
                outcome=self.random.choice(["found", "found", "out", "gone"]),
                note=NOTE,
                made_at=self._lately(),
            ),
            ROLES[party],
        )

    async def strike(self, n: int) -> None:
        """Any of theirs that stands."""
        sql = "SELECT array_agg(contact_id ORDER BY 1) FROM contacts WHERE person_id = $1 AND struck_at IS NULL"
        if found := await self._one(sql, n):
            strike_id, struck = derived("test", "strike", next(self.numbers)), self.random.choice(found)
            asked = StrikeContact(
                strike_id=strike_id, person_id=person(n), contact_id=struck, reason=a_reason("登记错了人")
            )
            await self._ask(asked, "clerk")

    async def waive(self, n: int) -> None:
        found = await self._one(
            "SELECT duty_id FROM duties WHERE person_id = $1 AND closed_at IS NULL ORDER BY 1 LIMIT 1", n
        )
        if found is not None:
            asked = WaiveDuty(
                waiver_id=derived("test", "waiver", next(self.numbers)),
                person_id=person(n),
                duty_id=DutyId(found),
                reason=a_reason("本人恳切谢绝"),
            )
            await self._ask(asked, self.random.choice(["chief", "mayor"]))

    async def happen(self, n: int) -> None:
        """What visits does not hear of yet is put into its tables, and the person is woken."""
        event = self.random.choice(sorted(EVENTS_HEARD))
        until = self.hand.now + DAY * 4 if event == "absence" else None
        await self._put(
            n,
            "INSERT INTO happenings (person_id, happening_id, event, what, happened_at, known_at, until) "
            "VALUES ($1, $2, $3, $4, $5, $5, $6)",
            derived("test", "happening", next(self.numbers)), event, EVENTS_HEARD[event], self.hand.now, until,
        )  # fmt: skip

    async def pass_by(self, n: int) -> None:
        """What lasted ends; a silence ends when somebody meets them."""
        await self._put(
            n,
            "UPDATE happenings SET until = $2 WHERE person_id = $1 AND until IS NULL AND event <> 'no-answer'",
            self.hand.now,
        )

    async def be_wrong(self, n: int) -> None:
        await self._put(
            n, "UPDATE happenings SET retracted_at = $2 WHERE person_id = $1 AND event <> 'no-answer'", self.hand.now
        )

    async def move(self, n: int) -> None:
        category = self.random.choice(["alone", "at-home"])
        await self._put(
            n,
            "UPDATE cares SET category = $2, classed_at = $3, reclassed_at = $3 "
            "WHERE person_id = $1 AND category <> $2",
            category, self.hand.now,
        )  # fmt: skip

    async def be_born(self, n: int) -> None:
        day = date(1934, 5, 1) + DAY * (n * 37 % 2000)
        await self._put(
            n, "UPDATE cares SET birth_year = $2, birthday = $3 WHERE person_id = $1", day.year, f"{day:%m-%d}"
        )

    async def _put(self, n: int, sql: str, *values: Any) -> None:
        await self.hand.stand()
        async with self.hand.database.transaction() as tx:
            if await tx.fetchval("SELECT kind FROM cares WHERE person_id = $1 FOR UPDATE", person(n)) is not None:
                await tx.execute(sql, person(n), *values)
                await tx.execute("UPDATE cares SET wake_at = $2 WHERE person_id = $1", person(n), self.hand.now)
        while await self.hand.clock.round():
            pass

    async def _ask(self, request: Any, role: str) -> None:
        try:
            await self.hand.asked(request, by=by(role))
        except Rejected:
            return

    async def _one(self, sql: str, n: int) -> Any:
        async with self.hand.database.connection() as connection:
            return await connection.fetchval(sql, person(n))

    def _lately(self) -> datetime:
        return self.hand.now - hours(self.random.randrange(40))

    def _stay(self, n: int) -> StayId:
        return StayId(derived("test", "stay", n, self.random.randrange(3)))

    def _report(self, n: int) -> Any:
        return derived("test", "report", n, self.random.randrange(2))

    TABLE: tuple[Callable[["Dice", int], Any], ...] = (
        enrol, enrol, admit, admit, discharge, cancel, stay_on, die, live, live, change, need, contact, contact, contact,
        strike, waive, happen, pass_by, be_wrong, move, be_born, be_born,
    )  # fmt: skip


async def counted(hand: ByHand) -> Counted:
    await hand.stand()
    async with hand.database.connection() as connection:
        book = await care_store.books.in_force(connection)
    return await count(hand.database, book)


async def certified(hand: ByHand) -> CoverageCertified:
    """The night comes: everybody is counted and the certificate issued."""
    await hand.stand()
    async with hand.database.connection() as connection:
        book = await care_store.books.in_force(connection)
    _, (said,) = await hand.asked(await counted_request(hand.database, book))
    assert isinstance(said, CoverageCertified)
    return said
