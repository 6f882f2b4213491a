"""All owners at once: importing this fills `EVENTS` and `TOPICS`."""

from contracts import gateway, medical, notify, registry, visits
from contracts.event import EVENTS, TOPICS

OWNERS = ("registry", "medical", "visits", "notify", "gateway")
"""Every service, in the order in which an admission reaches them."""

__all__ = ["EVENTS", "OWNERS", "TOPICS", "gateway", "medical", "notify", "registry", "visits"]
