"""What is given at the door, in clear: every fault of a body is named at once, with its field, and no value is repeated."""

from pydantic import BaseModel, ConfigDict


class Body(BaseModel):
    """Unknown fields are refused: a misspelt one must not be lost in silence."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, use_attribute_docstrings=True)
