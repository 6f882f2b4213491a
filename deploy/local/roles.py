"""Who a token may speak as: the roles of the city's pack, and those of the system itself that some door lets in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:  # the bus is heavy, and most commands need none of it
    from bus.pack import Words

SYSTEM: Final = ("operations", "hospital")


def tokened(words: Words) -> list[str]:
    return [*words.roles, *SYSTEM]
