"""Names for what visits knows by ids alone: asked of the registry, a page at a time, and each person shown is a reading there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import httpx

from deploy.local import screen

if TYPE_CHECKING:
    from deploy.local.actors.staff import Staff

AT_ONCE: Final = 200
"""So many the door takes a call."""
UNKNOWN: Final = "（登记处不识）"
NOT_SAID: Final = "—"


@dataclass(frozen=True, slots=True)
class Names:
    """Id → name of a person or a unit; or why there are none."""

    called: Mapping[str, str] = field(default_factory=dict)
    refused: str = ""

    def of(self, id_: str) -> str:
        return self.called.get(id_, NOT_SAID if self.refused else UNKNOWN)

    def say_if_refused(self) -> None:
        if self.refused:
            screen.say(f"姓名没有取到，只列编号：{self.refused}")


async def names(staff: Staff, people: Iterable[str], units: Iterable[str]) -> Names:
    """A registry that refuses, or is away, spoils no proof: then ids are shown, and that is said."""
    from deploy.local.actors.wire import NotTaken

    whom, which = sorted({*people}), sorted({*units})
    called: dict[str, str] = {}
    try:
        for at in range(0, max(len(whom), len(which)), AT_ONCE):
            said = await staff.names(whom[at : at + AT_ONCE], which[at : at + AT_ONCE])
            called |= {each["person_id"]: each["name"] for each in said["people"]}
            called |= {each["unit_id"]: each["name"] for each in said["units"]}
    except NotTaken as no:
        return Names(called, str(no.problem.get("detail") or no))
    except httpx.TransportError as away:
        return Names(called, f"registry 没有回答（{type(away).__name__}）")
    return Names(called)
