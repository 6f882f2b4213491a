"""What may be the case with somebody: situations, what they wish, where they are; and what is done otherwise then."""

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from bus.pack.codes import DutyKind, Strength
from bus.pack.mistakes import wrong
from bus.pack.shapes import Duration, Part, Zh


class ASituation(Part):
    zh: Zh
    lasts_with: str | None = Field(None, alias="while")
    """A kind of fact that the engine knows (visits checks it); None = it is reported by itself."""
    after: Duration | None = None
    """Only from so long after the fact began: long-stay."""


class Replacing(Part):
    """Another kind of contact in the place of one that does not suit."""

    zh: Zh
    instead: dict[DutyKind, DutyKind] = Field(default_factory=dict)


class AWish(Replacing):
    """What somebody asks for: by which means not, at which hours not, whom first. It replaces the means, never the duty."""

    forbids: tuple[Strength, ...] = ()
    """Strengths at which nothing counts that is made with them: a phone call to somebody who is deaf."""
    at_least: Annotated[Strength | None, Field(validate_default=True)] = None
    """How strong it must be then, where no other kind takes its place."""
    carries: Literal["hours", "whom"] | None = None
    """What is said with it: the hours at which not, or whom to ask first. None = the wish says all."""

    @field_validator("at_least")
    @classmethod
    def _in_place_of_what_is_forbidden(cls, at_least: str | None, info: ValidationInfo) -> str | None:
        if at_least is not None and not info.data.get("forbids"):
            raise wrong(
                "写了 at_least，也要写不能用的强度（forbids）",
                "at_least says what is asked in place of what it forbids",
            )
        return at_least


class AnAbsence(Replacing):
    """An expected absence; one that lasts with a fact (`while: stay`) ends with it."""

    lasts_with: str | None = Field(None, alias="while")
