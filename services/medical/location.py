"""Where in a hospital, and what people call it."""

import re
from dataclasses import dataclass

from services.medical.hl7 import DELETED, Message

_HAN = re.compile("[\u3400-\u9fff]")
_NONE = ("",) * 9


@dataclass(frozen=True, slots=True)
class Location:
    """PV1-3 or PV1-6. `name` is what a person would call the ward: 心内科."""

    point_of_care: str
    room: str
    bed: str
    facility: str
    name: str


def location_of(message: Message, number: int) -> Location | None:
    """A location field of PV1; None when it says nothing.

    The name is the first of components 1, 5, 9 that is Chinese (many write 9505^^^4506^心内科), else 1, 4 or 9.
    """
    field = message.field("PV1", number)
    if not field or field == DELETED:
        return None
    parts = message.components(field.split(message.marks.repetition, 1)[0])
    point_of_care, room, bed, facility, status, _, _, _, description = (*parts, *_NONE)[:9]
    name = point_of_care or facility or description
    if not _HAN.search(point_of_care):
        name = next((text for text in (status, description) if _HAN.search(text)), name)
    return Location(point_of_care, room, bed, facility, name) if name else None
