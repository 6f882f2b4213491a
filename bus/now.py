"""The one clock of a service: its database's, read after the locks; in a demo ahead of time, in a test standing."""

from datetime import UTC, datetime

NOW = "(SELECT coalesce(max(standing), clock_timestamp()) + coalesce(max(ahead), interval '0') FROM clock_offset)"
"""SQL. In production the table is empty, and this is `clock_timestamp()`. It is read once in a statement."""

APART_S = 60.0
"""By more than this the clocks of database, host and broker may not differ: a wrong clock must not flood a city."""


class ClocksApart(Exception):
    """The clocks of database, host and broker differ by more than a minute: nothing is decided until they agree."""


def assert_true(now: datetime) -> None:
    """What the database's clock shows is what ours shows."""
    ahead = (now - datetime.now(UTC)).total_seconds()
    if abs(ahead) > APART_S:
        raise ClocksApart(f"the database's clock is {ahead:+.0f} s from that of this host")
