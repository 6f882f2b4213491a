"""The codes that a city makes up, as the rest of its pack may write them: each must be named in pack.yaml."""

from typing import Annotated

from bus.pack.shapes import known

Party = Annotated[str, known("parties", "一方")]
Role = Annotated[str, known("roles", "角色")]
PersonKind = Annotated[str, known("person_kinds", "人员类别")]
Category = Annotated[str, known("categories", "分类")]
Situation = Annotated[str, known("situations", "情况")]
DutyKind = Annotated[str, known("duty_kinds", "事项类别")]
Strength = Annotated[str, known("strengths", "联系强度")]
Rank = Annotated[str, known("ranks", "职级")]
RungName = Annotated[str, known("rungs", "督办层级")]
