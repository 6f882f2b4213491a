"""What is known of one person as far as somebody must be told: facts with their sources, and the SMS that exist."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from contracts.ids import CaseId, DutyId, HolderId, PersonId, SmsId, derived
from contracts.personal import SealedContact, SealedIdentity
from contracts.registry import AskFirst, Holder, Hours
from services.notify.domain.reminder import DueSoon
from services.notify.domain.voice import Voice

BY_DEATH = "death"
"""The cause of the cases that a death itself opens, and the only ones that are told while it stands."""
OPENED = "opened"
RECALL = "recall"


class SmsStatus(StrEnum):
    """What is known of an SMS, in the order of `RANK`: it only moves forward, so repetition and order do not matter.

    What the carrier may have outranks what was held back: a gateway that was set back may say the latter of it by mistake.
    """

    REQUESTED = "requested"
    HELD_BACK = "held-back"
    EXPIRED = "expired"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    FAILED = "failed"
    DELIVERED = "delivered"


RANK = {status: rank for rank, status in enumerate(SmsStatus)}
WENT_OUT = frozenset({SmsStatus.UNKNOWN, SmsStatus.ACCEPTED, SmsStatus.DELIVERED})
"""The holder may have read it, so what it said must be taken back if it was false."""
REACHED_NOBODY = frozenset({SmsStatus.UNKNOWN, SmsStatus.EXPIRED, SmsStatus.FAILED})


@dataclass(frozen=True, slots=True)
class Death:
    """One report of death: it stands until it is retracted, whichever of the two is heard first."""

    report_id: UUID
    reported_at: datetime | None = None
    retracted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One duty of which somebody must be told. All times are those of the facts: the latest counts, in whatever order."""

    case_id: CaseId
    duty_id: DutyId
    rule: str
    cause: str = ""
    due_at: datetime | None = None
    opened_at: datetime | None = None
    escalated_at: datetime | None = None
    closed_at: datetime | None = None
    why: str = ""
    """done · waived · duty · retraction · death · policy"""
    acknowledged_at: datetime | None = None
    """When somebody last said that they know, for whoever looks at the list; who need not be told is read from the SMS."""
    announced: bool = False
    """CaseOpened was said, and CaseClosed was not said since."""
    parked_since: datetime | None = None

    @property
    def stands(self) -> bool:
        """Somebody is still owed a word. What was done or waived opens again only by a later escalation of its owner."""
        if self.opened_at is None:
            return False
        if self.closed_at is None or _after(self.escalated_at, self.closed_at):
            return True
        return self.why not in ("done", "waived") and self.opened_at > self.closed_at

    @property
    def turn(self) -> datetime | None:
        """The closing after which it was opened again: what was told before it does not count."""
        return self.closed_at if self.stands else None


@dataclass(frozen=True, slots=True)
class Telling:
    """At one stage of a case the holder of one role must be told: at its opening, or at a rung of the ladder."""

    telling_id: UUID
    case_id: CaseId
    stage: str
    """opened · rung-<n>"""
    role: str
    template: str
    lane: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Sms:
    """One SMS. `requested_at` is None when its status was heard before we asked for it (a database set back)."""

    sms_id: SmsId
    status: SmsStatus = SmsStatus.REQUESTED
    case_id: CaseId | None = None
    stage: str = ""
    role: str = ""
    holder_id: HolderId | None = None
    phone: SealedContact | None = None
    lane: str = ""
    turn: datetime | None = None
    requested_at: datetime | None = None
    withdrawn_at: datetime | None = None
    acknowledged_at: datetime | None = None
    """When its holder last said that they know, while the case stood."""
    handed_over: bool = False

    @property
    def unsent(self) -> bool:
        """As far as we know no carrier has it."""
        return self.requested_at is not None and self.status is SmsStatus.REQUESTED and self.withdrawn_at is None

    @property
    def came_to_nothing(self) -> bool:
        """It was held back, or it failed; a recall that failed is over, for it may go to no other number."""
        return self.status is SmsStatus.HELD_BACK or (self.status is SmsStatus.FAILED and self.stage != RECALL)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a holder answered; it waits if it is heard before what it answers."""

    reply_id: UUID
    sms_id: SmsId
    answer: str
    """known · cannot · wrong-person · other"""
    replied_at: datetime
    heeded: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """One person: who must be told what about them. `voice` is lent while it is decided, and never kept."""

    person_id: PersonId
    voice: Voice = field(metadata={"context": True}, compare=False, repr=False)
    city: str = ""
    county: str = ""
    card_version: int = 0
    name: SealedIdentity | None = None
    unit_name: str = ""
    holders: tuple[Holder, ...] = ()
    card_deaths: tuple[UUID, ...] = ()
    wishes: tuple[str, ...] = ()
    hours: tuple[Hours, ...] = ()
    ask_first: AskFirst | None = None
    deaths: Mapping[UUID, Death] = field(default_factory=dict)
    cases: Mapping[UUID, Case] = field(default_factory=dict)
    tellings: Mapping[UUID, Telling] = field(default_factory=dict)
    sms: Mapping[UUID, Sms] = field(default_factory=dict)
    replies: Mapping[UUID, Reply] = field(default_factory=dict)
    due_soon: Mapping[UUID, DueSoon] = field(default_factory=dict)

    @property
    def dead(self) -> bool:
        """There is a report of death, heard or on the card, that was not retracted."""
        retracted = {d.report_id for d in self.deaths.values() if d.retracted_at is not None}
        reported = {d.report_id for d in self.deaths.values() if d.reported_at is not None}
        return bool(reported.union(self.card_deaths) - retracted)

    def holder(self, role: str) -> Holder | None:
        """Who holds the role for this person; the first that the card names."""
        return next((holder for holder in self.holders if holder.role == role), None)

    def asks_of(self, holder_id: HolderId) -> str:
        """What the person asks of this holder; whom they name is not told to ask themselves. Of the dead nobody asks it."""
        if self.dead:
            return ""
        first = self.ask_first
        named = first is not None and first.holder_id not in (None, holder_id)
        return self.voice.asked_for(self.wishes, self.hours, first.role if first is not None and named else None)

    def with_case(self, case: Case) -> Self:
        return replace(self, cases={**self.cases, case.case_id: case})

    def with_telling(self, telling: Telling) -> Self:
        return replace(self, tellings={**self.tellings, telling.telling_id: telling})

    def with_sms(self, sms: Sms) -> Self:
        return replace(self, sms={**self.sms, sms.sms_id: sms})

    def with_death(self, death: Death) -> Self:
        return replace(self, deaths={**self.deaths, death.report_id: death})

    def with_reply(self, reply: Reply) -> Self:
        return replace(self, replies={**self.replies, reply.reply_id: reply})


def case_id_of(duty_id: DutyId) -> CaseId:
    """A duty has one case, however often it is opened."""
    return CaseId(derived("case", duty_id))


def sms_id_of(case_id: CaseId, stage: str, holder_id: HolderId, turn: int) -> SmsId:
    """The same word to the same holder at the same stage is the same SMS. `turn` counts those that came to nothing before.

    The version of the template is no part of it: a better wording is no reason to tell anybody twice.
    """
    return SmsId(derived("sms", case_id, stage, holder_id, turn))


def rung_of(stage: str) -> int:
    """How high on the ladder it is told; 0 at the opening."""
    return int(stage.removeprefix("rung-")) if stage.startswith("rung-") else 0


def _after(at: datetime | None, other: datetime) -> bool:
    return at is not None and at > other
