"""The facts that can raise a duty, by the event that a rule waits for, and what holds for a person now: situations, absences."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.ids import PersonId
from services.visits.domain.care import Care
from services.visits.domain.episode import episode
from services.visits.domain.happenings import Happening
from services.visits.domain.policy import Instead

EVENTS: Mapping[str, str] = {
    "stay-admitted": "stay",
    "stay-discharged": "discharge",
    "death-reported": "death",
    "family-changed": "family-change",
    "hardship-reported": "hardship",
    "class-changed": "class-change",
    "situation-began": "situation",
    "absence-ended": "absence",
    "no-answer": "silence",
    "contact-outcome": "outcome",
    "post-vacant": "vacancy",
    "notice-issued": "notice",
    "notice-unanswered": "unanswered",
    "weather-warned": "weather",
}
"""What `when: {event: …}` of a rule may name → the kind of cause that its duty tells."""

SITUATION, ABSENCE, CARE_ENDED = "situation-began", "absence", "care-ended"
"""Events of happenings that last. An absence raises nothing by itself; its end does."""


@dataclass(frozen=True, slots=True)
class Raised:
    """One standing cause: when we knew of it, when it happened and was over, where that is known."""

    id: UUID
    known_at: datetime
    happened_at: datetime | None
    until: datetime | None = None
    what: str = ""


Causes = dict[str, dict[UUID, Raised]]
"""By the kind of cause."""


def standing(care: Care) -> Causes:
    """All causes that stand. One that stands no more has been retracted."""
    found: Causes = {}
    for stay in care.stays.values():
        if stay.heard_at is not None and stay.cancelled_at is None:
            out = stay.discharged_at if stay.is_discharged else None
            _add(found, "stay", Raised(stay.stay_id, stay.heard_at, stay.admitted_at, out))
            if out is not None and stay.discharge_heard_at is not None and stay.discharge_id is not None:
                _add(found, "discharge", Raised(stay.discharge_id, stay.discharge_heard_at, out))
    if care.deaths and (death := episode(care)) is not None and death.heard_at is not None:
        _add(found, "death", Raised(death.report_id, death.heard_at, death.died_at))
    for one in care.happenings.values():
        if one.known_at is None or one.retracted_at is not None:
            continue
        if one.event == ABSENCE:
            if one.until is not None:
                known_at = max(one.until, one.until_known_at or one.known_at)
                _add(found, "absence", Raised(one.happening_id, known_at, one.until, None, one.what))
        elif (kind := EVENTS.get(one.event)) is not None:
            _add(found, kind, Raised(one.happening_id, one.known_at, one.happened_at, one.until, one.what))
    return found


def _add(found: Causes, kind: str, raised: Raised) -> None:
    found.setdefault(kind, {})[raised.id] = raised


def _since(care: Care, ground: str) -> Iterator[datetime]:
    """Since when each fact of the kind that goes on has been known."""
    if ground == "stay":
        return (stay.heard_at for stay in care.stays.values() if stay.goes_on and stay.heard_at is not None)
    event = next(event for event, kind in EVENTS.items() if kind == ground)
    going_on = (one for one in care.happenings.values() if one.event == event and one.stands and one.until is None)
    return (one.known_at for one in going_on if one.known_at is not None)


GROUNDS = frozenset({"stay", "hardship", "family-change"})
"""What `while:` of a situation or an absence may name."""


def situations(care: Care) -> Mapping[str, datetime]:
    """Each situation that holds or will hold by itself, and since (or from) when we know it to."""
    since: dict[str, datetime] = {}
    for name, lasting in care.policy.situations.items():
        if lasting is not None:
            begun = min(_since(care, lasting.ground), default=None)
            if begun is not None:
                since[name] = begun + lasting.after
    for one in care.happenings.values():
        if one.event == SITUATION and one.stands and one.until is None and one.known_at is not None:
            since[one.what] = min(one.known_at, since.get(one.what, one.known_at))
    return since


def class_changed_by(care: Care) -> UUID | None:
    """The change that put them into the class in which they are, where it was heard."""
    now = (care.kind, care.category, care.rank)
    of = [one for one in care.happenings.values() if one.event == "class-changed" and one.stands and one.what in now]
    return max(of, key=_as_heard).happening_id if of else None


def situation_ended_by(care: Care, names: Collection[str]) -> UUID | None:
    """The fact with whose end, or retraction, the last of these situations passed."""
    lasting = [care.policy.situations.get(name) for name in names]
    grounds = {each.ground for each in lasting if each is not None}
    ended: list[tuple[datetime, UUID]] = []
    for one in care.happenings.values():
        at = one.retracted_at or one.until_known_at
        if at is not None and (one.what in names if one.event == SITUATION else EVENTS.get(one.event) in grounds):
            ended.append((at, one.happening_id))
    for stay in care.stays.values() if "stay" in grounds else ():
        at = stay.cancelled_at or stay.discharge_heard_at
        if at is not None and not stay.goes_on:
            ended.append((at, stay.stay_id))
    return max(ended)[1] if ended else None


def instead_of_usual(care: Care, now: datetime) -> tuple[tuple[tuple[str, Instead], ...], datetime | None]:
    """The absences and then the wishes that hold now, and when an absence next begins or ends.

    An absence changes the means first, a wish that forbids some has the last word: who is deaf is not rung up at their
    daughter's either.
    """
    policy = care.policy
    found: list[tuple[str, Instead]] = []
    turns: list[datetime] = []
    for name, absence in policy.absences.items():
        if absence.ground is not None and any(True for _ in _since(care, absence.ground)):
            found.append((name, absence))
    away = [one for one in care.happenings.values() if one.event == ABSENCE and one.stands]
    for one in sorted(away, key=_as_heard):
        if one.what not in policy.absences:
            continue
        if one.happened_at is not None and now < one.happened_at:
            turns.append(one.happened_at)
        elif one.until is None or now < one.until:
            found.append((one.what, policy.absences[one.what]))
            turns += [one.until] if one.until is not None else []
    wishes = [(wish, policy.wishes[wish]) for wish in care.wishes if wish in policy.wishes]
    found += sorted(wishes, key=lambda named: bool(named[1].raised))
    return tuple(found), min(turns, default=None)


def _as_heard(one: Happening) -> tuple[str, str]:
    return one.known_at.isoformat() if one.known_at is not None else "", str(one.happening_id)


def into(care: Care) -> PersonId | None:
    """Under whose file this person goes on, where this one was merged."""
    ends = (one for one in care.happenings.values() if one.event == CARE_ENDED and one.stands and one.until is None)
    return next((one.into for one in ends if one.into is not None), None)


def care_ended(care: Care) -> UUID | None:
    """The ending of the care that stands; None = the person is under care."""
    for one in care.happenings.values():
        if one.event == CARE_ENDED and one.stands and one.until is None:
            return one.happening_id
    return None
