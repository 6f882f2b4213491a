"""What is asked every night: is everybody owed what they must be owed, this very night, and does the auditor certify it?"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, Final

from bench.year.chronicle import Chronicle
from bench.year.life import Life
from bench.year.model import Owed
from bench.year.verdict import rules_named, tonight
from deploy.local.actors.city import City
from deploy.local.actors.staff import Staff
from deploy.local.actors.witness import Witness
from services.visits.domain import Policy

_SINCE: Final = (
    "SELECT person_id, rule, occurrence, opened_at FROM visits.duties WHERE opened_at > $1 ORDER BY opened_at"
)
_OF_DAY: Final = "SELECT number FROM visits.certificates WHERE day = $1"
AUDITOR_S: Final = 120.0
"""A city of some hundred is counted in well under a second."""
ASKS_AGAIN_S: Final = 1.0
SAY_ALL: Final = 40
"""Of fewer days than this every seventh night is told, of more the first of each month."""


class Nights:
    """Of the duties it reads only what was opened since the night before; the certificate is the real auditor's."""

    def __init__(
        self,
        witness: Witness,
        bureau: Staff,
        chronicle: Chronicle,
        policy: Policy,
        life: Life,
        say: Callable[[str], None],
        days: int = 0,
    ) -> None:
        self.asked = 0
        self.certified = 0
        self.bare: list[str] = []
        self._witness, self._bureau, self._chronicle = witness, bureau, chronicle
        self._policy, self._life, self._say, self._days = policy, life, say, days
        self._known: Counter[Owed] = Counter()
        self._since = datetime(2000, 1, 1, tzinfo=UTC)
        self._began = time.monotonic()
        self._month = 0

    async def ask(self, now: datetime) -> None:
        """By the model of the bench, and by the certificate of the auditor: both must name nobody."""
        with self._life.spent("另一套算法"):
            for row in await self._witness.rows(_SINCE, self._since):
                self._known[Owed(row["person_id"], row["rule"], row["occurrence"])] += 1
                self._since = row["opened_at"]
            for owed in tonight(self._chronicle, self._policy, self._known, now):
                self._is_bare(now, f"{self._called(owed)}：{self._known[owed]} 项，应为 1 项")
        with self._life.spent("证书"):
            certificate = await self._certificate(now.date())
        if certificate is None:
            self._is_bare(now, f"审计员 {AUDITOR_S:.0f} 秒没有出具证书")
        else:
            self.certified += 1
            for named in await self._named(certificate):
                self._is_bare(now, f"第 {certificate['number']} 号证书指名 {named}")
        for reform in await self._bureau.coverage("/lineages", {}):
            if not reform["whole"]:
                self._is_bare(now, f"单位撤并前后不一致：{reform}")
        self.asked += 1
        if self._is_told(now):
            self._tell(now, certificate)

    async def _certificate(self, day: date) -> Any:
        """Of this day. The auditor looks once a minute; he is called, since here a minute is hours."""
        deadline, called = time.monotonic() + AUDITOR_S, -ASKS_AGAIN_S
        while (number := await self._witness.value(_OF_DAY, day)) is None and time.monotonic() < deadline:
            if time.monotonic() - called >= ASKS_AGAIN_S:
                await self._bureau.all_look_at_the_clock()
                called = time.monotonic()
            await asyncio.sleep(0.02)
        if number is None:
            return None
        return await self._bureau.coverage("/coverage", {"number": str(number)})

    async def _named(self, certificate: Any) -> list[str]:
        """Nobody is expected to be named; whoever is, is named here as well."""
        if not certificate["figures"]["exceptions"] + certificate["figures"]["stuck"]:
            return []
        found = await self._bureau.coverage("/coverage/exceptions", {"number": str(certificate["number"])})
        city = self._city
        return [f"{_name(city, line['person_id'])}：{line['rule_zh']}，{line['why_zh']}" for line in found["people"]]

    def _is_told(self, now: datetime) -> bool:
        if self._days < SAY_ALL:
            return self.asked % 7 == 1
        first, self._month = now.month != self._month, now.month
        return first

    def _tell(self, now: datetime, certificate: Any) -> None:
        figures = certificate["figures"] if certificate is not None else {"exceptions": "?", "stuck": "?"}
        number = certificate["number"] if certificate is not None else "?"
        self._say(
            f"{now:%Y年%m月%d日}  发生 {self._life.happened:,} 件  已产生 {self._known.total():,} 项  "
            f"办了 {self._life.contacts:,} 次  第 {number} 号证书：例外 {figures['exceptions']}、督办停住 {figures['stuck']}  "
            f"第 {self._life.steps:,} 步  {time.monotonic() - self._began:.0f} 秒"
        )

    @property
    def _city(self) -> City:
        return self._bureau.city

    def _called(self, owed: Owed) -> str:
        rule = rules_named(self._policy).get(owed.rule)
        return f"{_name(self._city, str(owed.person_id))}，{rule.title if rule else owed.rule}，{owed.occurrence}"

    def _is_bare(self, now: datetime, why: str) -> None:
        self.bare.append(f"{now:%Y-%m-%d} {why}")
        self._say(f"  不全：{now:%Y年%m月%d日}夜 {why}")


def _name(city: City, person_id: str) -> str:
    return next((person.name for person in city.people if str(person.person_id) == person_id), person_id)
