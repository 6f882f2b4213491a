"""Who an ADT message speaks of: what its PID segment says, weighed but not matched with anybody."""

import re
from collections.abc import Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from contracts.resident_id import Fault, InvalidResidentId, ResidentId
from services.medical.hl7 import DELETED, Message, instant

_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
_SEXES: dict[str, Literal["male", "female"]] = {
    **dict.fromkeys(("M", "MALE", "1", "男", "男性"), "male"),
    **dict.fromkeys(("F", "FEMALE", "2", "女", "女性"), "female"),
}
_DEATH_WORDS = {
    **dict.fromkeys(("Y", "YES", "TRUE", "1", "DECEASED", "DEAD", "是", "死亡", "已死亡"), True),
    **dict.fromkeys(("N", "NO", "FALSE", "0", "ALIVE", "否", "未死亡", DELETED), False),
}


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number that the hospital has for the patient, under the hospital's own name for its type."""

    type: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ResidentIdClaim:
    """What stood where this source puts resident IDs: `id` when it proved to be one, else the `fault`."""

    place: str
    text: str = field(repr=False)
    id: ResidentId | None
    fault: Fault | None


def numbers_of(message: Message, resident_id_types: Set[str]) -> tuple[list[Identifier], list[ResidentIdClaim]]:
    """PID-3, and PID-2, PID-19 of older feeds: the source's table says which are resident IDs, the check digit judges."""
    numbers, claims = [], []
    for repetition in message.repeats("PID", 3):
        parts = message.components(repetition)
        value, type_ = parts[0].strip(), _type(parts)
        if not value or value == DELETED:
            continue
        if type_ in resident_id_types:
            claims.append(_claim("PID-3", value))
        else:
            numbers.append(Identifier(type_, value))
    if older := message.code("PID", 2):
        numbers.append(Identifier("PID-2", older))
    if older := message.code("PID", 19):
        claims.append(_claim("PID-19", older))
    return numbers, claims


def name_of(message: Message) -> tuple[str, str]:
    """The name, Han where there is any, and the pinyin beside it: 张三, 张^三, 張三^zhangsan, ZHANG^SAN~张^三."""
    spellings = [
        [part for part in message.components(repetition)[:3] if part and part != DELETED]
        for repetition in message.repeats("PID", 5)
    ]
    for parts in spellings:
        if han := [part for part in parts if _HAN.search(part)]:
            return "".join(han).strip(), " ".join(part for part in parts if part not in han)
    return next((" ".join(parts).strip() for parts in spellings if parts), ""), ""


def sex_of(message: Message) -> Literal["male", "female"] | None:
    """None for what is neither, or not said."""
    return _SEXES.get(message.code("PID", 8).upper())


def death_of(message: Message) -> tuple[bool | None, datetime | None]:
    """PID-30, or PID-29 where PID-30 is silent: died, said not to have died (also `""`), None when nothing is said."""
    said, at = message.field("PID", 30), instant(message.code("PID", 29))
    died = _DEATH_WORDS.get((message.code("PID", 30) or said).upper())
    if died is None and at and not said:
        died = True
    return died, at if died else None


def _type(parts: list[str]) -> str:
    """Component 5; some senders put it one place too early."""
    return (parts[4] if len(parts) > 4 else "") or (parts[3] if len(parts) > 3 else "")


def _claim(place: str, text: str) -> ResidentIdClaim:
    try:
        return ResidentIdClaim(place, text, ResidentId.read(text), None)
    except InvalidResidentId as wrong:
        return ResidentIdClaim(place, text, None, wrong.fault)
