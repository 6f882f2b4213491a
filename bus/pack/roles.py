"""Who acts in a city: its parties with their officers, what a role may do and for whom, and the rungs of a ladder."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, WithJsonSchema, field_validator

from bus.pack.acts import ACTS
from bus.pack.codes import Category, Party, PersonKind, Role
from bus.pack.mistakes import wrong
from bus.pack.shapes import Part, Zh


def _act(value: str) -> str:
    if value not in ACTS:
        raise wrong(f"没有“{value}”这一权限，可用：{'、'.join(ACTS)}", f"unknown act; known: {', '.join(ACTS)}")
    return value


Act = Annotated[str, AfterValidator(_act), WithJsonSchema({"enum": [*ACTS]})]


class AParty(Part):
    """With an officer its units can be registered, and the officer of one stands on the cards of its people."""

    zh: Zh
    officer: Role | None = None
    found: Annotated[Literal["own", "upwards", "beside"] | None, Field(validate_default=True)] = None
    """Whose officer it is: the person's own unit's, the nearest unit's above it, or that of the unit beside it (community_id)."""

    @field_validator("found")
    @classmethod
    def _with_the_officer(cls, found: str | None, info: ValidationInfo) -> str | None:
        if "officer" in info.data and (info.data["officer"] is None) != (found is None):
            raise wrong("officer 和 found 要么都写，要么都不写", "officer and found go together")
        return found


class Need(Part):
    """Of whom somebody must hold a role of the care team; nothing said = of everybody."""

    kinds: tuple[PersonKind, ...] = ()
    categories: tuple[Category, ...] = ()


class ARole(Part):
    zh: Zh
    party: Party
    reach: Literal["own", "county", "named"] = "own"
    """How far it acts: its own unit's people, the whole county of the token (without one, the whole city), or those on whose
    card whoever holds it is named in it."""
    may: tuple[Act, ...] = ()
    waives: tuple[Party, ...] = ()
    """The parties whose duties it may let go, and whose contacts it may strike."""
    several: bool = False
    """Whether several hold it at once for one person; else who joins takes the place of who was there."""
    needed_by: Need = Need()
    """Where the care team must have it."""


class ARung(Part):
    zh: Zh
    role: Role
    another_way: bool = False
    """It is not whoever is above, but another means: the second phone. It alone may come first to who owes."""
