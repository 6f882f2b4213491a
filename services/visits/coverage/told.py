"""What Kafka was told of the certificates: out of reach of whoever cuts off both the chain and its book."""

from collections.abc import Iterator

from bus.envelope import Undecodable, read_body
from bus.whole_topic import records_of
from contracts.visits import COVERAGE, CoverageCertified


def told_certificates(brokers: str, prefix: str = "") -> list[CoverageCertified]:
    """All that the topic still keeps, as they were told; one that was told again stands twice. Raises KafkaError."""
    return list(_read(brokers, prefix + COVERAGE.name))


def _read(brokers: str, topic: str) -> Iterator[CoverageCertified]:
    for record in records_of(brokers, topic):
        type_ = dict(record.headers).get("ce_type") or b""
        try:
            said = read_body(type_.decode("utf-8", "replace"), record.value)
        except Undecodable:
            continue  # a stranger's record; visits tells none such
        if isinstance(said, CoverageCertified):
            yield said
