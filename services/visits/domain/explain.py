"""Why a duty is, and what became of it: fact → policy version and rule → duty → ladder → contacts (feature 4)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.ids import DutyId
from contracts.refused import Refused
from services.visits.domain import words
from services.visits.domain.asked import asked_by
from services.visits.domain.care import Care, ClosedAs, Contact, Duty
from services.visits.domain.contacts import Lacks, what_lacks
from services.visits.domain.heirs import own_due_at, whose_age
from services.visits.domain.rules import Rung


@dataclass(frozen=True, slots=True)
class Fact:
    """What raised the duty."""

    kind: str
    id: UUID | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Ground:
    """The line of the policy that makes somebody owe something because of the fact. Empty where it is not remembered."""

    policy: str
    rule: str
    title: str
    basis: str | None
    reason: str | None
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Attempt:
    """A contact of the party that owes, while it owed; and what it lacked to discharge the duty, if anything."""

    contact: Contact
    lacks: Lacks | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """The whole chain, and one sentence of it for people."""

    fact: Fact
    ground: Ground
    duty: Duty
    escalations: tuple[Rung, ...]
    attempts: tuple[Attempt, ...]
    sentence: str


def explain(care: Care, duty_id: DutyId, reason: str | None = None) -> Explanation:
    """Nothing is owed without a fact, a rule and a version that can be named. `reason`: why it was waived, opened."""
    duty = care.duties.get(duty_id)
    if duty is None:
        raise Refused("duty-unknown", words.REFUSED["duty-unknown"], "duty_id")
    rule = care.rule_of(duty)
    ground = Ground(
        policy=duty.policy,
        rule=duty.rule,
        title=rule.title if rule else duty.rule,
        basis=rule.basis if rule else None,
        reason=rule.reason if rule else None,
        rows=rule.rows if rule else (),
    )
    escalations = rule.ladder[: duty.rung] if rule else ()
    attempts = _attempts(care, duty)
    fact = Fact(duty.cause_kind, duty.cause_id, duty.cause_at)
    sentence = _sentence(care, duty, ground, escalations, attempts) + _end(care, duty, reason)
    return Explanation(fact, ground, duty, escalations, attempts, sentence)


def _attempts(care: Care, duty: Duty) -> tuple[Attempt, ...]:
    rule = care.rule_of(duty)
    parties = {duty.party} | (rule.joint if rule is not None else frozenset())
    meant = [
        contact
        for contact in care.contacts.values()
        if contact.party in parties
        and contact.made_at >= duty.counts_from
        and (duty.closed_at is None or contact.recorded_at <= duty.closed_at)
    ]
    meant.sort(key=lambda contact: contact.made_at)
    return tuple(Attempt(contact, what_lacks(care, duty, contact)) for contact in meant)


def _sentence(
    care: Care, duty: Duty, ground: Ground, escalations: tuple[Rung, ...], attempts: tuple[Attempt, ...]
) -> str:
    zh = care.policy.zh
    cause = _cause(care, duty)
    owed = words.OWED.format(
        rule=ground.title,
        policy=ground.policy,
        role=zh("roles", duty.role),
        due=_moment(care, own_due_at(duty)),
        kind=zh("duty_kinds", duty.kind),
        strength=zh("strengths", duty.strength),
    )
    plainly = words.PLAINLY if duty.counted_plainly else ""
    known = words.ACKNOWLEDGED.format(at=_moment(care, duty.acknowledged_at)) if duty.acknowledged_at else ""
    missed = words.MISSED if duty.missed_at else ""
    above = (
        words.ESCALATED.format(rungs="、".join(zh("rungs", rung.name) for rung in escalations)) if escalations else ""
    )
    failed = sum(attempt.lacks is not None for attempt in attempts)
    tried = words.TRIED.format(count=failed) if failed else ""
    return cause + owed + _because(care, duty) + plainly + _since(care, duty) + missed + above + known + tried


def _because(care: Care, duty: Duty) -> str:
    """Why by other means than the rule says, and what the person asks of whoever comes."""
    of = {**care.policy.words.get("absences", {}), **care.policy.words.get("wishes", {})}
    other = words.INSTEAD.format(why=of.get(duty.instead, duty.instead)) if duty.instead is not None else ""
    asked = asked_by(care)
    return other + (words.ASKED_FOR.format(wishes="；".join(asked)) if asked and duty.is_open else "")


def _cause(care: Care, duty: Duty) -> str:
    return words.CAUSE.get(duty.cause_kind, words.OTHER_CAUSE).format(at=_moment(care, duty.cause_at))


def _since(care: Care, duty: Duty) -> str:
    """It is as old as what it took the place of, which was due before it was."""
    if duty.own_due_at is None:
        return ""
    first, due = whose_age(care, duty), _moment(care, duty.due_at)
    if first is None:
        return words.SINCE_ANOTHER.format(due=due)
    return words.SINCE.format(cause=_cause(care, first), due=due)


def _end(care: Care, duty: Duty, reason: str | None) -> str:
    if duty.closed_at is None:
        return words.OPEN
    at = _moment(care, duty.closed_at)
    if duty.closed_as is ClosedAs.WAIVED:
        return words.WAIVED.format(at=at, reason=reason or words.HIDDEN)
    if duty.closed_as is ClosedAs.SUPERSEDED:
        return words.SUPERSEDED[duty.closed_by or ""].format(at=at)
    contact = next((made for made in care.contacts.values() if made.contact_id == duty.closed_by_id), None)
    if contact is None:
        return words.DONE_BY_ONE_NOT_KEPT.format(at=at)
    done = words.DONE_LATE if contact.made_at > duty.due_at else words.DONE
    return done.format(at=_moment(care, contact.made_at), role=care.policy.zh("roles", contact.role))


def _moment(care: Care, at: datetime) -> str:
    return words.MOMENT.format(at.astimezone(care.policy.zone))
