"""The certificate as it is read: nightly, chained, naming people to those who may know, and recounted when asked."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from bus.sealed import KeyRing, new_demo_ring
from bus.testing import MORNING, ByHand, bearer
from contracts.ids import ContactId, derived
from contracts.registry import DeathReported
from services.visits import metrics
from services.visits.coverage.nightly import LOOKS_EVERY_S, LOOKS_IN_VAIN, Nightly, is_due
from services.visits.domain.certificates import Certificate, Flaw, flaws
from services.visits.requests.contacts import RecordContact
from services.visits.service import service
from services.visits.store import care_store
from tests.visits.coverage_city import CLERK, DAY, certified, enrolled, install, person, policy, where
from tests.visits.town import GREETING, REPORTING, UNIT, card

KEYS = KeyRing(json.dumps(new_demo_ring(["identity", "contact"])))
OFFICER = bearer(KEYS, "bureau-officer")
NORTH = [1, 2, 4, 5]
SIX = range(1, 7)


@pytest.fixture
async def hand(fresh: Callable[..., Any], repository: Path) -> AsyncIterator[ByHand]:
    """Six people, two of them in the south; everybody's card says who answers for them, but nobody is mayor."""
    install(policy(repository, GREETING, REPORTING))
    async with fresh(service) as database:
        hand = ByHand(service, database, MORNING)
        await hand.hears(*(enrolled(n, hand.now) for n in SIX))
        roles = ("clerk", "chief", "warden", "neighbour")
        carded = [card(category="alone" if n % 2 else "at-home", roles=roles).model_copy(update=where(n)) for n in SIX]
        await hand.hears(*carded)
        yield hand


async def get(hand: ByHand, path: str, headers: dict[str, str] = OFFICER, status: int = 200) -> Any:
    async with hand.http(KEYS) as http:
        said: httpx.Response = await http.get(path, headers=headers)
    assert said.status_code == status, said.text
    return said.json()


async def pages(hand: ByHand, path: str) -> list[Any]:
    """To the last of them."""
    async with hand.http(KEYS) as http:
        said = [await http.get(path, headers=OFFICER)]
        while "next" in said[-1].links:
            said.append(await http.get(said[-1].links["next"]["url"], headers=OFFICER))
    return [page.json() for page in said]


async def forget(hand: ByHand, n: int) -> None:
    """Somebody's duty is lost, whoever lost it."""
    async with hand.database.transaction() as tx:
        await tx.execute("DELETE FROM duties WHERE person_id = $1 AND rule = 'reporting'", person(n))


async def test_a_night_s_certificate_says_how_many_and_names_whom(hand: ByHand) -> None:
    await forget(hand, 2)

    said = await certified(hand)

    shown = await get(hand, "/coverage")
    assert (shown["number"], shown["hash"]) == (1, said.hash)
    assert {name: shown["figures"][name] for name in ("living", "dead", "rules", "exceptions", "stuck")} == {
        "living": 6, "dead": 0, "rules": 2, "exceptions": 1, "stuck": 0
    }  # fmt: skip
    assert sum(count["people"] for count in shown["counts"]) == 6 * 2
    assert shown["zh"]["verdict"]["missing"] == "应有而没有"
    named = await get(hand, "/coverage/exceptions")
    assert [(line["person_id"], line["rule"], line["why_zh"]) for line in named["people"]] == [
        (str(person(2)), "reporting", "应有而没有")
    ]


async def test_each_sees_whom_the_certificate_names_of_their_own(hand: ByHand) -> None:
    await forget(hand, 2)
    await forget(hand, 3)
    await certified(hand)

    for headers, seen in [
        (OFFICER, [2, 3]),
        (bearer(KEYS, "bureau-officer", county="north"), [2]),
        (bearer(KEYS, "liaison", unit=UNIT), [2, 3]),
        (bearer(KEYS, "liaison", unit=derived("test", "another unit")), []),
    ]:
        named = await get(hand, "/coverage/exceptions", headers)
        assert {line["person_id"] for line in named["people"]} == {str(person(n)) for n in seen}


async def test_a_rung_that_nobody_holds_is_named_with_its_unit(hand: ByHand) -> None:
    """Of the mayor's rung there is none above: six people of one unit."""
    assert (await certified(hand)).unreachable == 1

    named = await get(hand, "/coverage/exceptions")

    assert named["rungs"] == [
        {"unit_id": str(UNIT), "rung": "mayor", "rung_zh": "镇长", "role_zh": "镇长", "people": 6}
    ]
    of_others = await get(hand, "/coverage/exceptions", bearer(KEYS, "bureau-officer", county="elsewhere"))
    assert of_others["rungs"] == []


async def test_of_who_has_no_card_no_rung_is_proved(hand: ByHand) -> None:
    await hand.hears(enrolled(7, hand.now))

    await certified(hand)

    named = await get(hand, "/coverage/exceptions")
    assert {(line["rung_zh"], line["people"]) for line in named["rungs"]} == {
        ("镇长", 7), ("镇政府", 1), ("站长", 1), ("承办人", 1)
    }  # fmt: skip


async def test_two_nights_are_a_chain_and_what_is_changed_in_it_shows(hand: ByHand) -> None:
    await certified(hand)
    await hand.waits(DAY)
    await certified(hand)
    lines = await get(hand, "/coverage/certificates")
    assert [line["names_stand"] for line in lines] == [True, True]
    assert list(flaws([as_read(line) for line in lines])) == []

    async with hand.database.transaction() as tx:
        await tx.execute("UPDATE certificates SET unreachable = 0 WHERE number = 1")
        await tx.execute("DELETE FROM unreachable")

    lines = await get(hand, "/coverage/certificates")
    assert [line["names_stand"] for line in lines] == [False, False]
    assert list(flaws([as_read(line) for line in lines])) == [Flaw(1, "certificate-changed")]
    assert list(await get(hand, "/coverage/certificates?after=2")) == []
    end = await get(hand, "/coverage/end")
    assert (end["number"], end["hash"]) == (2, lines[1]["hash"])


def as_read(line: dict[str, Any]) -> Certificate:
    from deploy.local.commands.coverage import certificate_of

    return certificate_of(line)


async def test_a_day_has_one_certificate_whoever_counts(hand: ByHand) -> None:
    first = await certified(hand)
    hand.now += timedelta(hours=1)

    with pytest.raises(Exception, match="IssueCertificate"):
        await certified(hand)

    lines = await get(hand, "/coverage/certificates")
    assert [line["hash"] for line in lines] == [first.hash]


async def test_it_is_due_once_a_civil_day_at_two_and_at_once_where_there_never_was_one(hand: ByHand) -> None:
    async def due() -> bool:
        await hand.stand()
        async with hand.database.connection() as tx:
            return await is_due(tx, await care_store.books.in_force(tx))

    assert await due()
    await certified(hand)
    assert not await due()
    hand.now = MORNING.replace(hour=17, minute=59)
    assert not await due()
    hand.now = MORNING.replace(hour=18, minute=0)
    assert await due()


@pytest.fixture
async def auditor(hand: ByHand) -> AsyncIterator[Nightly]:
    await hand.stand()
    hand.asking.start()
    yield Nightly(hand.asking, hand.database, care_store.books)
    await hand.asking.stop()


async def issued(hand: ByHand) -> list[tuple[int, bool]]:
    """Number, and whether anybody's climb stands still."""
    async with hand.database.connection() as connection:
        rows = await connection.fetch("SELECT number, stuck > 0 AS stuck FROM certificates ORDER BY number")
    return [(row["number"], row["stuck"]) for row in rows]


async def test_the_auditor_certifies_at_its_first_look_and_once(hand: ByHand, auditor: Nightly) -> None:
    await auditor.look()
    await auditor.look()

    assert await issued(hand) == [(1, False)]


async def test_the_auditor_waits_for_a_clock_that_catches_up_but_not_for_ever(hand: ByHand, auditor: Nightly) -> None:
    """Five nights were slept through, and nobody has been woken yet."""
    hand.now += 5 * DAY
    await hand.stand()
    for _ in range(LOOKS_IN_VAIN):
        await auditor.look()
    assert await issued(hand) == []

    await auditor.look()

    assert await issued(hand) == [(1, True)]


async def test_the_auditor_looks_at_once_when_the_clock_of_a_demo_has_been_moved(
    hand: ByHand, auditor: Nightly
) -> None:
    """Its next look by itself is a minute away."""
    at_work = asyncio.create_task(auditor.run())
    await some_certificates(hand, 1)
    await hand.waits(DAY)

    auditor.look_now()

    await some_certificates(hand, 2)
    await auditor.stop()
    await at_work


async def some_certificates(hand: ByHand, n: int) -> None:
    async with asyncio.timeout(LOOKS_EVERY_S / 2):
        while len(await issued(hand)) < n:
            await asyncio.sleep(0.02)


async def test_a_recount_is_no_certificate(hand: ByHand) -> None:
    assert (await get(hand, "/coverage", status=404))["detail"] == "还没有出具过覆盖证书"
    await forget(hand, 2)

    shown = await get(hand, "/coverage/recount")

    assert (shown["number"], shown["figures"]["exceptions"]) == (0, 1)
    assert await get(hand, "/coverage/certificates") == []
    await get(hand, "/coverage/recount", bearer(KEYS, "liaison", unit=UNIT), status=403)


async def test_operations_see_what_the_last_certificate_names_and_how_old_it_is(hand: ByHand) -> None:
    await forget(hand, 2)
    await certified(hand)
    hand.now += timedelta(hours=27)
    await hand.stand()

    async with hand.database.connection() as connection:
        await metrics.measure(connection)

    assert metrics.NAMED.labels("missing")._value.get() == 1
    assert metrics.NAMED.labels("owed-to-the-dead")._value.get() == 0
    assert metrics.UNREACHABLE._value.get() == 1
    assert metrics.AGE._value.get() == 27 * 3600


async def test_the_longest_unvisited_come_first_and_nobody_is_left_out(hand: ByHand) -> None:
    """1 was visited today, 2 was telephoned; the dead are not on the list."""
    await hand.waits(5 * DAY)
    await met(hand, 1, "there")
    await met(hand, 2, "voice")
    await hand.hears(DeathReported(report_id=derived("t", 3), source="family", reported_at=hand.now, **where(3)))
    await hand.waits(2 * DAY)

    said = await get(hand, "/coverage/unvisited")

    assert said["people"] == 5
    assert {(UUID(line["person_id"]), line["days"]) for line in said["lines"]} == {
        (person(1), 2), (person(2), 7), (person(4), 7), (person(5), 7), (person(6), 7)
    }  # fmt: skip
    assert said["lines"][-1]["person_id"] == str(person(1))
    assert {UUID(line["person_id"]) for line in said["lines"] if line["contacted_at"]} == {person(1), person(2)}
    of_hall = await pages(hand, "/coverage/unvisited?party=hall&limit=2")
    assert [(page["people"], len(page["lines"])) for page in of_hall] == [(5, 2), (5, 2), (5, 1)]
    assert {UUID(line["person_id"]) for page in of_hall for line in page["lines"]} == {
        person(n) for n in (1, 2, 4, 5, 6)
    }
    assert (await get(hand, "/coverage/unvisited?party=nobody", status=422))["field"] == "party"


async def test_the_next_page_of_whom_a_certificate_names_is_of_that_certificate(hand: ByHand) -> None:
    """Though the night has brought another meanwhile, which names nobody else."""
    for n in (2, 4):
        await forget(hand, n)
    await certified(hand)
    async with hand.http(KEYS) as http:
        first = await http.get("/coverage/exceptions?limit=1", headers=OFFICER)
        await hand.waits(DAY)
        await certified(hand)
        second = await http.get(first.links["next"]["url"], headers=OFFICER)

    assert [page.headers["x-total-count"] for page in (first, second)] == ["2", "2"]
    assert {UUID(line["person_id"]) for page in (first, second) for line in page.json()["people"]} == {
        person(2), person(4)
    }  # fmt: skip
    assert "number=1&" in first.links["next"]["url"] and "next" not in second.links


async def test_the_ledger_shows_every_party_also_an_empty_share(hand: ByHand) -> None:
    await met(hand, 1, "there")
    await hand.waits(7 * DAY)

    of_unit = await get(hand, "/coverage/ledger")
    of_one = await get(hand, f"/coverage/ledger?by=person&of={person(1)}")

    def share(line: dict[str, Any]) -> tuple[Any, ...]:
        return tuple(line[name] for name in ("party_zh", "owed", "overdue", "done", "late", "waived", "contacts"))

    assert [share(line) for line in of_unit] == [
        ("粮站", 0, 0, 0, 0, 0, 1), ("镇政府", 12, 6, 0, 0, 0, 0), ("街坊", 3, 3, 0, 0, 0, 0)
    ]  # fmt: skip
    assert [share(line) for line in of_one] == [
        ("粮站", 0, 0, 0, 0, 0, 1), ("镇政府", 2, 1, 0, 0, 0, 0), ("街坊", 1, 1, 0, 0, 0, 0)
    ]  # fmt: skip


async def test_rates_have_their_denominators(hand: ByHand) -> None:
    await hand.waits(7 * DAY)

    by_county = await get(hand, "/coverage/equity")
    by_age = await get(hand, "/coverage/equity?by=age")

    assert [(r["of"], r["people"], r["people_overdue"], r["overdue"], r["due"], r["in_time"]) for r in by_county] == [
        ("north", 4, 4, 6, 6, 0), ("south", 2, 2, 3, 3, 0)
    ]  # fmt: skip
    assert [(r["zh"], r["people"]) for r in by_age] == [("不详", 6)]


async def test_a_week_that_was_let_pass_stays_in_the_denominator(hand: ByHand) -> None:
    """Who is never greeted counts as often as who is greeted every week: else neglect would better the rate."""
    for _ in range(3):
        await hand.waits(7 * DAY)

    north, south = await get(hand, "/coverage/equity")

    greeted_in_north, greeted_in_south = 2, 1  # those who live alone
    assert (north["due"], north["in_time"]) == (3 * (4 + greeted_in_north), 0)
    assert (south["due"], south["in_time"]) == (3 * (2 + greeted_in_south), 0)


async def met(hand: ByHand, n: int, strength: str) -> None:
    request = RecordContact(
        contact_id=ContactId(derived("test", "met", n)), person_id=person(n), kind="call-on", strength=strength,
        outcome="found", made_at=hand.now,
    )  # fmt: skip
    await hand.asked(request, by=CLERK)
