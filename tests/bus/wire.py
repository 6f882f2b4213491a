"""What stands on a real Kafka: topics that a test makes for itself, and the records that are put there and found there."""

import itertools
import logging
from collections.abc import Sequence
from typing import Any

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient
from kafka.errors import CoordinatorNotAvailableError

from bus.topics import all_topics, configs
from contracts.event import Topic

_numbers = itertools.count(1)
logging.getLogger("kafka").setLevel(logging.ERROR)


def new_prefix() -> str:
    """A name that no other test of this run puts before its topics."""
    return f"test-{next(_numbers)}."


def make(brokers: str, *names: str, partitions: int = 1) -> None:
    """Topics as the system makes them, but for their number of partitions."""
    known = {topic.name: topic for topic in all_topics()}
    new = {}
    for name in names:
        topic = known.get(name.partition(".")[2], Topic(name, "of a test"))
        new[name] = {"num_partitions": partitions, "replication_factor": 1, "configs": configs(topic)}
    admin: Any = KafkaAdminClient(bootstrap_servers=brokers)
    try:
        admin.create_topics(new, wait_for_metadata=True)
    finally:
        admin.close()


def delete(brokers: str, *names: str) -> None:
    admin: Any = KafkaAdminClient(bootstrap_servers=brokers)
    try:
        admin.delete_topics(list(names))
    finally:
        admin.close()


def put(brokers: str, topic: str, records: Sequence[Any], *, partition: int | None = None) -> None:
    """Records (key, headers, value) in this order."""
    producer: Any = KafkaProducer(bootstrap_servers=brokers, acks="all", linger_ms=5, max_request_size=2 << 20)
    try:
        for key, headers, value in records:
            producer.send(topic, key=key, headers=list(headers), value=value, partition=partition)
        producer.flush(20)
    finally:
        producer.close()


def found(brokers: str, *topics: str) -> list[Any]:
    """Every record of these topics that is committed now, partition by partition, in order."""
    consumer: Any = KafkaConsumer(bootstrap_servers=brokers, enable_auto_commit=False, group_id=None)
    try:
        partitions = [TopicPartition(t, p) for t in topics for p in sorted(consumer.partitions_for_topic(t) or ())]
        consumer.assign(partitions)
        consumer.seek_to_beginning(*partitions)
        ends = {p: end for p, end in consumer.end_offsets(partitions).items() if end}
        records: list[Any] = []
        while any(consumer.position(p) < end for p, end in ends.items()):
            records += [r for batch in consumer.poll(timeout_ms=200).values() for r in batch]
        return sorted(records, key=lambda r: (r.topic, r.partition, r.offset))
    finally:
        consumer.close()


def shares(brokers: str, group: str) -> list[int]:
    """How many partitions each member of the group has been given; nobody, on a broker that knows no group yet."""
    admin: Any = KafkaAdminClient(bootstrap_servers=brokers)
    try:
        members = admin.describe_groups([group])[group]["members"]
        given = [member["member_assignment"] for member in members]
        return sorted(sum(len(t["partitions"]) for t in one["assigned_partitions"]) if one else 0 for one in given)
    except CoordinatorNotAvailableError:
        return []
    finally:
        admin.close()


def committed(brokers: str, group: str) -> dict[int, int]:
    """What the broker has noted for the group, by partition."""
    admin: Any = KafkaAdminClient(bootstrap_servers=brokers)
    try:
        return {place.partition: meta.offset for place, meta in admin.list_group_offsets(group)[group].items()}
    finally:
        admin.close()
