"""The card: who a person is to other services, and who answers for them at every rung, as the units stand now."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from contracts.held import held
from contracts.registry import AskFirst, CardEnd, CardSituation, Holder, PersonCard
from services.registry.domain.holders import holders, next_change, on_card, own_unit, path
from services.registry.domain.lines import write
from services.registry.domain.person import Decided, Person
from services.registry.domain.posts import settle_posts
from services.registry.domain.team import lapse, next_lapse

RESTATED_EVERY = timedelta(days=7)
"""However a reader came to miss a card, it is told again within this time."""

_FIRST = datetime(2020, 1, 1, tzinfo=UTC)


def state_card(person: Person, now: datetime) -> Decided:
    """The card as it is now, with a new version, and before it which posts are vacant or held again. A person who is not
    enrolled has none, nor one whose unit is not known yet.

    One under a path that is new `settles`: it is stated once more as soon as this is committed. A change of a unit that was
    decided at the same moment could not find the person by that path, and this decision could not see the change. So does one
    on which somebody is new: of them it was not known whether they are away. That it must, only the waking takes away.
    """
    if person.enrolled_at is None:
        return person, ()
    person, lapsed = lapse(person, now)
    person, posts = settle_posts(person, now)
    on_it, below = on_card(person, now), path(person)
    person = replace(
        person,
        unit_path=below,
        on_card=on_it,
        held=held(holders(person, now)),
        version=max(person.version + 1, (now - _FIRST) // timedelta(seconds=1)),
        restate_at=_next_statement(person, now),
        settles=person.settles or not (set(below) <= set(person.unit_path) and set(on_it) <= set(person.on_card)),
    )
    facts = (*lapsed, *posts)
    return write(person, facts, now), (*facts, *restated(person, now))


def _next_statement(person: Person, now: datetime) -> datetime:
    return min(at for at in (now + RESTATED_EVERY, next_change(person, now), next_lapse(person)) if at is not None)


def restated(person: Person, now: datetime) -> tuple[PersonCard, ...]:
    """The card under the version it has: for readers that lost it."""
    unit = own_unit(person)
    if person.enrolled_at is None or unit is None or not unit.registered:
        return ()
    assert person.kind and person.category and person.name and person.unit_id
    assert person.name_index and person.birth_date_index and person.resident_id_index
    card = PersonCard(
        city=person.city,
        county=person.county,
        person_id=person.person_id,
        version=person.version,
        kind=person.kind,
        category=person.category,
        name=person.name,
        resident_id_index=person.resident_id_index,
        name_index=person.name_index,
        birth_date_index=person.birth_date_index,
        unit_id=person.unit_id,
        unit_name=unit.name,
        community_id=person.community_id,
        holders=holders(person, now),
        death_reports=tuple(death.report_id for death in person.deaths.values() if death.stands),
        **_circumstances(person),
        **_asked(person, holders(person, now)),
        stated_at=now,
    )
    return (card,)


def is_meant(first: AskFirst, holder: Holder) -> bool:
    """Who is named stays meant when a deputy acts for them; where nobody is named, whoever holds the role."""
    named = first.holder_id in (None, holder.holder_id, holder.deputy_for)
    return holder.role == first.role and named


def _asked(person: Person, on_card: tuple[Holder, ...]) -> dict[str, Any]:
    """What the person's wishes carry. Whoever they name and is on the card no more is nobody: none is guessed in their place."""
    standing = sorted((w for w in person.wishes.values() if w.withdrawn_at is None), key=lambda wish: wish.wish)
    first = next((wish.ask_first for wish in standing if wish.ask_first is not None), None)
    if first is not None:
        meant = next((holder.holder_id for holder in on_card if is_meant(first, holder)), None)
        first = AskFirst(role=first.role, holder_id=meant)
    return {
        "wishes": tuple(wish.wish for wish in standing),
        "hours": tuple(span for wish in standing for span in wish.hours),
        "ask_first": first,
    }


def _circumstances(person: Person) -> dict[str, Any]:
    """What rules ask for beside the class."""
    standing = sorted(
        (s for s in person.situations.values() if s.until is None), key=lambda s: (s.since, s.situation_id)
    )
    end = person.care_end
    return {
        "rank": person.rank,
        "classed_at": person.classed_at,
        "birth_year": person.birth_year,
        "birthday": person.birthday,
        "situations": tuple(
            CardSituation(situation_id=s.situation_id, situation=s.situation, since=s.since) for s in standing
        ),
        "survivor_of": person.survivor_of,
        "care_ended": CardEnd(end_id=end.end_id, why=end.why, into=end.into) if end is not None else None,
    }
