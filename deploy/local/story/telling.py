"""The whole telling: a city settles in, the three chapters are played, and what was measured is summed up."""

import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime

from rich.console import Console

from deploy.local.actors.carrier import Carrier
from deploy.local.actors.hospital import Hospital
from deploy.local.actors.staff import Staff
from deploy.local.actors.witness import Witness
from deploy.local.platform import Platform
from deploy.local.story import admission, death, greeting
from deploy.local.story.cast import Cast, Players, choose
from deploy.local.story.hours import daytime
from deploy.local.story.stage import NOT_PROVED, Stage, Step

LOCAL = "127.0.0.1"


async def tell(platform: Platform, console: Console) -> list[Step]:
    """Every step was proved when this returns. Raises the Trouble of the first that was not."""
    async with AsyncExitStack() as stack:
        witness = await stack.enter_async_context(Witness(platform.brokers, platform.admin_dsn))
        cast = await choose(witness)
        staff = await stack.enter_async_context(Staff.of(platform, cast.city))
        carrier = await stack.enter_async_context(Carrier(f"http://{LOCAL}:{platform.ports['carrier']}"))
        stage = Stage(console, witness, platform.places)
        await _settle_in(stage, staff, witness)
        ahead = await staff.ahead()  # the hospital's clock shows the hour of the city
        hospital = Hospital(LOCAL, platform.ports["mllp"], now=lambda: datetime.now(UTC) + ahead)
        await stack.enter_async_context(hospital)
        players = _players(cast, stage, witness, staff, hospital, carrier)
        for chapter in (admission, greeting, death):
            try:
                await chapter.tell(players)
            except NOT_PROVED as reason:  # between two steps
                raise stage.trouble(f"{stage.steps[-1].name}”之后", "visits", reason) from reason
        return stage.steps


async def _settle_in(stage: Stage, staff: Staff, witness: Witness) -> None:
    city = staff.city
    stage.chapter("序、双塔市（虚构的城市，虚构的人）")
    stage.hour(await daytime(staff))
    counts = f"{len(city.units)} 个单位、{len(city.people)} 位老同志及各自的联络员"
    async with stage.doing(f"登记 {counts}，各服务都已知道", "registry") as step:
        began = time.monotonic()
        await staff.settle_in(witness)
        step.seconds = time.monotonic() - began


def _players(cast: Cast, stage: Stage, witness: Witness, staff: Staff, hospital: Hospital, carrier: Carrier) -> Players:
    silent, dying, neighbour = cast.alone[:3]
    return Players(
        stage, witness, staff, hospital, carrier, cast.city, cast.patient, silent, dying, neighbour, cast.living
    )
