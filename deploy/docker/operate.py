"""What operations do by hand in the container of a service, with its settings and its keys:

    docker compose exec visits python -m deploy.docker.operate visits dead-letters
    docker compose exec visits python -m deploy.docker.operate visits replay 1 3
    docker compose exec visits python -m deploy.docker.operate visits retell 2026-05-11T09:00:00+08:00 --really
    docker compose exec visits python -m deploy.docker.operate visits rebuild
    docker compose exec visits python -m deploy.docker.operate visits rebuilt
    docker compose exec visits python -m deploy.docker.operate visits chain
    docker compose exec registry python -m deploy.docker.operate registry token operations 李工 --hours 8

Ends with 1 when something failed again or differs.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from datetime import datetime
from importlib import import_module
from uuid import UUID

import asyncpg
from kafka.errors import KafkaError

from bus import tokens
from bus.beside import Beside
from bus.dead_letters import Letter, read_all, topic_of
from bus.pack import read_words
from bus.rebuild import differences
from bus.rebuild_found import read
from bus.replay import Outcome, Replay
from bus.retell import retell, what_would_be
from bus.service import Service
from bus.settings import settings_or_exit
from contracts.all import OWNERS
from deploy.docker.chain import flaws_of, lines
from deploy.local.roles import tokened

FAILED = (Outcome.BURIED, Outcome.UNREAD)


class Here(Beside):
    """The service of this container."""

    def letters(self) -> list[Letter]:
        return read_all(self.settings.kafka_brokers, self.settings.topic_prefix + topic_of(self.service.name))

    async def dead_letters(self, _: argparse.Namespace) -> int:
        """One line of JSON each; `buried`: it waits for somebody."""
        road = Replay(self.service, self.database)
        for letter in self.letters():
            headers = {name: value.decode("utf-8", "replace") for name, value in letter.headers}
            buried = await road.still_buried(letter)
            _say(json.dumps({"number": letter.number, "buried": buried, "at": str(letter.written_at), **headers}))
        return 0

    async def replay(self, asked: argparse.Namespace) -> int:
        """Those of these numbers, in the order in which they were buried."""
        await self.recall()
        road = Replay(self.service, self.database)
        failed = 0
        for letter in self.letters():
            if letter.number in asked.numbers:
                replayed = await road.replay(letter)
                failed += replayed.outcome in FAILED
                _say(f"{letter.number}: {replayed.outcome} {replayed.reason}".rstrip())
        return int(failed > 0)

    async def retell(self, asked: argparse.Namespace) -> int:
        """How many of each topic; with --really they are told again."""
        for topic, n in (await what_would_be(self.database, asked.since)).items():
            _say(f"{topic}: {n}")
        if asked.really:
            async for done in retell(self.database, asked.since):
                _say(f"back in the outbox: {done}")
        return 0

    async def rebuild(self, _: argparse.Namespace) -> int:
        """Every state made again from its journal, now."""
        await self.recall()
        found = await differences(self.database, self.service.decisions)
        _say("".join(f"{d.decision} {d.key} {d.field}\n" for d in found) or "equal")
        return int(bool(found))

    async def rebuilt(self, _: argparse.Namespace) -> int:
        """What the nights have found: one line of JSON for each state that differs, after how far they are."""
        async with self.database.connection() as connection:
            night = await read(connection, self.service.decisions, 10_000)
        _say(night.model_dump_json(exclude={"found"}))
        for each in night.found:
            _say(each.model_dump_json())
        return int(night.differing > 0)

    async def chain(self, _: argparse.Namespace) -> int:
        """Of visits: each certificate that does not stand as it was issued, and as Kafka was told of it."""
        found = await flaws_of(self.database, self.settings.kafka_brokers, self.settings.topic_prefix)
        _say("\n".join(lines(found)) or "whole")
        return int(bool(found))

    async def token(self, asked: argparse.Namespace) -> int:
        """Of a role of the city's pack, or of the system."""
        known = tokened(read_words(self.settings.policy))
        if asked.role not in known:
            _say(f"no such role: {asked.role}; known: {', '.join(known)}")
            return 2
        _say(tokens.issue(self.keys.token_key, person=asked.person, role=asked.role, county=asked.county,
                          unit=str(asked.unit) if asked.unit else None, hours=asked.hours))  # fmt: skip
        return 0


def here(name: str) -> Here:
    """As the service itself begins: its settings, its keys, its policy."""
    service: Service = import_module(f"services.{name}.service").service
    return Here.of(service, settings_or_exit(service.settings))


DEEDS = {
    "dead-letters": Here.dead_letters,
    "replay": Here.replay,
    "retell": Here.retell,
    "rebuild": Here.rebuild,
    "rebuilt": Here.rebuilt,
    "chain": Here.chain,
    "token": Here.token,
}


async def operate(asked: argparse.Namespace) -> int:
    of = here(asked.service)
    try:
        return await DEEDS[asked.deed](of, asked)
    finally:
        await of.database.close()


def parse(argv: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m deploy.docker.operate")
    parser.add_argument("service", choices=OWNERS)
    deeds = parser.add_subparsers(dest="deed", required=True)
    deeds.add_parser("dead-letters")
    deeds.add_parser("replay").add_argument("numbers", type=int, nargs="+")
    again = deeds.add_parser("retell")
    again.add_argument("since", type=_instant)
    again.add_argument("--really", action="store_true")
    deeds.add_parser("rebuild")
    deeds.add_parser("rebuilt")
    deeds.add_parser("chain")
    token = deeds.add_parser("token")
    token.add_argument("role")
    token.add_argument("person")
    token.add_argument("--unit", type=UUID)
    token.add_argument("--county")
    token.add_argument("--hours", type=int, default=8)
    return parser.parse_args(argv)


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a time with its zone, such as 2026-05-11T09:00:00+08:00")
    return at


def _say(line: str) -> None:
    sys.stdout.write(line.rstrip("\n") + "\n")


if __name__ == "__main__":
    try:
        sys.exit(asyncio.run(operate(parse())))
    except (KafkaError, OSError, asyncpg.PostgresConnectionError) as away:
        sys.exit(f"not done: {type(away).__name__}: {away}")
