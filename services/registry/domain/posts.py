"""Roles that somebody must hold for a person: one that nobody holds is vacant from that instant, until somebody does."""

from dataclasses import replace
from datetime import datetime

from contracts.event import Event
from contracts.ids import HolderId, derived
from contracts.registry import PostFilled, PostVacant
from services.registry.domain import team
from services.registry.domain.around import Vacancy
from services.registry.domain.holders import beside
from services.registry.domain.offices import Found
from services.registry.domain.person import Decided, Person


def held(person: Person) -> dict[str, HolderId]:
    """Role → who holds it now, of the roles that are named for this very person, or for where they live."""
    of_team = {member.role: member.holder_id for member in reversed(person.team)}
    of_place = {holder.role: holder.holder_id for holder in beside(person)}
    liaison = person.liaison
    return of_place | of_team | ({person.offices.liaison.role: liaison.liaison_id} if liaison is not None else {})


def needed(person: Person) -> set[str]:
    """Those that the city wants held (row 06), and those that were: a pair must have no gap (row 53).

    Of the dead only the liaison: somebody answers to the family.
    """
    wanted = {needed.role for needed in person.offices.needed if needed.by(person.kind, person.category)}
    return wanted & {person.offices.liaison.role} if person.dead else wanted | team.needed(person)


def settle_posts(person: Person, now: datetime) -> Decided:
    """The vacancies that are become the vacancies that must be; whoever settles twice changes nothing.

    Of a place that is new to the card nothing is known yet: whether its posts are vacant is seen when the card has settled.
    """
    holders, roles = held(person), needed(person)
    said: list[Event] = []
    open_ = {vacancy.role: vacancy for vacancy in person.vacancies.values() if vacancy.filled_at is None}
    if person.community_id is not None and person.community_id not in person.unit_path:
        of_place = {office.role for office in person.offices.of.values() if office.found is Found.BESIDE}
        roles -= of_place
        open_ = {role: vacancy for role, vacancy in open_.items() if role not in of_place}
    changed = {
        vacancy.vacancy_id: replace(vacancy, filled_at=now)
        for role, vacancy in open_.items()
        if role in holders or role not in roles
    }
    said += [_filled(person, vacancy, holders.get(vacancy.role), now) for vacancy in changed.values()]
    opened = [_next(person, role, now) for role in sorted(roles - holders.keys() - open_.keys())]
    said += [_vacant(person, vacancy) for vacancy in opened]
    if not said:
        return person, ()
    changed |= {vacancy.vacancy_id: vacancy for vacancy in opened}
    return replace(person, vacancies={**person.vacancies, **changed}), tuple(said)


def _next(person: Person, role: str, now: datetime) -> Vacancy:
    """Vacant since the last has left, however late that is seen."""
    before = sum(vacancy.role == role for vacancy in person.vacancies.values())
    left_at = [
        member.left_at for member in person.members.values() if member.role == role and member.left_at is not None
    ]
    return Vacancy(derived("vacancy", person.person_id, role, before), role, since=max(left_at, default=now))


def _vacant(person: Person, vacancy: Vacancy) -> PostVacant:
    return PostVacant(
        city=person.city, county=person.county, person_id=person.person_id, vacancy_id=vacancy.vacancy_id,
        role=vacancy.role, since=vacancy.since,
    )  # fmt: skip


def _filled(person: Person, vacancy: Vacancy, holder_id: HolderId | None, now: datetime) -> PostFilled:
    return PostFilled(
        city=person.city, county=person.county, person_id=person.person_id, vacancy_id=vacancy.vacancy_id,
        role=vacancy.role, holder_id=holder_id, filled_at=now,
    )  # fmt: skip
