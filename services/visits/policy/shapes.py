"""The shape of rules.yaml, and which names in it must be known."""

from collections.abc import Mapping
from datetime import timedelta
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    JsonValue,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from bus.pack.codes import Category, DutyKind, Party, PersonKind, Rank, Role, RungName, Situation, Strength
from bus.pack.mistakes import wrong
from bus.pack.shapes import Code, Duration, Listed, Names, Part, Some, Zh, known
from contracts.notify import LANES
from services.visits.domain.causes import EVENTS
from services.visits.domain.rules import CountedFrom, Every, Hour, OnDeath, OnEnd, Stack, WorkingDays
from services.visits.policy.moments import DAYS, End, Moment, anchored

LadderName = Annotated[str, known("ladders", "督办阶梯")]
Template = Annotated[str, known("templates", "短信模板")]
Lane = Annotated[str, known("lanes", "短信通道"), WithJsonSchema({"enum": [*LANES]})]
EventName = Annotated[str, known("events", "起因"), WithJsonSchema({"enum": [*EVENTS]})]
Festival = Annotated[str, known("occasions", "节日（时段）")]
RuleName = Annotated[str, known("rules", "规则")]


class Who(Part):
    kinds: Annotated[tuple[PersonKind, ...], Some] = ()
    categories: Annotated[tuple[Category, ...], Some] = ()
    situations: Annotated[tuple[Situation, ...], Some] = ()
    ranks: Annotated[tuple[Rank, ...], Some] = ()
    age_from: Annotated[int | None, Field(ge=1, le=130)] = None


CODES_OF: Mapping[str, str] = {
    "hardship-reported": "hardships",
    "family-changed": "family_changes",
    "class-changed": "categories",
    "situation-began": "situations",
    "absence-ended": "absences",
    "no-answer": "duty_kinds",
    "contact-outcome": "outcomes",
    "post-vacant": "roles",
    "notice-issued": "notices",
    "notice-unanswered": "notices",
    "weather-warned": "notices",
}
"""Which codes `of` may name, by the event; of the others it says nothing."""

KINDS_OF_WHEN = ("event", "every", "festival", "birthday", "without")


def _set(key: str) -> dict[str, JsonValue]:
    return {"required": [key], "properties": {key: {"not": {"type": "null"}}}}


class When(Part):
    """One of five: an event, a cadence, a festival (or a season), a birthday, or that something did not happen."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [_set(kind) for kind in KINDS_OF_WHEN]})

    event: EventName | None = None
    of: Annotated[tuple[str, ...], Listed] = ()
    every: Every | None = None
    anchor: Annotated[tuple[int, int], WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string"}]})] = (1, 1)
    festival: Festival | None = None
    birthday: Literal["solar", "lunar"] | None = None
    without: Duration | None = None

    @model_validator(mode="before")
    @classmethod
    def _one_of_them(cls, value: object) -> object:
        named = [kind for kind in KINDS_OF_WHEN if kind in value] if isinstance(value, dict) else ["?"]
        if isinstance(value, dict) and all(value.get(kind) is None for kind in named):
            raise wrong("周期或起因未定，先定再用", "cadence or event is not set")
        if len(named) > 1:
            raise wrong(f"只能有一个：{'、'.join(KINDS_OF_WHEN)}", f"one of {', '.join(KINDS_OF_WHEN)}, not several")
        return value

    @field_validator("of")
    @classmethod
    def _of_what(cls, codes: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        event, names = info.data.get("event"), info.context
        assert isinstance(names, Names)
        if codes and event not in CODES_OF:
            raise wrong("这一起因不分种类（of）", "this event has no kinds to choose from")
        for code in codes:
            if code not in (known := names.of[CODES_OF[str(event)]]):
                raise wrong(f"未知的种类“{code}”", f"unknown kind {code!r}; known: {', '.join(sorted(known))}")
        return codes

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
    joint: tuple[Party, ...] = ()
    kind: DutyKind
    strength: Strength
    window: Window
    remind: Duration | None = None
    stack: Stack
    message: Message | None = None
    ladder: LadderName
    on_death: OnDeath
    on_end: OnEnd = OnEnd.KEEP
    beside: RuleName | None = None
    """Another rule by which the same party owes the same people the same: it is meant, both are owed."""

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
            if when.event is not None:
                _fits_event(window)
            elif when.every is not None:
                _fits_cadence(window, when.every)
            elif when.without is not None:
                _fits_absence(window)
            else:
                _fits_day(window)
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
    if not isinstance(opens, timedelta) or not isinstance(window.due, timedelta | WorkingDays) or opens < timedelta():
        raise wrong(
            "由事件引起的时限应写作 24h、3d 或 3wd（工作日）", "after an event a time is written 24h, 3d or 3wd"
        )
    if isinstance(window.due, timedelta) and window.due <= opens:
        raise wrong("期限应晚于开始", "due must be after opens")
    if isinstance(window.due, WorkingDays) and timedelta(days=window.due.days) <= opens:
        raise wrong("期限应晚于开始", "due must be after opens")


def _fits_absence(window: Window) -> None:
    if window.opens is not None or not isinstance(window.due, timedelta) or window.due <= timedelta():
        raise wrong("“没有”之后的期限应写作 24h 或 3d，不写开始", "after `without` only due is written: 24h or 3d")


def _fits_day(window: Window) -> None:
    """From the beginning of the first day, until the end of the last: `due: 0d` is the end of that day."""
    opens = timedelta() if window.opens is None else window.opens
    if not isinstance(opens, timedelta) or not isinstance(window.due, timedelta) or window.counted_from:
        raise wrong("节日的时限应写作 -10d、0d 或 3d", "around a festival a time is written -10d, 0d or 3d")
    if window.due + timedelta(days=1) <= opens:
        raise wrong("期限应晚于开始", "due must be after opens")


def _fits_cadence(window: Window, every: Every) -> None:
    opens, due = window.opens, window.due
    if (
        isinstance(opens, timedelta | WorkingDays | End)
        or isinstance(due, timedelta | WorkingDays)
        or window.counted_from
    ):
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
