"""By which means a duty is owed now: an absence or a wish may replace those of its rule, never the duty (★46)."""

from collections.abc import Sequence

from services.visits.domain.policy import Instead
from services.visits.domain.rules import Means

Holding = Sequence[tuple[str, Instead]]
"""What holds of a person now: the absences, then the wishes, those that forbid something last."""


def means_now(means: Means, holding: Holding) -> tuple[Means, str | None]:
    """The means in the place of these, and what they are because of; None = nothing has replaced them.

    No wish brings back a kind that an absence, or a wish before it, replaces: who is deaf and at their daughter's is seen
    there by video, and not visited at an empty home.
    """
    why, left = None, set[str]()
    for name, other in holding:
        taken = other.means.get(means.kind)
        if taken is not None and not (other.is_wish and taken.kind in left):
            means, why = taken, name
        if means in other.raised:
            means, why = other.raised[means], name
        left |= other.means.keys()
    return means, why
