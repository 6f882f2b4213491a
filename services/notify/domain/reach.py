"""Whether anything proves that an SMS reaches one holder: who counts on them, the number, what proved it, the test, who is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self
from uuid import UUID

from contracts.ids import HolderId, UnitId, derived
from contracts.personal import SealedContact
from services.notify.domain.proving import Proving
from services.notify.domain.voice import Voice


@dataclass(frozen=True, slots=True)
class Post:
    """One role that the holder has, by the cards of so many people."""

    post_id: UUID
    role: str
    city: str
    county: str
    unit_id: UnitId
    people: int = 0
    above: HolderId | None = None
    """Who holds the next level, by the latest card. None = nobody."""
    said_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """One holder who cannot be reached, as they know it themselves and as whoever is above them knows it."""

    below_id: HolderId
    role: str
    city: str
    county: str
    since: datetime
    stands: bool
    said_at: datetime
    told_for: datetime | None = None
    """Since when they could not be reached, as the SMS told it that this holder was sent."""
    passed_to: HolderId | None = None


@dataclass(frozen=True, slots=True)
class Reach:
    """One holder. `voice` is lent while it is decided, and never kept. A number stands here as its blind index alone."""

    holder_id: HolderId
    voice: Voice = field(metadata={"context": True}, compare=False, repr=False)
    phone: SealedContact | None = None
    phone_said_at: datetime | None = None
    number: UUID | None = None
    """None while a phone is known = it takes no SMS."""
    due_from: datetime | None = None
    """From when on the next test is counted: the last proof, or when they (or a number of theirs) were first heard of."""
    proved_number: UUID | None = None
    proved_at: datetime | None = None
    proved_by: str = ""
    """delivered · answered"""
    wrong_number: UUID | None = None
    """Somebody else answers there."""
    wrong_at: datetime | None = None
    test_at: datetime | None = None
    put_off: bool = False
    """The hour of the test was slept through, and another was set: once, or a clock that leaps would put it off for ever."""
    tested_at: datetime | None = None
    tested_number: UUID | None = None
    unreachable_since: datetime | None = None
    why: str = ""
    """silent · no-number · wrong-person"""
    tell_at: datetime | None = None
    posts: Mapping[UUID, Post] = field(default_factory=dict)
    reports: Mapping[UUID, Report] = field(default_factory=dict)
    """Of those below, and of the holder while they cannot be reached."""

    @property
    def proving(self) -> Proving:
        proving = self.voice.courtesy.proving
        assert proving is not None  # without it nobody has a top
        return proving

    @property
    def top(self) -> Post | None:
        """The highest of the tested roles in which somebody counts on them. None = nobody is tested here."""
        proving = self.voice.courtesy.proving
        if proving is None:
            return None
        found = [(level, post.role, post) for post in self.posts.values() if post.people > 0
                 and (level := proving.level(post.role)) is not None]  # fmt: skip
        return max(found, key=lambda each: each[:2])[2] if found else None

    @property
    def is_wrong(self) -> bool:
        return self.number is not None and self.wrong_number == self.number

    @property
    def is_of_this_number(self) -> bool:
        """What proved it last proved the number that they have now."""
        return self.number is not None and self.proved_number == self.number and not self.is_wrong

    def proved(self, now: datetime) -> bool:
        return self.is_of_this_number and self.proved_at is not None and self.proved_at + self.proving.every > now

    @property
    def answer_due(self) -> datetime | None:
        """When a test that nothing has followed yet, and the proof before it, will have proved nothing any more."""
        if self.tested_at is None or self.tested_number != self.number or self.unreachable_since is not None:
            return None
        due = self.tested_at + self.proving.answer_within
        if not self.is_of_this_number or self.proved_at is None:
            return due
        return None if self.proved_at >= self.tested_at else max(due, self.proved_at + self.proving.every)

    @property
    def deaf(self) -> bool:
        """Nothing that is to be told to them can be: whoever is above is told in their place."""
        return self.unreachable_since is not None or self.number is None

    def with_post(self, post: Post) -> Self:
        return replace(self, posts={**self.posts, post.post_id: post})

    def with_reports(self, *reports: Report) -> Self:
        return replace(self, reports={**self.reports, **{each.below_id: each for each in reports}})


def post_id_of(holder_id: HolderId, role: str) -> UUID:
    return derived("post", holder_id, role)
