"""The table of contents of a service: which function decides what is heard, asked or woken."""

import json
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Generic, Literal, NamedTuple, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from pydantic.json_schema import SkipJsonSchema

from bus.database import Connection
from bus.store import Store
from contracts.event import Event

S = TypeVar("S")
E = TypeVar("E", bound=Event)
R = TypeVar("R", bound="Request")
Held = Mapping[str, Collection[UUID]]
"""Role → who holds it for a person, by the latest card."""
NOBODY = UUID(int=0)
BEYOND = {
    "own": "不在此令牌的单位之内",
    "county": "不在此令牌的县（市、区）之内",
    "named": "此人的卡片上没有令牌中的这个人担任这一角色",
}


class Bounds(NamedTuple):
    """What bounds a list of people for one caller, for SQL; None = not bound by it."""

    county: str | None = None
    unit: UUID | None = None
    held: str | None = None
    """JSON: what `held` of each of them must contain (`@>`)."""


class Caller(BaseModel):
    """Who asks: the bearer of a token, a hospital's line, a carrier, or the system itself."""

    model_config = ConfigDict(frozen=True, strict=True)

    person: str
    role: str
    unit: UUID | None = None
    county: str | None = None
    reach: Literal["own", "county", "named"] = "own"
    """Of the role when it asked: the people of its own unit; the whole county of the token (without one, the whole city); or
    those on whose latest card the caller stands in this very role."""

    @property
    def holder(self) -> UUID | None:
        """The id under which cards name the caller; None = the token names nobody so."""
        try:
            return UUID(self.person)
        except ValueError:
            return None

    def acts_in(self, county: str, *units: UUID | None, held: Held | None = None) -> bool:
        """Whether somebody of this county and these units, for whom these hold the roles, is within the reach of the caller."""
        if self.reach == "county":
            return self.county in (None, county)
        if self.reach == "named":
            return self.holder is not None and self.holder in (held or {}).get(self.role, ())
        return self.unit is not None and self.unit in units

    @property
    def beyond(self) -> str:
        """What is said where something is out of reach."""
        return BEYOND[self.reach]

    @property
    def bounds(self) -> Bounds:
        """`acts_in`, as the database reads it."""
        if self.reach == "county":
            return Bounds(county=self.county)
        if self.reach == "named":
            return Bounds(held=json.dumps({self.role: [str(self.holder)]}))
        return Bounds(unit=self.unit or NOBODY)


class Request(BaseModel):
    """Something that is asked, in the imperative. The caller chooses its id, so asking twice acts once.

    Declared as `class RecordContact(Request, key="person_id", id="contact_id")`: `key` names the state it concerns, `id`
    the field that makes it the same request. Unknown fields are refused: a misspelt field must not be lost in silence.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    key_field: ClassVar[str]
    id_field: ClassVar[str]

    by: SkipJsonSchema[Caller | None] = None
    """Taken from the token, never from the words."""
    at_door: SkipJsonSchema[str | None] = None
    """A fingerprint of what the caller said at a door (`bus.repeating`): what the door found beside it may be another the next
    time, and the request is the same. None = it came through no door."""

    def __init_subclass__(cls, *, key: str = "", id: str = "", **kwargs: Any) -> None:
        """Takes what `__pydantic_init_subclass__` needs: pydantic hands it to both."""
        super().__init_subclass__(**kwargs)

    @classmethod
    def __pydantic_init_subclass__(cls, *, key: str = "", id: str = "", **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        if key and id:
            cls.key_field, cls.id_field = key, id
        elif not hasattr(cls, "key_field"):
            raise TypeError(f"{cls.__name__} must name its key and its id")

    @property
    def key(self) -> UUID:
        value: UUID = getattr(self, self.key_field)
        return value

    @property
    def id(self) -> UUID:
        value: UUID = getattr(self, self.id_field)
        return value

    @property
    def time(self) -> datetime | None:
        """When it was first said, where the words tell; it places the request's id in time."""
        return None


@dataclass(frozen=True, slots=True)
class FanOut:
    """One fact that concerns many states: `request` is asked of each root of `of` whose `column` is (or contains) `value`.

    Where the column is the key of the root, it is asked of that root, also if nothing was known of it before.
    """

    of: str
    column: str
    value: UUID | str | None
    request: BaseModel


@dataclass(frozen=True, slots=True)
class Decision(Generic[S]):
    """What follows: the state as it is now, the facts to tell, the answer to who asked."""

    state: S
    facts: tuple[Event, ...] = ()
    answer: BaseModel | None = None
    fan_out: tuple[FanOut, ...] = ()


class Rejected(Exception):
    """A rule of the field says no. Never retry: what was asked gets a problem document, what was heard is a dead letter."""

    def __init__(self, rule: str, reason: str, field: str, status: int = 422) -> None:
        super().__init__(rule, reason, field, status)
        self.rule, self.reason, self.field, self.status = rule, reason, field, status

    def __str__(self) -> str:
        return f"{self.rule}: {self.reason} ({self.field})"


Hears = Callable[[S, E, datetime], Decision[S]]
Wakes = Callable[[S, datetime], Decision[S]]


@dataclass(frozen=True, slots=True)
class Hearing(Generic[S]):
    """How one type of event reaches a state."""

    decide: Callable[[S, Any, datetime], Decision[S]]
    key: Callable[[Any], UUID | None]
    """None = this event concerns no state of this kind: ignored, and counted."""


@dataclass(slots=True)
class Decisions(Generic[S]):
    """All the decisions about one kind of state. `wakes_at` tells when the state next changes by itself."""

    of: type[S]
    kept_in: Store[S]
    wakes_at: Callable[[S, datetime], datetime | None] | None = None
    risk: Callable[[S], int] = lambda state: 0
    """Most at risk first: 0 is the class that is woken first."""
    settled_under: Callable[[S], str | None] = lambda state: None
    """The label of the policy that a decision was taken under, from the state that it was lent to."""
    in_force: Callable[[Connection], Awaitable[str | None]] | None = None
    """The label of the policy now in force; states settled under another are taken again, slowly."""

    heard: dict[type[Event], Hearing[S]] = field(default_factory=dict)
    asks: dict[type[Request], Callable[[S, Any, datetime], Decision[S]]] = field(default_factory=dict)
    whole: set[type[Request]] = field(default_factory=set)
    """Requests whose decision needs the whole state, also the children that others leave in their tables."""
    waking: Wakes[S] | None = None
    zh: str = ""
    """What the kind of state is called where people read of it."""
    name: str = ""
    """The kind of state, as the journal names it."""

    def __post_init__(self) -> None:
        self.name = self.of.__name__.lower()

    def hears(
        self, event: type[E], *, key: Callable[[E], UUID | None] = lambda event: event.key
    ) -> Callable[[Hears[S, E]], Hears[S, E]]:
        """This function decides what the event means. It hears each event once."""

        def declare(decide: Hears[S, E]) -> Hears[S, E]:
            if event in self.heard:
                raise TypeError(f"{self.name} hears {event.type} twice")
            self.heard[event] = Hearing(decide, key)
            return decide

        return declare

    def asked(
        self, request: type[R], *, whole: bool = False
    ) -> Callable[[Callable[[S, R, datetime], Decision[S]]], Callable[..., Decision[S]]]:
        """This function decides what is asked. The same id is answered as the first time."""

        def declare(decide: Callable[[S, R, datetime], Decision[S]]) -> Callable[..., Decision[S]]:
            if request in self.asks:
                raise TypeError(f"{self.name} is asked {request.__name__} twice")
            self.asks[request] = decide
            if whole:
                self.whole.add(request)
            return decide

        return declare

    def woken(self, decide: Wakes[S]) -> Wakes[S]:
        """This function decides what the hour changes; it needs `wakes_at`."""
        if self.wakes_at is None:
            raise TypeError(f"{self.name} can be woken but does not say when: give wakes_at")
        self.waking = decide
        return decide
