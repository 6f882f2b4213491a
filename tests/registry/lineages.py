"""Units that end while people are in them: who is counted where, and who was left behind."""

from typing import TypeVar

from bus.testing import ByHand
from contracts.event import Event
from contracts.ids import UnitId
from services.registry import metrics
from services.registry.domain.lineage import LOOKS_EVERY
from tests.registry.reforms import ALONG
from tests.registry.town import BUREAU, named, registering, settled

E = TypeVar("E", bound=Event)
ALL_ALONG = {"officers": [str(ALONG)]}


def of(kind: type[E], said: list[Event]) -> list[E]:
    return [event for event in said if isinstance(event, kind)]


async def left_behind(town: ByHand) -> float:
    async with town.database.connection() as connection:
        await metrics.measure(connection)
    return metrics.LEFT_BEHIND._value.get()  # type: ignore[no-any-return]


async def looked(town: ByHand) -> list[Event]:
    """It has been looked twice who has arrived."""
    return [*await settled(town), *await settled(town, LOOKS_EVERY), *await settled(town, LOOKS_EVERY)]


async def another_unit(town: ByHand) -> UnitId:
    station = UnitId(named("unit", "水文站"))
    await town.asked(registering(station, "双塔市水文站", "unit", BUREAU))
    await settled(town)
    return station
