"""The shape of a policy pack: what may stand in pack.yaml and rules.yaml, and which names must be known."""

from collections.abc import Iterable, Mapping, Sized
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator, ValidationInfo, field_validator

from services.visits.domain.rules import CountedFrom, Every, Hour, OnDeath, Stack
from services.visits.policy.mistakes import wrong
from services.visits.policy.moments import DAYS, Duration, End, Moment, anchored


@dataclass(frozen=True, slots=True)
class Names:
    """Every name that some part of the pack declares, by section, and the party of each role."""

    of: Mapping[str, Iterable[str]]
    role_party: Mapping[str, object]


def _known(section: str, zh: str) -> AfterValidator:
    def check(value: str, info: ValidationInfo) -> str:
        assert isinstance(info.context, Names)
        known = info.context.of[section]
        if value not in known:
            raise wrong(f"未知的{zh}“{value}”", f"unknown {section} {value!r}; known: {', '.join(sorted(known))}")
        return value

    return AfterValidator(check)


def _zone(value: object) -> ZoneInfo:
    try:
        return ZoneInfo(str(value))
    except (KeyError, ValueError, OSError):
        raise wrong(f"没有时区“{value}”", f"no time zone {value!r}") from None


def _not_empty(value: Sized) -> Sized:
    """After its parts, so that one that is wrong is not also told as one that is missing."""
    if not value:
        raise wrong("不能为空", "must not be empty")
    return value


Some = AfterValidator(_not_empty)
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
Zh = Annotated[str, Field(min_length=1)]
Party = Annotated[str, _known("parties", "一方")]
Role = Annotated[str, _known("roles", "角色")]
PersonKind = Annotated[str, _known("person_kinds", "人员类别")]
Category = Annotated[str, _known("categories", "分类")]
Situation = Annotated[str, _known("situations", "情况")]
DutyKind = Annotated[str, _known("duty_kinds", "事项类别")]
Strength = Annotated[str, _known("strengths", "联系强度")]
RungName = Annotated[str, _known("rungs", "督办层级")]
LadderName = Annotated[str, _known("ladders", "督办阶梯")]
Template = Annotated[str, _known("templates", "短信模板")]
Lane = Annotated[str, _known("lanes", "短信通道")]
EventName = Annotated[str, _known("events", "起因")]
Ground = Annotated[str, _known("grounds", "情况依据")]


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", arbitrary_types_allowed=True)


class ARole(Part):
    zh: Zh
    party: Party


class ADutyKind(Part):
    zh: Zh
    fulfilled_by: Annotated[tuple[DutyKind, ...], Some]


class AStrength(Part):
    name: Code
    zh: Zh


class AnOutcome(Part):
    zh: Zh
    counts: bool


class ASituation(Part):
    zh: Zh
    lasts_with: Ground = Field(alias="while")


class ARung(Part):
    zh: Zh
    role: Role


class Pack(Part):
    """pack.yaml: the city's own words."""

    name: Code
    city: Zh
    title: Zh
    note: Zh
    timezone: Annotated[ZoneInfo, PlainValidator(_zone)]
    acknowledgement_holds: Duration
    person_kinds: Annotated[dict[Code, Zh], Some]
    categories: Annotated[dict[Code, Zh], Some]
    situations: dict[Code, ASituation]
    parties: Annotated[dict[Code, Zh], Some]
    roles: Annotated[dict[Code, ARole], Some]
    duty_kinds: Annotated[dict[Code, ADutyKind], Some]
    strengths: Annotated[tuple[AStrength, ...], Some]
    outcomes: Annotated[dict[Code, AnOutcome], Some]
    rungs: Annotated[dict[Code, ARung], Some]


class Who(Part):
    kinds: Annotated[tuple[PersonKind, ...], Some] = ()
    categories: Annotated[tuple[Category, ...], Some] = ()
    situations: Annotated[tuple[Situation, ...], Some] = ()


class When(Part):
    """Either an event or a cadence."""

    event: EventName | None = None
    every: Every | None = Field(None, validate_default=True)
    anchor: tuple[int, int] = (1, 1)

    @field_validator("every")
    @classmethod
    def _one_of_the_two(cls, every: Every | None, info: ValidationInfo) -> Every | None:
        if "event" in info.data and (info.data["event"] is None) == (every is None):
            if every is None:
                raise wrong("周期或起因未定，先定再用", "cadence or event is not set")
            raise wrong("只能有一个：event 或 every", "either event or every, not both")
        return every

    @field_validator("anchor", mode="plain")
    @classmethod
    def _anchored(cls, value: object, info: ValidationInfo) -> tuple[int, int]:
        if "every" not in info.data:
            return 1, 1  # what is wrong with it has been said
        every = info.data["every"]
        if every is None:
            raise wrong("只有周期才有起点", "only a cadence has an anchor")
        return anchored(every, value)


class Window(Part):
    opens: Moment | None = None
    due: Moment
    counted_from: CountedFrom | None = None


class Message(Part):
    template: Template
    lane: Lane


class Owes(Part):
    party: Party
    role: Role


class Step(Part):
    after: Duration
    rung: RungName
    message: Message | None = None


def _upwards(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    if any(one.after > other.after for one, other in pairwise(steps)):
        raise wrong("督办阶梯的时间应逐级不早于上一级", "a ladder does not go back in time")
    return steps


Ladder = Annotated[tuple[Step, ...], Some, AfterValidator(_upwards)]


class RuleLine(Part):
    """One rule. Each field is checked by itself and against those before it, so that all mistakes are found at once."""

    name: Code
    zh: Zh
    basis: Literal["practised", "proposed", "chosen"]
    reason: str | None = Field(None, validate_default=True)
    rows: tuple[int, ...] = ()
    who: Who = Who()
    when: When
    owes: Owes
    kind: DutyKind
    strength: Strength
    window: Window
    stack: Stack
    message: Message | None = None
    ladder: LadderName
    on_death: OnDeath

    @field_validator("reason")
    @classmethod
    def _chosen_says_why(cls, reason: str | None, info: ValidationInfo) -> str | None:
        if info.data.get("basis") == "chosen" and not (reason or "").strip():
            raise wrong("自定的规则要写明理由（reason）", "a chosen rule must say why")
        return reason

    @field_validator("owes")
    @classmethod
    def _role_of_the_party(cls, owes: Owes, info: ValidationInfo) -> Owes:
        assert isinstance(info.context, Names)
        if info.context.role_party.get(owes.role) != owes.party:
            raise wrong(f"角色“{owes.role}”不属于“{owes.party}”", f"role {owes.role!r} is not of party {owes.party!r}")
        return owes

    @field_validator("window")
    @classmethod
    def _window_fits(cls, window: Window, info: ValidationInfo) -> Window:
        when = info.data.get("when")
        if isinstance(when, When):
            _fits_event(window) if when.every is None else _fits_cadence(window, when.every)
        return window

    @field_validator("on_death")
    @classmethod
    def _survives_its_cause(cls, on_death: OnDeath, info: ValidationInfo) -> OnDeath:
        when = info.data.get("when")
        if on_death is OnDeath.SUPERSEDE and isinstance(when, When) and when.event == "death-reported":
            raise wrong("去世引起的事项不能因去世而停止", "what a death raises cannot end with the death")
        return on_death


def _fits_event(window: Window) -> None:
    opens = timedelta() if window.opens is None else window.opens
    if not isinstance(opens, timedelta) or not isinstance(window.due, timedelta):
        raise wrong("由事件引起的时限应写作 24h 或 3d", "after an event a time is written 24h or 3d")
    if window.due <= opens:
        raise wrong("期限应晚于开始", "due must be after opens")


def _fits_cadence(window: Window, every: Every) -> None:
    opens, due = window.opens, window.due
    if isinstance(opens, timedelta | End) or isinstance(due, timedelta) or window.counted_from:
        raise wrong("周期的时限应写作 {day, at} 或 end", "in a period a time is written {day, at} or end")
    for hour in (opens, due):
        if isinstance(hour, Hour) and hour.day > DAYS[every]:
            raise wrong(f"没有第{hour.day}天：最多{DAYS[every]}", f"not every {every} has a day {hour.day}")
    if isinstance(opens, Hour) and isinstance(due, Hour) and (due.day, due.at) <= (opens.day, opens.at):
        raise wrong("期限应晚于开始", "due must be after opens")


class Rules(Part):
    """rules.yaml: who owes what to whom, when, and what follows if it is not done."""

    ladders: Annotated[dict[Code, Ladder], Some]
    rules: Annotated[tuple[RuleLine, ...], Some]
