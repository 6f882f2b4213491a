"""The pack on disk: a city begins with it once; what is changed there later is in force by an approval alone."""

import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from bus.database import Database
from bus.guards import Unsafe
from services.visits.policy import Installed, load, load_files
from services.visits.service import recall_policy, service
from services.visits.store import care_store
from tests.visits.packs import POLICIES, SHUANGTA, spoil

BEGAN_WITH = load(SHUANGTA).version


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return Path(shutil.copytree(POLICIES, tmp_path / "policies")) / "shuangta"


@pytest.fixture
async def database(fresh: Callable[..., Any]) -> AsyncIterator[Database]:
    """Of a city that has begun with the shipped pack."""
    async with fresh(service) as database:
        await begins(database, SHUANGTA)
        yield database


async def begins(database: Database, folder: Path) -> Sequence[str]:
    """As a process of visits begins; what stands in its way."""
    care_store.books.install(Installed.read(folder), load_files)
    return await recall_policy(database)


async def test_a_city_begins_with_the_pack_on_disk(database: Database) -> None:
    async with database.connection() as tx:
        book = await care_store.books.in_force(tx)

    assert (book.label, list(book.versions)) == (f"installed:{BEGAN_WITH}", [BEGAN_WITH])


async def test_what_is_changed_on_disk_later_is_not_in_force(database: Database, pack: Path) -> None:
    spoil(pack, "rules.yaml", "window: {due: 24h}", "window: {due: 48h}")

    await begins(database, pack)

    async with database.connection() as tx:
        book = await care_store.books.in_force(tx)
        assert (book.label, list(book.versions)) == (f"installed:{BEGAN_WITH}", [BEGAN_WITH])
        assert book.in_force.rules == load(SHUANGTA).rules
        assert care_store.books.on_disk.policy.version == load(pack).version != BEGAN_WITH


async def test_the_files_with_which_it_began_are_kept_to_go_back_to(database: Database, pack: Path) -> None:
    spoil(pack, "rules.yaml", "window: {due: 24h}", "window: {due: 48h}")
    await begins(database, pack)

    async with database.connection() as tx:
        files = await care_store.books.files(tx, BEGAN_WITH)

    assert files is not None
    assert load_files(files).version == BEGAN_WITH


async def test_two_processes_that_begin_with_different_files_are_under_one_policy(
    database: Database, pack: Path
) -> None:
    spoil(pack, "rules.yaml", "window: {due: 24h}", "window: {due: 48h}")
    await begins(database, pack)
    async with database.connection() as tx:
        one = (await care_store.books.in_force(tx)).label
    await begins(database, SHUANGTA)
    async with database.connection() as tx:
        other = (await care_store.books.in_force(tx)).label

    assert one == other


async def test_the_pack_of_another_city_is_refused(database: Database) -> None:
    with pytest.raises(Unsafe, match="this is the database of 双塔市, and the pack on disk is of 宁德市"):
        await begins(database, POLICIES / "ningde")


async def test_a_pack_that_no_longer_names_what_is_in_force_is_refused(database: Database, pack: Path) -> None:
    """Nobody could write the SMS that the version in force asks for."""
    for file in ("messages.yaml", "rules.yaml"):
        text = (pack / file).read_text(encoding="utf-8")
        (pack / file).write_text(text.replace("greeting-missed", "another-text"), encoding="utf-8")

    in_the_way = await begins(database, pack)

    assert in_the_way == ["the version in force says what the pack on disk does not name: templates: greeting-missed"]


async def test_a_pack_that_names_less_can_still_be_looked_at(database: Database, pack: Path) -> None:
    """Whoever edits the pack in its place checks and simulates it there: what is in force is known all the same."""
    for file in ("messages.yaml", "rules.yaml"):
        text = (pack / file).read_text(encoding="utf-8")
        (pack / file).write_text(text.replace("greeting-missed", "another-text"), encoding="utf-8")
    await begins(database, pack)

    async with database.connection() as tx:
        assert (await care_store.books.in_force(tx)).in_force.version == BEGAN_WITH
