"""What is asked every night: is everybody owed what they must be owed, this very night?"""

import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from bench.year.chronicle import Chronicle
from bench.year.life import Life
from bench.year.model import Owed
from bench.year.verdict import tonight
from deploy.local.actors.staff import Staff
from deploy.local.actors.witness import Witness
from services.visits.domain import Policy

_SINCE: Final = (
    "SELECT person_id, rule, occurrence, opened_at FROM visits.duties WHERE opened_at > $1 ORDER BY opened_at"
)
SAY_EVERY: Final = 7


class Nights:
    """Reads only what was opened since the night before."""

    def __init__(
        self,
        witness: Witness,
        bureau: Staff,
        chronicle: Chronicle,
        policy: Policy,
        life: Life,
        say: Callable[[str], None],
    ) -> None:
        self.asked = 0
        self.bare: list[str] = []
        self._witness, self._bureau, self._chronicle = witness, bureau, chronicle
        self._policy, self._life, self._say = policy, life, say
        self._known: Counter[Owed] = Counter()
        self._since = datetime(2000, 1, 1, tzinfo=UTC)
        self._began = time.monotonic()

    async def ask(self, now: datetime) -> None:
        """By the model of the bench, and by the certificate of the services: both must name nobody."""
        for row in await self._witness.rows(_SINCE, self._since):
            self._known[Owed(row["person_id"], row["rule"], row["occurrence"])] += 1
            self._since = row["opened_at"]
        if missing := tonight(self._chronicle, self._policy, self._known, now):
            self._is_bare(f"{now:%Y-%m-%d}: {len(missing)}, {missing[0]}")
        counted = (await self._bureau.coverage("/coverage/recount", {}))["figures"]
        if named := counted["exceptions"] + counted["stuck"]:
            self._is_bare(f"{now:%Y-%m-%d}: the certificate names {named}")
        for reform in await self._bureau.coverage("/lineages", {}):
            if not reform["whole"]:
                self._is_bare(f"{now:%Y-%m-%d}: the proof of a reform is not whole: {reform}")
        self.asked += 1
        if self.asked % SAY_EVERY == 1:
            self._say(
                f"{now:%Y年%m月%d日}  已产生 {self._known.total():,} 项  办了 {self._life.contacts:,} 次  "
                f"第 {self._life.steps:,} 步  {time.monotonic() - self._began:.0f} 秒"
            )

    def _is_bare(self, why: str) -> None:
        self.bare.append(why)
        self._say(why)
