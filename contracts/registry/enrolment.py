"""Who comes under care."""

from pydantic import AwareDatetime

from contracts.event import Event
from contracts.ids import PersonId, UnitId
from contracts.personal import SealedContact, SealedIdentity
from contracts.registry.topics import PEOPLE


class PersonEnrolled(Event, topic=PEOPLE, type="registry.person-enrolled.v1", key="person_id"):
    """A person has come under care: from now on somebody owes them something."""

    person_id: PersonId
    kind: str
    """veteran-cadre 离休 · retired-cadre 退休 · survivor 遗属"""
    category: str
    """with-relatives 亲属同住 · living-alone 空巢独居 · in-institution 常驻机构 · relocated 易地安置"""
    name: SealedIdentity
    """Sealed with kind `name`, bound to `person_id`."""
    birth_date: SealedIdentity
    """YYYY-MM-DD, sealed with kind `birth-date`, bound to `person_id`."""
    resident_id: SealedIdentity
    """Sealed with kind `resident-id`, bound to `person_id`."""
    phones: tuple[SealedContact, ...]
    """In E.164; each sealed with kind `phone`, bound to `person_id`."""
    unit_id: UnitId
    community_id: UnitId | None = None
    rank: str | None = None
    political_status: str | None = None
    """cpc-member 中共党员 …, as the policy pack names them (row 01). None = not said."""
    survivor_of: PersonId | None = None
    """Whose death they survive (row 48). None = they are under care in their own right."""
    enrolled_at: AwareDatetime
