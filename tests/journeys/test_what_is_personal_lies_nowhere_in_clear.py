"""Journey 12: a disk that is stolen, a log that is sent to a supplier, a dashboard on a wall: none of them tells of anybody."""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import asyncpg
import httpx
import pytest

from contracts.all import OWNERS
from contracts.gateway import SmsReplied
from contracts.ids import HolderId, PersonId
from contracts.notify import SmsRequested
from contracts.registry import DeathReported
from contracts.resident_id import check_digit
from deploy.local.actors.city import Holder
from deploy.local.actors.shape import HOSPITAL
from deploy.local.actors.wire import NotTaken
from tests.journeys.clear import forms, found_in
from tests.journeys.quiet import Quiet
from tests.journeys.world import World

pytestmark = pytest.mark.journey
WARDS: Final = ("听涛疗养七病区", "望海安宁九病区")
REPLY: Final = "灯塔海螺收到,明日上午前往"
THE_CITY: Final = (rb"1990000[0-9]{4}", rb"99010119[0-9]{9}[0-9X]")
"""Every phone and every resident ID of the people of all the other journeys."""


async def test_what_is_personal_lies_nowhere_in_clear(world: World, quiet: Quiet, tmp_path: Path) -> None:
    personal = await _live_through_everything(world)
    await quiet.comes()
    await world.witness.rows("CHECKPOINT")
    (tmp_path / "control").write_bytes(b"\0".join(forms(HOSPITAL).values()))

    assert found_in(_files(tmp_path), [HOSPITAL]) == {(HOSPITAL, form) for form in forms(HOSPITAL)}
    postgres = Path((await world.witness.rows("SHOW data_directory"))[0][0])
    for place, by_right, heaps in _places(world, postgres, await _tables(world), await _metrics(world)):
        found = found_in(heaps, [by_right, *personal], *THE_CITY)
        assert {value for value, _ in found} == {by_right}, f"in {place}: {found}"


async def _live_through_everything(world: World) -> list[str]:
    """Somebody unmistakable is enrolled, falls ill, is written about, is answered for, and dies; what was said in clear."""
    liaison = Holder(HolderId(uuid4()), "liaison", "欧阳海螺", "19900007531")
    body = "997654193506070" + "01"
    planted = replace(
        world.somebody(), person_id=PersonId(uuid4()), name="上官灯塔", resident_id=body + check_digit(body),
        phone="19900008642", liaison=liaison,
    )  # fmt: skip
    staff, witness = world.staff, world.witness
    of: dict[str, Any] = {"person_id": planted.person_id}
    with pytest.raises(NotTaken):
        await staff.enrol(replace(planted, resident_id=body + "*"))
    await staff.enrol(planted)
    await staff.assign(planted)
    async with world.hospital() as hospital:
        visit = hospital.visit()
        await hospital.send(hospital.message("A01", planted, visit, ward=f"4506^^1^^{WARDS[0]}"))
        await hospital.send(hospital.message("A02", planted, visit, ward=f"4507^^2^^{WARDS[1]}"), charset="gb18030")
        told = await witness.sees(SmsRequested, **of, role="liaison", template="hospital-visit-liaison")
        await witness.finds("SELECT state = 'delivered' FROM gateway.outgoing WHERE sms_id = $1", told.event.sms_id)
        await world.replies(liaison, REPLY)
        await witness.sees(SmsReplied, **of, sms_id=told.event.sms_id)
        await _mumble(world, hospital.message("A01", planted, visit).body())
        await hospital.reports_death(planted, visit)
    await witness.sees(DeathReported, **of)
    await staff.file(planted)
    text = (await world.carrier.ledger()).text_of(told.event.sms_id)
    assert text is not None
    born = f"{planted.birth_date:%Y-%m-%d}"
    return [planted.name, planted.resident_id, planted.phone, born, liaison.name, liaison.phone, text, *WARDS, REPLY]


async def _mumble(world: World, message: bytes) -> None:
    """Messages whose first lines were lost, the last all before PID: nobody can take them in, and all the rest is there."""
    reader, writer = await asyncio.open_connection("127.0.0.1", world.platform.ports["mllp"])
    segments = message.split(b"\r")
    for lost in (1, 2):
        writer.write(b"\x0b" + b"\r".join(segments[lost:]) + b"\x1c\r")
        assert b"MSA|AE" in await asyncio.wait_for(reader.readuntil(b"\x1c\r"), 10)
    writer.close()


def _places(world: World, postgres: Path, tables: bytes, metrics: bytes) -> Iterator[tuple[str, str, Iterable[bytes]]]:
    """Where is searched, what lies there in clear by right, and the bytes themselves, a file at a time."""
    places = world.platform.places
    yield "PostgreSQL's log of changes", HOSPITAL, _files(postgres / "pg_wal")
    yield "PostgreSQL's files", HOSPITAL, _files(postgres / "base")
    yield "Kafka's log", HOSPITAL, _files(places.kafka)
    yield "the log files", "gateway", _files(places.logs)
    yield "the tables, uncompressed", HOSPITAL, [tables]
    yield "the metrics", "bifang_facts_total", [metrics]


def _files(folder: Path) -> Iterator[bytes]:
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):  # thrown away by its owner since it was listed
            if path.is_file() and (heap := path.read_bytes().rstrip(b"\0")):  # Kafka's indexes are long and hold little
                yield heap


async def _tables(world: World) -> bytes:
    """As they answer when they are asked: PostgreSQL keeps what is long compressed."""
    heap = BytesIO()
    connection = await asyncpg.connect(world.platform.admin_dsn)
    tables = "SELECT schemaname, tablename FROM pg_tables WHERE schemaname = ANY($1)"
    for schema, table in await connection.fetch(tables, list(OWNERS)):
        await connection.copy_from_query(f'SELECT * FROM {schema}."{table}"', output=heap)
    await connection.close()
    return heap.getvalue()


async def _metrics(world: World) -> bytes:
    async with httpx.AsyncClient(trust_env=False) as http:
        doors = [f"http://127.0.0.1:{world.platform.ports[name]}/metrics" for name in OWNERS]
        return b"".join([(await http.get(door)).content for door in doors])
