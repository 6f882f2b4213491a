"""What a contact is in a city: its kinds, how strong it is, how it came out, and when several are odd together."""

from datetime import timedelta
from functools import partial
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from bus.pack.codes import DutyKind, Strength
from bus.pack.mistakes import wrong
from bus.pack.shapes import Code, Duration, Part, Some, Zh


class ADutyKind(Part):
    zh: Zh
    fulfilled_by: Annotated[tuple[DutyKind, ...], Some]
    at_least: Strength
    """How strong a contact of this kind must be where it stands in for another kind."""
    reaches: bool = False
    """Made with the person themselves: what is written, and who is asked about them, tells nobody whether they live."""


class AStrength(Part):
    name: Code
    zh: Zh
    reaches: bool = False
    """They are seen or heard."""


class AnOutcome(Part):
    zh: Zh
    counts: bool
    silence: bool = False
    """Nobody answered: an attempt that alarms."""

    @field_validator("silence")
    @classmethod
    def _no_contact(cls, silence: bool, info: ValidationInfo) -> bool:
        if silence and info.data.get("counts"):
            raise wrong("联系上的不能又是无人应答（silence）", "what counts as a contact is no silence")
        return silence


class SameWords(Part):
    """One holder writes the same words of so many people in so long."""

    people: int = Field(3, ge=2)
    within: Duration = Field(default_factory=partial(timedelta, days=30))

    @field_validator("within")
    @classmethod
    def _a_month_at_most(cls, within: timedelta) -> timedelta:
        if within > timedelta(days=30):
            raise wrong("最多 30d", "at most 30d")
        return within


class Flags(Part):
    """From where on contacts of one holder are odd together, and a human should look."""

    kinds: tuple[DutyKind, ...] = ()
    """Visits at home: each has words of its own, and is to find out what is new. None named = all kinds of contact."""
    same_words: SameWords = Field(default_factory=SameWords)
    no_new_fact: int = Field(10, ge=2)
    """So many contacts in a month, and nothing new in any file."""
    apart_km: int = Field(1, ge=1)
    """Places so far apart are two: in one minute one is at one of them."""
    km_per_hour: int = Field(120, ge=1)
    """Faster than this nobody comes from one place to the next."""
