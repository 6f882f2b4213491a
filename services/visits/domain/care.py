"""All that the visits service knows of one person: facts as they were heard, duties, contacts. Nothing derived is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from contracts.event import Event
from contracts.ids import ContactId, DutyId, HolderId, PersonId, StayId, UnitId
from contracts.personal import SealedCare
from contracts.registry import AskFirst, Hours
from services.visits.domain.happenings import Death, Happening, Stay
from services.visits.domain.policy import Book, Policy
from services.visits.domain.rules import Means, OnDeath, Rule

CALENDAR = "calendar"


class ClosedAs(StrEnum):
    """A duty ends in exactly one way; it never expires."""

    DONE = "done"
    WAIVED = "waived"
    SUPERSEDED = "superseded"


class By(StrEnum):
    """What closed a duty; `closed_by_id` names it."""

    CONTACT = "contact"
    HOLDER = "holder"
    DUTY = "duty"
    RETRACTION = "retraction"
    DEATH = "death"
    END = "end"
    """Of its cause, where the rule says so: the post was filled, the person was reached."""
    CLASS = "class"
    """The rule does not concern the person any more; only what is not overdue ends so."""
    CARE_ENDED = "care-ended"
    POLICY = "policy"
    """A version to which it was re-based does not ask for it."""


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing owed. It keeps the policy version and the county under which it was opened, and its first due time.

    A decision needs those that are open, whose ending may be undone, or that were not followed: others may stay in their table.
    """

    duty_id: DutyId
    rule: str
    policy: str
    kind: str
    party: str
    role: str
    strength: str
    cause_kind: str
    cause_id: UUID | None
    cause_at: datetime
    """When we knew of the cause, or the beginning of the period."""
    occurrence: str
    counts_from: datetime
    """What was done before this was not done for this."""
    opened_at: datetime
    due_at: datetime
    answering: str
    """The role that must act now: the holder's own, or that of the rung last reached."""
    county: str = ""
    """Whose rules it was opened under: who moves takes what is owed along as it is."""
    counted_plainly: bool = False
    """The due time should count working days, but theirs are not published: every day was counted."""
    instead: str | None = None
    """The wish or absence because of which it is owed by these means and not by those of the rule."""
    own_due_at: datetime | None = None
    """Its due time by its own occurrence, where it has the age of what it took the place of; None = that is `due_at`."""
    remind_at: datetime | None = None
    rung: int = 0
    next_rung_at: datetime | None = None
    escalated_at: datetime | None = None
    missed_at: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: HolderId | None = None
    acknowledged_rung: int | None = None
    followed_by: DutyId | None = None
    """The next occurrence of a calendar rule."""
    closed_at: datetime | None = None
    closed_as: ClosedAs | None = None
    closed_by: By | None = None
    closed_by_id: UUID | None = None
    reason: SealedCare | None = None
    """Why it was waived; sealed with kind `reason`, bound to who waived it."""

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def means(self) -> Means:
        return Means(self.kind, self.strength)


@dataclass(frozen=True, slots=True)
class Contact:
    """Something actually done, or tried: only some outcomes discharge. One that was recorded in error is struck, not deleted."""

    contact_id: ContactId
    kind: str
    party: str
    role: str
    strength: str
    outcome: str
    made_by: HolderId
    made_at: datetime
    recorded_at: datetime
    note: SealedCare | None = None
    """What was seen and said; sealed with kind `note`, bound to the person."""
    note_index: UUID | None = None
    """The same words have the same index: two visits with one text show (feature 74)."""
    place: str | None = None
    """Where it was made: latitude,longitude in degrees with at most three decimals (about 100 m)."""
    witness: HolderId | None = None
    photo: str | None = None
    """Where the photo is kept: a reference, never the photo."""
    new_facts: int = 0
    """Entries of the file that were made at this contact."""
    entered_late: bool = False
    unwished: bool = False
    """Made with the person at an hour at which they had asked not to be called or visited. It counts all the same."""
    struck_at: datetime | None = None
    struck_by: HolderId | None = None
    struck_because: SealedCare | None = None
    """Sealed with kind `reason`, bound to the person."""

    @property
    def stands(self) -> bool:
        return self.struck_at is None


@dataclass(frozen=True, slots=True)
class Classed:
    """Who the person was before they were put into another class or county: a rule that is for both knows no break."""

    county: str
    kind: str | None
    category: str | None
    rank: str | None
    classed_at: datetime | None
    reclassed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Move:
    """The person leaves a unit, alone or because it has ended: what was owed to them is written down before (★10)."""

    from_unit_id: UnitId
    unit_name: str | None
    """What the unit that they leave was called."""
    owed: tuple[DutyId, ...]
    """Every duty that was open when it was first known that they leave."""
    counted_at: datetime
    unit_id: UnitId | None = None
    """Where they went. None = the card that shows it is awaited."""
    moved_at: datetime | None = None
    """As the card says."""


@dataclass(frozen=True, slots=True)
class Care:
    """The root. It bears hearing of anything before it hears of the person: `kind` None = not known yet, nothing is owed."""

    person_id: PersonId
    city: str = ""
    county: str = ""
    kind: str | None = None
    category: str | None = None
    rank: str | None = None
    classed_at: datetime | None = None
    """Since when we know this county, kind, category and rank: what a rule asked before is not asked of them now."""
    reclassed_at: datetime | None = None
    """When the registry last put them into another class; None = they are as they were enrolled."""
    former: tuple[Classed, ...] = ()
    """What they were before, the latest last."""
    birth_year: int | None = None
    birthday: str | None = None
    """MM-DD."""
    unit_id: UnitId | None = None
    unit_name: str | None = None
    moves: tuple[Move, ...] = ()
    """From unit to unit, one after the other: who owed them what was done, and that nothing was lost on the way."""
    community_id: UnitId | None = None
    enrolled_at: datetime | None = None
    card_version: int | None = None
    held: Mapping[str, tuple[HolderId, ...]] | None = None
    """Role → who holds it for this person, by the latest card, the first first; who is away is among them, and who acts for
    them. None = no card was heard."""
    wishes: tuple[str, ...] = ()
    hours: tuple[Hours, ...] = ()
    """When they wish not to be called or visited. It moves no due time: whoever owes them something is told."""
    hours_since: datetime | None = None
    """Since when these are their hours."""
    ask_first: AskFirst | None = None
    last_made: Mapping[str, datetime] = field(default_factory=dict)
    """party/kind/strength → when the latest contact of these was made that counts and reached the person."""
    handed: Mapping[str, datetime] = field(default_factory=dict)
    """File that was ever merged into this one → as of when it last told all that it has, or that it takes that back."""
    unanswered_at: datetime | None = None
    """When the latest attempt to reach them was made that nobody answered."""
    stays: Mapping[StayId, Stay] = field(default_factory=dict)
    deaths: Mapping[UUID, Death] = field(default_factory=dict)
    happenings: Mapping[UUID, Happening] = field(default_factory=dict)
    duties: Mapping[DutyId, Duty] = field(default_factory=dict)
    contacts: Mapping[ContactId, Contact] = field(default_factory=dict)
    book: Book = field(kw_only=True, compare=False, repr=False, metadata={"context": True})

    @property
    def roles_held(self) -> frozenset[str] | None:
        """None = no card was heard: nobody is known to hold nothing."""
        return frozenset(self.held) if self.held is not None else None

    @property
    def born_on(self) -> date | None:
        """Never kept as one: the two parts are what the card tells in clear (docs/sealing.md)."""
        if self.birth_year is None or self.birthday is None:
            return None
        return date(self.birth_year, int(self.birthday[:2]), int(self.birthday[3:]))

    @property
    def policy(self) -> Policy:
        """The version in force."""
        return self.book.in_force

    def rule_of(self, duty: Duty) -> Rule | None:
        """As the version and the county say under which it was opened (feature 26)."""
        return self.book.rule(duty.policy, duty.county, duty.rule)

    def ends_with_death(self, duty: Duty) -> bool:
        """A duty whose rule nobody knows any more stops at a death: greetings to the dead are the worse mistake."""
        rule = self.rule_of(duty)
        return rule is None or rule.on_death is OnDeath.SUPERSEDE


Decided = tuple[Care, tuple[Event, ...]]
"""The state as it is now, and the facts to tell, in order. The very same state = nothing has changed."""
