"""What the city's pack says, lent once at the start: its words to the doors and readers, its offices to the decisions."""

from bus.pack import Words
from bus.pack.roles import ARole
from services.registry.domain.offices import Found, Named, Needed, Office, Offices

LENT: dict[str, Words] = {}
"""`words`, once the service has begun."""


def words() -> Words:
    return LENT["words"]


def offices(words: Words) -> Offices:
    """What decisions must know of the pack; of codes they know what was asked."""
    of = {name: Office(p.officer, Found(p.found)) for name, p in words.parties.items() if p.officer and p.found}
    return Offices(
        of=of,
        liaison=_named(words.liaison, words),
        needed=tuple(_needed(role, words.roles[role]) for role in words.care_team),
        group_officer=_named(words.group_officer, words) if words.group_officer is not None else None,
    )


def _named(role: str, words: Words) -> Named:
    return Named(role, words.roles[role].party)


def _needed(name: str, role: ARole) -> Needed:
    return Needed(name, frozenset(role.needed_by.kinds), frozenset(role.needed_by.categories))
