"""How every rung of the ladder is proved reachable month by month (feature 69): the part of messages.yaml that says so."""

from collections.abc import Collection, Iterator
from datetime import time
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import AfterValidator, Field, PositiveInt, model_validator

from bus.pack.document import Document, Place
from bus.pack.mistakes import wrong
from bus.pack.shapes import Code, HourOfDay, Listed, Part, Some, Zh
from bus.pack.texts import Template

if TYPE_CHECKING:
    from bus.pack.messages import MessagesFile

Wrong = tuple[Place, str, str]
"""Where, and what, in Chinese and in English."""


class _WorkHours(Part):
    start: HourOfDay = Field(alias="from")
    until: HourOfDay

    @model_validator(mode="after")
    def _by_day(self) -> Self:
        if self.start >= self.until:
            raise wrong("工作时间应在一天之内：从早到晚", "work hours begin and end on one day")
        return self


def _of_the_week(days: tuple[int, ...]) -> tuple[int, ...]:
    if not set(days) <= set(range(1, 8)) or len(set(days)) < len(days):
        raise wrong("应为 1（周一）至 7（周日），各写一次", "1 (Monday) to 7 (Sunday), each once")
    return days


class Reachability(Part):
    """Who must be proved to be reached by SMS, how often, and what becomes of a number that proves nothing."""

    every_days: PositiveInt
    """A delivery or an answer proves for so long."""
    spread_days: Annotated[int, Field(ge=0)]
    """By so much at most a test comes before that, each holder's by another share of it."""
    answer_within_hours: PositiveInt
    again_days: PositiveInt
    """While nothing proves it, a test goes out so often."""
    hours: _WorkHours
    weekdays: Annotated[tuple[int, ...], Some, AfterValidator(_of_the_week)]
    template: Code
    told_up: Code
    levels: Annotated[tuple[Annotated[tuple[Code, ...], Listed, Some], ...], Some]
    """The roles of each level, from the lowest to the highest: of who cannot be reached the next is told that somebody holds."""
    untested: dict[Code, Zh] = Field(default_factory=dict)
    """Roles that answer for people, and that no test is sent to; and why."""

    @model_validator(mode="after")
    def _spread_within(self) -> Self:
        if self.spread_days >= self.every_days:
            raise wrong("spread_days 应小于 every_days", "the tests are spread over less than their interval")
        return self

    @model_validator(mode="after")
    def _each_role_once(self) -> Self:
        named = [role for level in self.levels for role in level]
        if twice := sorted({role for role in named if named.count(role) > 1 or role in self.untested}):
            raise wrong(f"角色“{twice[0]}”写了不止一次", f"the role {twice[0]!r} is named twice")
        return self

    @property
    def work(self) -> tuple[time, time]:
        return self.hours.start, self.hours.until


def wrong_reachability(file: "MessagesFile") -> Iterator[Wrong]:
    """The test asks for an answer and the report for none; neither names anybody, and no test breaks the quiet."""
    said = file.reachability
    if said is None:
        return
    for hour in said.work:
        if file.quiet_hours.hold(hour):
            yield ("reachability", "hours"), f"{hour:%H:%M} 在免打扰时段内", "lies within the quiet hours"
    for key, code, answered in (("template", said.template, True), ("told_up", said.told_up, False)):
        template = file.templates.get(code)
        if template is None:
            yield ("reachability", key), f"缺少模板“{code}”", f"there is no template {code!r}"
        elif template.reply is not answered:
            zh = "测试短信要请对方回复" if answered else "联系不上的提醒不请回复"
            yield ("templates", code, "reply"), zh, "a test asks for an answer, a report for none"


def sayable_of(file: "MessagesFile", template: Template) -> frozenset[str] | None:
    """What these two may say: the test nothing of anybody, the report how many. None = it is neither."""
    said = file.reachability
    if said is None or template.code not in (said.template, said.told_up):
        return None
    return frozenset({"count"}) if template.code == said.told_up else frozenset()


def untested_roles(messages: Document, file: "MessagesFile", roles: Collection[str], needed: Collection[str]) -> None:
    """A role that the pack does not have; and one that owes or is a rung, of which nobody has said whether it is tested."""
    said = file.reachability
    if said is None:
        return
    places: dict[str, Place] = {
        role: ("reachability", "levels", n) for n, level in enumerate(said.levels) for role in level
    }
    places |= {role: ("reachability", "untested", role) for role in said.untested}
    for role, place in places.items():
        if role not in roles:
            messages.add(place, None, f"未知的角色“{role}”", f"unknown role {role!r}")
    for role in sorted(set(needed) - places.keys()):
        zh = f"角色“{role}”要办事或要被督办，却没有写进 levels；不测试的写进 untested 并说明理由"
        messages.add(("reachability", "levels"), None, zh, f"the role {role!r} answers for people, and is never tested")
