"""What a death leaves behind: who survives whom, each with a file of their own (row 48)."""

from uuid import UUID

from pydantic import AwareDatetime

from contracts.event import Event
from contracts.ids import PersonId
from contracts.registry.topics import PEOPLE


class SurvivorLinked(Event, topic=PEOPLE, type="registry.survivor-linked.v1", key="person_id"):
    """Somebody who was under care already survives a person who has died: the spouse, mostly. Their own care goes on."""

    person_id: PersonId
    link_id: UUID
    survivor_of: PersonId
    linked_at: AwareDatetime


class SurvivorKnown(Event, topic=PEOPLE, type="registry.survivor-known.v1", key="person_id"):
    """Somebody with a file of their own survives this dead person."""

    person_id: PersonId
    survivor_id: PersonId
    known_at: AwareDatetime
