"""The topics: made from the contracts, alike for all, and never by a broker's own whim. `python -m bus.topics` makes them."""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from contracts.all import OWNERS, TOPICS
from contracts.event import Topic

log = structlog.get_logger()

PARTITIONS = 6
LARGEST_LETTER = 2 << 20
"""Bytes of a dead letter: the largest record that a topic takes, untouched, and why it lies here."""
RETENTION_MS = 14 * 24 * 3600 * 1000


def all_topics() -> list[Topic]:
    """What is said, and for each service what it was asked and its dead letters."""
    own = [
        topic
        for owner in OWNERS
        for topic in (
            Topic(
                f"{owner}.asked", f"What {owner} was asked: heard again only by itself, if its database was set back"
            ),
            Topic(f"{owner}.dead-letters", f"What {owner} could not take in, with the reason"),
        )
    ]
    return [*TOPICS.values(), *own]


def configs(topic: Topic) -> dict[str, str]:
    """LogAppendTime, because a broker refuses times from the future, and a demo's clock is ahead."""
    common = {"message.timestamp.type": "LogAppendTime", "max.message.bytes": str(1 << 20)}
    if topic.name.endswith(".dead-letters"):  # each waits for somebody to mend its cause, however long
        return common | {"max.message.bytes": str(LARGEST_LETTER), "cleanup.policy": "delete", "retention.ms": "-1"}
    if topic.compacted:
        return common | {"cleanup.policy": "compact", "min.compaction.lag.ms": "3600000"}
    return common | {"cleanup.policy": "delete", "retention.ms": str(RETENTION_MS)}


def make(brokers: str, *, prefix: str = "", partitions: int = PARTITIONS, replication: int = 1) -> list[str]:
    """Makes those that are missing; returns their names. Topics that exist are left as they are."""
    from kafka.admin import KafkaAdminClient, NewTopic

    admin: Any = KafkaAdminClient(bootstrap_servers=brokers.split(","))
    try:
        there = set(admin.list_topics())
        missing = [topic for topic in all_topics() if prefix + topic.name not in there]
        new = [
            NewTopic(
                prefix + t.name, num_partitions=partitions, replication_factor=replication, topic_configs=configs(t)
            )
            for t in missing
        ]
        if new:
            admin.create_topics(new)
        return [prefix + topic.name for topic in missing]
    finally:
        admin.close()


@dataclass(frozen=True, slots=True)
class Known:
    """What the broker says of the topics: their ids, and where each partition ends now (`Ends`)."""

    ids: Mapping[str, str]
    ends: Mapping[tuple[str, int], int]


class Ends:
    """Where topics end, asked again and again over one connection that is kept."""

    def __init__(self, brokers: str, topics: Sequence[str]) -> None:
        self._brokers, self._topics = brokers, list(topics)
        self._consumer: Any = None

    async def now(self) -> Mapping[tuple[str, int], int]:
        """For each topic and partition the offset of its next record; 0 where Kafka holds no record any more.

        Whoever has not heard what has expired never will: waiting for it would be for ever.
        """
        return await asyncio.to_thread(self._ask)

    def _ask(self) -> Mapping[tuple[str, int], int]:
        from kafka import KafkaConsumer, TopicPartition

        try:
            if self._consumer is None:
                self._consumer = KafkaConsumer(bootstrap_servers=self._brokers.split(","), enable_auto_commit=False)
            partitions = [
                TopicPartition(name, n)
                for name in self._topics
                for n in self._consumer.partitions_for_topic(name) or ()
            ]
            return _ends(self._consumer, partitions)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        if self._consumer is not None:
            self._consumer.close(timeout_ms=1000)
            self._consumer = None


async def look(brokers: str, topics: Sequence[str]) -> Known:
    """Ids and ends of these topics; waits for a broker that is away. LookupError for a topic that is not there.

    A topic that was made anew has another id, and is read from its beginning.
    """
    from kafka.errors import KafkaError

    pause = 0.5
    while True:
        try:
            return await asyncio.to_thread(_look, brokers, list(topics))
        except (KafkaError, OSError) as error:
            log.warning("the broker is away", error=type(error).__name__)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)


def _look(brokers: str, topics: list[str]) -> Known:
    from kafka import KafkaConsumer, TopicPartition
    from kafka.admin import KafkaAdminClient

    admin: Any = KafkaAdminClient(bootstrap_servers=brokers.split(","))
    try:
        described = {t["name"]: t for t in admin.describe_topics(topics)}
    finally:
        admin.close()
    absent = [name for name in topics if name not in described or described[name]["error_code"]]
    if absent:
        raise LookupError(f"topics are missing: {', '.join(absent)}; `python -m bus.topics` makes them")
    consumer: Any = KafkaConsumer(bootstrap_servers=brokers.split(","), group_id=None, enable_auto_commit=False)
    try:
        partitions = [
            TopicPartition(name, p["partition_index"]) for name in topics for p in described[name]["partitions"]
        ]
        ends = _ends(consumer, partitions)
    finally:
        consumer.close()
    return Known({name: str(described[name]["topic_id"]) for name in topics}, ends)


def _ends(consumer: Any, partitions: Sequence[Any]) -> Mapping[tuple[str, int], int]:
    begins = consumer.beginning_offsets(partitions)
    ends = consumer.end_offsets(partitions)
    return {(tp.topic, tp.partition): end if end > begins[tp] else 0 for tp, end in ends.items()}


def main() -> None:
    """Makes the topics of the broker that KAFKA_BROKERS names."""
    import os

    prefix = os.environ.get("BIFANG_TOPIC_PREFIX", "")
    replication = int(os.environ.get("BIFANG_REPLICATION", "1"))
    made = make(os.environ["KAFKA_BROKERS"], prefix=prefix, replication=replication)
    sys.stdout.write(f"topics made: {', '.join(made) or 'none, all are there'}\n")


if __name__ == "__main__":
    main()
