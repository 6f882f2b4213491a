"""The one clock of a service: its database's, read after the locks; in a demo ahead of time, in a test standing."""

NOW = "(SELECT coalesce(max(standing), clock_timestamp()) + coalesce(max(ahead), interval '0') FROM clock_offset)"
"""SQL. In production the table is empty, and this is `clock_timestamp()`. It is read once in a statement."""


def now_at(row: str) -> str:
    """The same, read anew at each row: as `row` (a column that is never null) comes, so that its lock was granted before."""
    return f"{NOW[:-1]} WHERE {row} IS NOT NULL)"
