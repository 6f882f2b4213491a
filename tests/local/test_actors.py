"""The invented city and its hospital: plainly invented, the same for ever, and read by our own door as any other."""

import asyncio
from datetime import datetime, timedelta

import pytest

from contracts.resident_id import ResidentId
from deploy.local.actors.hospital import Hospital, NotAcknowledged, WronglyAcknowledged
from deploy.local.actors.making import SPECIAL, build
from deploy.local.actors.messages import SHANGHAI, Adt, Charset, Visit
from deploy.local.story.afterwards import EXAMPLE, EXAMPLE_OF
from services.medical.adt import read_adt
from services.medical.hl7 import read
from services.notify.voice import mobile, surname_of

NINE = datetime(2026, 5, 11, 9, 30, tzinfo=SHANGHAI)
PERSON = build().people[0]
VISIT = Visit("ZY1", NINE)


def test_the_same_seed_gives_the_same_city() -> None:
    assert build(50) == build(50)
    assert build(50, seed=102) != build(50)


@pytest.mark.parametrize("size", [1, 30, 20_000])
def test_nobody_is_anybody_else(size: int) -> None:
    city = build(size)
    holders = [unit.holder for unit in city.units] + list(
        {p.liaison.holder_id: p.liaison for p in city.people}.values()
    )

    assert len(city.people) == size == len({person.resident_id for person in city.people})
    assert len({person.person_id for person in city.people}) == size
    assert len({holder.phone for holder in holders}) == len(holders)


def test_two_cities_share_no_person_and_no_number_of_a_holder() -> None:
    one, other = build(), build(seed=102)

    assert not {p.resident_id for p in one.people} & {p.resident_id for p in other.people}
    assert not {unit.holder.phone for unit in one.units} & {unit.holder.phone for unit in other.units}
    assert not {unit.unit_id for unit in one.units} & {unit.unit_id for unit in other.units}


def test_everybody_is_plainly_invented_and_passes_every_check() -> None:
    for person in build(3000).people:
        assert ResidentId.read(person.resident_id).number.startswith("99")
        assert person.phone.startswith("1990000") and mobile(person.phone)
        assert 80 <= 2026 - person.birth_date.year <= 100
        assert surname_of(person.name)


def test_the_carrier_delivers_to_every_holder_but_the_special_ones() -> None:
    city = build(special=("404", "111"))
    phones = {unit.holder.phone for unit in city.units} | {person.liaison.phone for person in city.people}

    assert sorted(phone[-3:] for phone in phones if phone.endswith(SPECIAL)) == ["111", "404"]


def test_each_role_is_held_for_each_person_within_their_county() -> None:
    city = build()
    for person in city.people:
        for role in ("liaison", "unit-leader", "community-worker", "bureau-officer", "organisation-department"):
            assert city.holder(person, role).role == role
        assert city.unit[person.community_id].county == city.bureau(person).county == person.county


@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_medical_reads_what_the_hospital_writes(charset: Charset) -> None:
    died = NINE + timedelta(days=3)
    adt = Adt("A03", PERSON, VISIT, "7", died, died, died_at=died)

    heard = read_adt(read(adt.body(charset)))

    assert (heard.trigger, heard.control_id, heard.name) == ("A03", "7", PERSON.name)
    assert (heard.resident_id, heard.birth_date) == (ResidentId.read(PERSON.resident_id), PERSON.birth_date)
    assert (heard.visit_number, heard.is_inpatient, heard.admitted_at) == ("ZY1", True, NINE)
    assert (heard.event_at, heard.died, heard.died_at) == (died, True, died)


def test_the_example_that_is_shipped_is_an_admission_of_the_default_city() -> None:
    person = build().people[EXAMPLE_OF]
    adt = Adt("A01", person, Visit("ZY20260511001", NINE), "HIS202605110001", NINE, NINE)

    assert EXAMPLE.read_bytes() == adt.body()


async def answering(*answers: bytes) -> tuple[asyncio.Server, int]:
    """A receiver that gives these answers, one a connection, and hangs up where there is none."""
    left = list(answers)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\x1c\r")
        writer.write(left.pop(0))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    return server, server.sockets[0].getsockname()[1]


def ack(code: str, of: Adt) -> bytes:
    return b"\x0bMSH|^~\\&|\rMSA|%b|%b\r\x1c\r" % (code.encode(), of.control_id.encode())


async def test_what_is_not_acknowledged_is_said_again_and_counts_once_it_is() -> None:
    adt = Adt("A01", PERSON, VISIT, "7", NINE, NINE)
    server, port = await answering(b"", b"\x0bMSH|half", ack("AA", adt))

    async with server, Hospital("127.0.0.1", port) as hospital:
        taken = await hospital.send(adt)

    assert (taken.adt, taken.times_sent, hospital.ledger) == (adt, 3, [taken])


@pytest.mark.parametrize(("code", "of"), [("AE", "7"), ("AA", "8")])
async def test_only_aa_for_this_very_message_is_an_acknowledgement(code: str, of: str) -> None:
    adt, named = (Adt("A01", PERSON, VISIT, control_id, NINE, NINE) for control_id in ("7", of))
    server, port = await answering(ack(code, named))

    async with server, Hospital("127.0.0.1", port) as hospital:
        with pytest.raises(WronglyAcknowledged):
            await hospital.send(adt)
        assert hospital.ledger == []


async def test_silence_ends_the_patience_and_nothing_is_taken_for_sent() -> None:
    server, port = await answering(b"", b"", b"", b"", b"", b"")

    async with server, Hospital("127.0.0.1", port, patience=0.3) as hospital:
        with pytest.raises(NotAcknowledged):
            await hospital.admits(PERSON)
        assert hospital.ledger == []
