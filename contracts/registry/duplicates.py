"""Two files that may be one person's: merged by somebody named, parted again, or told apart for good (feature 13)."""

from uuid import UUID

from pydantic import AwareDatetime

from contracts.event import Event
from contracts.ids import PersonId
from contracts.personal import SealedCare
from contracts.registry.topics import PEOPLE


class FilesMerged(Event, topic=PEOPLE, type="registry.files-merged.v1", key="person_id"):
    """Another file was this person's, too: its lines are read as theirs. Care under the other has ended into this one."""

    person_id: PersonId
    merge_id: UUID
    merged_id: PersonId
    """Whose file goes on here."""
    reason: SealedCare
    """Sealed with kind `reason`, bound to `merge_id`."""
    merged_at: AwareDatetime


class FilesParted(Event, topic=PEOPLE, type="registry.files-parted.v1", key="person_id"):
    """That very merge was wrong: they are two people, and each file is again what it was."""

    person_id: PersonId
    merge_id: UUID
    merged_id: PersonId
    reason: SealedCare | None = None
    """Sealed with kind `reason`, bound to `merge_id`. None = the two were merged the other way round in the same breath."""
    parted_at: AwareDatetime


class PeopleToldApart(Event, topic=PEOPLE, type="registry.people-told-apart.v1", key="person_id"):
    """Somebody named has looked: these two are not the same, and are not proposed again."""

    person_id: PersonId
    distinction_id: UUID
    other_id: PersonId
    reason: SealedCare
    """Sealed with kind `reason`, bound to `person_id`."""
    told_apart_at: AwareDatetime
