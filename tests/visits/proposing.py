"""The doors of the policy by hand: a pack that is another version of the shipped one, who proposes it, and who approves."""

import shutil
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from bus.decisions import Caller
from bus.testing import MORNING, ByHand
from contracts.ids import derived
from contracts.personal import SealedContact, SealedIdentity
from contracts.registry import Holder
from services.visits.policy import Installed, files_of, load_files
from services.visits.service import recall_policy, service
from services.visits.store import care_store
from tests.visits.packs import POLICIES, spoil
from tests.visits.shuangta import CHEN, KEYS, WATER, bearing

AUTHOR = Caller(person="9901", role="bureau-officer")
SECOND = Caller(person="9902", role="organisation-department")
THIRD = Caller(person="9904", role="organisation-department")
EAST = Caller(person="9903", role="bureau-officer", county="东区")
WITHOUT_BUREAU = derived("test", "proposal")
LATER = derived("test", "later proposal")
ORDER = derived("test", "order")
HOUR = timedelta(hours=1)
Doors = Callable[..., Any]


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A version with another window for the unit's hospital visit, and without the bureau's."""
    pack = Path(shutil.copytree(POLICIES, tmp_path / "policies")) / "shuangta"
    spoil(pack, "rules.yaml", "window: {due: 24h}", "window: {due: 48h}")
    text = (pack / "rules.yaml").read_text(encoding="utf-8")
    begin, end = text.index("  - name: hospital-visit-bureau"), text.index("  - name: hardship-visit")
    (pack / "rules.yaml").write_text(text[:begin] + text[end:], encoding="utf-8")
    return pack


@pytest.fixture
async def hand(fresh: Callable[..., Any], repository: Path) -> AsyncIterator[ByHand]:
    folder = repository / "policies" / "shuangta"
    care_store.books.install(Installed.read(folder), load_files)
    async with fresh(service) as database:
        await recall_policy(database)
        yield ByHand(service, database, MORNING)


@pytest.fixture
async def doors(hand: ByHand) -> AsyncIterator[Doors]:
    async with hand.http(KEYS) as client:

        async def ask(path: str, body: Any = None, by: Caller = AUTHOR) -> Any:
            headers = bearing(by)
            asked = client.get(path, headers=headers) if body is None else client.post(path, json=body, headers=headers)
            said = await asked
            return said.status_code, said.json()

        yield ask


def holder(role: str) -> Holder:
    return Holder(
        role=role, party="bureau", holder_id=CHEN, unit_id=WATER,
        name=KEYS.seal(SealedIdentity, "陈立", kind="name", person=CHEN),
        phone=KEYS.seal(SealedContact, "+8619900000001", kind="phone", person=CHEN),
    )  # fmt: skip


async def in_force(hand: ByHand, doors: Doors, pack: Path, proposal_id: UUID = WITHOUT_BUREAU) -> str:
    status, said = await doors("/policies", {"proposal_id": str(proposal_id), "files": files_of(pack)})
    assert status == 201, said
    status, said = await doors(f"/policies/{proposal_id}/approval", {}, SECOND)
    assert status == 201, said
    hand.now += timedelta(minutes=1)
    await hand.stand()
    version: str = said["version"]
    return version
