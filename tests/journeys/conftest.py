"""One whole system for all journeys, and what must hold after each of them."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

import pytest

from deploy.local.platform import Platform
from deploy.local.ports import Ports
from tests.journeys.quiet import Quiet
from tests.journeys.rebuilt import all_differences
from tests.journeys.world import World


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Kafka, PostgreSQL, the carrier and the five services, of this test run alone."""
    platform = Platform(tmp_path_factory.mktemp("journeys") / "bifang", Ports.free())
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("BIFANG_ENVIRONMENT", "test")
        with platform:
            yield platform
    platform.destroy()


@pytest.fixture(scope="session")
async def world(platform: Platform) -> AsyncIterator[World]:
    """The invented city has settled in; its thirty people are dealt out to the journeys one by one."""
    async with World.settled(platform) as world:
        yield world


@pytest.fixture(scope="session")
async def quiet(world: World) -> AsyncIterator[Quiet]:
    async with Quiet(world.witness, world.platform.brokers) as quiet:
        yield quiet


@dataclass
class Expected:
    """What a journey knowingly causes; whatever else goes wrong on the way fails it."""

    letters: dict[str, int] = field(default_factory=dict)
    """Dead letters, by service."""
    restarts: bool = False


@pytest.fixture
def expected() -> Expected:
    return Expected()


@pytest.fixture(autouse=True)
async def what_must_hold(world: World, quiet: Quiet, expected: Expected) -> AsyncIterator[None]:
    """After each journey: the journal explains the tables, no SMS went twice, nothing was buried and nobody died unseen."""
    await quiet.comes()
    letters, restarts = await _letters(quiet), world.restarts
    yield
    await quiet.comes()
    assert await all_differences(world.platform) == []
    assert (await world.carrier.ledger()).taken_twice == ()
    assert {
        name: n - letters[name] for name, n in (await _letters(quiet)).items() if n > letters[name]
    } == expected.letters
    assert world.restarts == restarts or expected.restarts


async def _letters(quiet: Quiet) -> dict[str, int]:
    ends = await quiet.ends()
    found: dict[str, int] = {}
    for (topic, _), end in ends.items():
        owner, _, kind = topic.partition(".")
        if kind == "dead-letters":
            found[owner] = found.get(owner, 0) + end
    return found
