"""The policy book as the database has it: which versions were ever in force, and which one is.

Beneath them all lies the pack with which the city began: it was kept at the first start. What stands on disk later is in force
by a proposal and another person's approval, as every version is; only what things are called is read from there (docs/how-to).
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from bus.database import Connection
from bus.guards import Unsafe
from bus.now import NOW
from services.visits.domain import Activation, Book, Policy
from services.visits.policy.installed import Installed

_INSTALLED = "installed:"
_BEFORE_ALL = datetime(1949, 10, 1, tzinfo=UTC)
_IN_FORCE = f"""
SELECT proposal_id FROM proposals WHERE in_force_from <= {NOW} AND withdrawn_at IS NULL ORDER BY in_force_from, proposal_id
"""
_UP_TO = """
SELECT p.proposal_id FROM proposals p JOIN proposals that ON that.proposal_id = $1
WHERE (p.in_force_from, p.proposal_id) <= (that.in_force_from, that.proposal_id) AND p.withdrawn_at IS NULL
ORDER BY p.in_force_from, p.proposal_id
"""
_READ = """
SELECT p.proposal_id, p.version, p.in_force_from, s.files FROM proposals p JOIN sources s USING (version)
WHERE p.proposal_id = ANY($1) ORDER BY p.in_force_from, p.proposal_id
"""

_FILES = "SELECT files FROM sources WHERE version = $1 UNION ALL SELECT files FROM installed WHERE version = $1 LIMIT 1"
_KEEP = f"""
INSERT INTO installed (city, version, files, installed_at)
SELECT $1, $2, $3, {NOW} WHERE NOT EXISTS (SELECT FROM installed) ON CONFLICT DO NOTHING
"""
_KEPT = "SELECT city, version, files FROM installed"


class Books:
    """Each version is made ready once in a process."""

    def __init__(self) -> None:
        self._on_disk: Installed | None = None
        self._installed: Policy | None = None
        self._made_of: Callable[[Mapping[str, str]], Policy] | None = None
        self._policies: dict[str, Policy] = {}
        self._books: dict[tuple[UUID, ...], Book] = {}

    def install(self, on_disk: Installed, made_of: Callable[[Mapping[str, str]], Policy]) -> None:
        """`made_of` makes a policy of the files of a version, as they were proposed."""
        self._on_disk, self._installed, self._made_of = on_disk, on_disk.policy, made_of
        self._books.clear()

    @property
    def on_disk(self) -> Installed:
        assert self._on_disk is not None, "no policy was installed"
        return self._on_disk

    async def recall(self, tx: Connection) -> None:
        """With which pack this city began; at the very first start, with the one on disk. Unsafe if that is another city's."""
        policy = self.on_disk.policy
        await tx.execute(_KEEP, policy.city, policy.version, json.dumps(dict(self.on_disk.files), ensure_ascii=False))
        kept: Any = await tx.fetchrow(_KEPT)
        if kept["city"] != policy.city:
            raise Unsafe(
                f"this is the database of {kept['city']}, and the pack on disk is of {policy.city}: BIFANG_POLICY"
            )
        if kept["version"] != policy.version:
            self._installed = self._policy(kept["version"], kept["files"])
            self._books.clear()

    async def in_force(self, tx: Connection) -> Book:
        """At the hour of the database, by one look at a table of a few rows."""
        return await self._book(tx, [row[0] for row in await tx.fetch(_IN_FORCE)])

    async def under(self, tx: Connection, label: str | None) -> Book:
        """As it was when this label was in force."""
        if label is None or label.startswith(_INSTALLED):
            return await self._book(tx, [])
        return await self._book(tx, [row[0] for row in await tx.fetch(_UP_TO, UUID(label))])

    async def files(self, tx: Connection, version: str) -> Mapping[str, str] | None:
        """Of a version that was proposed, or with which the city began; None = there is none such."""
        found: Any = await tx.fetchval(_FILES, version)
        return json.loads(found) if found is not None else None

    async def _book(self, tx: Connection, ids: list[UUID]) -> Book:
        known = self._books.get(tuple(ids))
        if known is None:
            known = self._books[tuple(ids)] = Book.of([self._first(), *await self._activations(tx, ids)])
        return known

    def _first(self) -> Activation:
        assert self._installed is not None, "no policy was installed"
        return Activation(_INSTALLED + self._installed.version, _BEFORE_ALL, self._installed)

    async def _activations(self, tx: Connection, ids: list[UUID]) -> list[Activation]:
        rows = await tx.fetch(_READ, ids) if ids else []
        return [
            Activation(str(row["proposal_id"]), row["in_force_from"], self._policy(row["version"], row["files"]))
            for row in rows
        ]

    def _policy(self, version: str, files: str) -> Policy:
        known = self._policies.get(version)
        if known is None:
            assert self._made_of is not None
            made = self._made_of(json.loads(files))
            known = self._policies[version] = replace(made, version=version)  # a release may count another name of it
        return known
