"""How far the readers of Kafka are behind, by the marks they leave there a moment after those in their databases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def lags(admin: Any, consumer: Any) -> list[tuple[str, str, int]]:
    """Group, topic, records not yet read; sorted."""
    names = [group["group_id"] for group in admin.list_groups()]
    committed = admin.list_group_offsets(names) if names else {}
    consumer.topics()  # it then knows every leader: of partitions whose leader it does not know it leaves out the ends in silence
    return sorted(line for group, offsets in committed.items() for line in _of(group, offsets, consumer))


def _of(group: str, offsets: Any, consumer: Any) -> Iterator[tuple[str, str, int]]:
    ends = consumer.end_offsets(list(offsets)) if offsets else {}
    behind: dict[str, int] = {}
    for partition, mark in offsets.items():
        behind[partition.topic] = behind.get(partition.topic, 0) + max(0, ends[partition] - mark.offset)
    yield from ((group, topic, count) for topic, count in behind.items())
