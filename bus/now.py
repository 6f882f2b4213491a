"""The one clock of a service: its database's, read after the locks; in a demo ahead of time, in a test standing."""

NOW = "(SELECT coalesce(max(standing), clock_timestamp()) + coalesce(max(ahead), interval '0') FROM clock_offset)"
"""SQL. In production the table is empty, and this is `clock_timestamp()`. It is read once in a statement."""
