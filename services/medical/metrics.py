"""What happens at the hospitals' door, and what waits there for a human."""

from collections.abc import Iterator

from prometheus_client import REGISTRY, Gauge
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bus.database import Connection
from services.medical import unmatched
from services.medical.mllp import MllpCounters

TROUBLES = (
    "refused", "evicted", "torn", "oversize", "half_frame_timeouts", "unread_answers", "not_stored", "failures",
)  # fmt: skip
DOUBTFUL = Gauge(
    "bifang_stays_doubtful",
    "Stays and deaths of people on file that name and birth date do not prove: a human decides.",
)
ASIDE = Gauge("bifang_messages_aside", "Hospitals' messages that could not be placed.", ["reason"])
"""Nothing until it was counted: a zero at each start would make what came long ago an increase."""

_ASIDE = "SELECT reason, count(*) FROM set_aside GROUP BY reason"


class Door(Collector):
    """The listener's own counters, as they stand at each scrape; all zero until there is a listener."""

    counters = MllpCounters()

    def collect(self) -> Iterator[Metric]:
        at = self.counters
        yield GaugeMetricFamily("bifang_mllp_open_connections", "Connections that are open.", at.open_connections)
        yield CounterMetricFamily("bifang_mllp_connections", "Connections that were opened.", at.connections)
        yield CounterMetricFamily("bifang_mllp_frames", "Messages that came whole.", at.frames)
        yield CounterMetricFamily("bifang_mllp_answers", "Acknowledgements that were sent.", at.answers)
        yield CounterMetricFamily("bifang_mllp_garbage_bytes", "Bytes outside any message.", at.garbage_bytes)
        troubles = CounterMetricFamily("bifang_mllp_troubles", "What went wrong at the door.", labels=["what"])
        for what in TROUBLES:
            troubles.add_metric([what.replace("_", "-")], getattr(at, what))
        yield troubles


DOOR = Door()
REGISTRY.register(DOOR)


async def measure(connection: Connection) -> None:
    """What a human must look at."""
    DOUBTFUL.set(await unmatched.doubtful(connection))
    counts = {row["reason"]: row["count"] for row in await connection.fetch(_ASIDE)}
    for reason, count in {"unreadable": 0, **counts}.items():
        ASIDE.labels(reason).set(count)
