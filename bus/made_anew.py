"""A Kafka that was lost and made anew is another Kafka: whoever spoke with the old one ends, and begins anew.

A consumer would file what it hears under the id of a topic that is gone; a producer would go on counting where the old
broker stood, and be taken for one of the new broker's own.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog

log = structlog.get_logger()


async def watch(brokers: str, names: Sequence[str], die: Callable[[str], None], *, every: float = 5.0) -> None:
    """For ever. A broker that is away, or a topic that is missing, says nothing; an id that has changed does."""
    asked, known = _Ids(brokers, names), dict[str, str]()
    while True:
        for name, id_ in (await asyncio.to_thread(asked.now)).items():
            if known.setdefault(name, id_) != id_:
                die(f"Kafka was made anew: {name} is another topic of this name")
        await asyncio.sleep(every)


class _Ids:
    """The ids of topics, asked again and again over one connection that is kept."""

    def __init__(self, brokers: str, names: Sequence[str]) -> None:
        self._brokers, self._names = brokers, list(names)
        self._admin: Any = None

    def now(self) -> Mapping[str, str]:
        """Of those topics that are there."""
        from kafka.admin import KafkaAdminClient

        try:
            if self._admin is None:
                self._admin = KafkaAdminClient(bootstrap_servers=self._brokers.split(","))
            described = self._admin.describe_topics(self._names)
        except Exception as error:  # noqa: BLE001 - whatever keeps it from being asked, it is asked again
            log.info("Kafka cannot be asked for its topics", error=type(error).__name__)
            self._forget()
            return {}
        return {topic["name"]: str(topic["topic_id"]) for topic in described if not topic["error_code"]}

    def _forget(self) -> None:
        if self._admin is not None:
            self._admin.close()
            self._admin = None
