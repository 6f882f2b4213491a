"""The shape of everything that is said on Kafka: a frozen fact that names its topic, key, type and version."""

from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict


@dataclass(frozen=True, slots=True)
class Topic:
    """A story: all the facts of one kind of thing, in order per key. `compacted` keeps the last fact of each key for ever."""

    name: str
    about: str
    compacted: bool = False


class Fields(BaseModel):
    """Frozen values that cross a border; unknown fields are ignored, because producers may move first."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", strict=True, use_attribute_docstrings=True, hide_input_in_errors=True
    )


class Event(Fields):
    """Something that has happened. Every event says in which city and county, so that a province can add them up."""

    topics: ClassVar[tuple[Topic, ...]]
    type: ClassVar[str]
    key_field: ClassVar[str]
    once_fields: ClassVar[tuple[str, ...]] = ()
    """Where any of several causes may be the last that makes it true: the fields that name the one thing it tells of. Its id
    is then made of them, whichever cause came last; a time among them is the time of the id, else it is that of the cause.
    Danger: a time among them must be one that was heard, never one that is made in the decision: that is another the next time."""

    city: str
    county: str

    def __init_subclass__(
        cls,
        *,
        topic: Topic | tuple[Topic, ...] = (),
        type: str = "",
        key: str = "",
        once: tuple[str, ...] = (),
        **kwargs: Any,
    ) -> None:
        """Takes what `__pydantic_init_subclass__` needs: pydantic hands it to both."""
        super().__init_subclass__(**kwargs)

    @classmethod
    def __pydantic_init_subclass__(
        cls,
        *,
        topic: Topic | tuple[Topic, ...] = (),
        type: str = "",
        key: str = "",
        once: tuple[str, ...] = (),
        **kwargs: Any,
    ) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        if not type:
            return  # fields that several events share; nothing is said by this name
        cls.topics = topic if isinstance(topic, tuple) else (topic,)
        cls.type, cls.key_field, cls.once_fields = type, key, once
        if not (cls.topics and type and {key, *once} <= cls.model_fields.keys()):
            raise TypeError(f"{cls.__name__} must name its topic, its type, and a key and `once` that are fields of it")
        if EVENTS.setdefault(type, cls) is not cls and EVENTS[type].__qualname__ != cls.__qualname__:
            raise TypeError(f"{type} is declared twice: {EVENTS[type].__qualname__} and {cls.__qualname__}")
        for topic_ in cls.topics:
            TOPICS.setdefault(topic_.name, topic_)

    @property
    def key(self) -> UUID:
        """What keeps the story in order: facts with one key are read in the order in which they were decided."""
        key: UUID = getattr(self, self.key_field)
        return key

    @property
    def topic(self) -> Topic:
        """Where this fact is said; an event of several topics overrides this."""
        return self.topics[0]

    @property
    def owner(self) -> str:
        """The one service that may say this."""
        return self.type.partition(".")[0]


def said_in(module: str) -> tuple[type[Event], ...]:
    """The events that a file or folder of the contracts declares: all that its owner says."""
    return tuple(event for event in EVENTS.values() if f"{event.__module__}.".startswith(f"{module}."))


EVENTS: dict[str, type[Event]] = {}
"""Every event by its type; filled as the files of the owners are imported (see `contracts.all`)."""

TOPICS: dict[str, Topic] = {}
"""Every topic by its name."""
