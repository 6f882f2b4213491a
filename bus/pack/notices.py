"""The kinds of notice that a city knows: a warning of the weather, or what units must answer in time."""

from typing import Annotated, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from bus.pack.mistakes import wrong
from bus.pack.shapes import Duration, Part, Zh


class AnAnswer(Part):
    """By when units must have said what; who says more has said less, too."""

    receipt: Duration | None = None
    plan: Duration | None = None
    proof: Duration | None = None

    @model_validator(mode="after")
    def _in_turn(self) -> Self:
        times = [within for within in (self.receipt, self.plan, self.proof) if within is not None]
        if not times or times != sorted(set(times)):
            raise wrong(
                "收到、安排、办理情况至少写一个，时限依次变长", "at least one of them, each later than the one before"
            )
        return self


class ANotice(Part):
    """One kind of notice: it warns of the weather, or units must answer it within a time."""

    zh: Zh
    warns: bool = False
    answer_within: Annotated[AnAnswer | None, Field(validate_default=True)] = None

    @field_validator("answer_within")
    @classmethod
    def _one_of_both(cls, within: AnAnswer | None, info: ValidationInfo) -> AnAnswer | None:
        if (within is not None) == bool(info.data.get("warns")):
            raise wrong("warns（预警）和 answer_within（限期回复）写且只写一个", "either warns or answer_within")
        return within
