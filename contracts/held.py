"""Who may act for a person: whoever stands on their card, in each role."""

from collections.abc import Iterable

from contracts.ids import HolderId
from contracts.registry import Holder


def held(holders: Iterable[Holder]) -> dict[str, tuple[HolderId, ...]]:
    """Role → who holds it by this card, the first first. Who is away holds it before who acts for them: both have it."""
    found: dict[str, tuple[HolderId, ...]] = {}
    for holder in holders:
        own = (holder.holder_id,) if holder.deputy_for is None else (holder.deputy_for, holder.holder_id)
        found[holder.role] = (*found.get(holder.role, ()), *own)
    return found
