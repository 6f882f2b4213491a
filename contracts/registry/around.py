"""Who is around a person: the liaison, the care team, the host area, the group, and the posts that nobody holds."""

from uuid import UUID

from pydantic import AwareDatetime

from contracts.event import Event
from contracts.ids import HolderId, PersonId, UnitId
from contracts.personal import SealedCare, SealedContact, SealedIdentity
from contracts.registry.topics import PEOPLE


class LiaisonAssigned(Event, topic=PEOPLE, type="registry.liaison-assigned.v1", key="person_id"):
    """A serving officer of the unit now answers for this person (row 06)."""

    person_id: PersonId
    unit_id: UnitId
    liaison_id: HolderId
    name: SealedIdentity
    """Sealed with kind `name`, bound to `liaison_id`."""
    phone: SealedContact
    """In E.164; sealed with kind `phone`, bound to `liaison_id`."""
    assigned_at: AwareDatetime


class LiaisonRelieved(Event, topic=PEOPLE, type="registry.liaison-relieved.v1", key="person_id"):
    """An officer answers for this person no more: retired, left, or gone to another unit. Who follows is assigned at the same
    instant; where nobody does, the post is vacant."""

    person_id: PersonId
    unit_id: UnitId
    liaison_id: HolderId
    reason: SealedCare
    """Sealed with kind `reason`, bound to `liaison_id`."""
    relieved_at: AwareDatetime


class CareTeamJoined(Event, topic=PEOPLE, type="registry.care-team-joined.v1", key="person_id"):
    """Somebody named has joined the care team of this person, in a role (rows 53, 68, 69, 80)."""

    person_id: PersonId
    member_id: UUID
    holder_id: HolderId
    role: str
    """family-doctor · care-adviser · grid-worker · keyholder · volunteer · relative · host-bureau · host-community …"""
    party: str
    name: SealedIdentity
    """Sealed with kind `name`, bound to `holder_id`."""
    phone: SealedContact
    """In E.164; sealed with kind `phone`, bound to `holder_id`."""
    relation: SealedIdentity | None = None
    """To the person, of a relative, in words; sealed with kind `relation`, bound to `holder_id`."""
    first: bool = False
    """Of several in this role, the one who is asked first."""
    until_at: AwareDatetime | None = None
    """When the pair lapses, unless somebody joins before. None = it does not by itself."""
    joined_at: AwareDatetime


class CareTeamLeft(Event, topic=PEOPLE, type="registry.care-team-left.v1", key="person_id"):
    """A member has left the care team: somebody else has taken the role, the pair has lapsed, or somebody says why."""

    person_id: PersonId
    member_id: UUID
    holder_id: HolderId
    role: str
    why: str | None = None
    """replaced · lapsed. None = as the reason says."""
    reason: SealedCare | None = None
    """In words; sealed with kind `reason`, bound to `person_id`."""
    left_at: AwareDatetime


class HostAgreed(Event, topic=PEOPLE, type="registry.host-agreed.v1", key="person_id"):
    """Where a relocated person lives, the host area has agreed to look after them (row 75). What was agreed before is over."""

    person_id: PersonId
    agreement_id: UUID
    area: SealedContact
    """The host city or county; sealed with kind `host-area`, bound to `person_id`."""
    hospitals: tuple[SealedContact, ...]
    """One or two in which they are treated; each sealed with kind `host-hospital`, bound to `person_id`."""
    reference: str | None = None
    """The number of the agreement: it names nobody, and stands in clear."""
    agreed_at: AwareDatetime


class GroupLinked(Event, topic=PEOPLE, type="registry.group-linked.v1", key="person_id"):
    """A group of the bureau's staff now keeps in touch with this person (row 10); its officer is in the care team."""

    person_id: PersonId
    group_id: UUID
    group_name: str
    """Of the bureau's staff, as it calls them: about no person under care, in clear."""
    linked_at: AwareDatetime


class GroupUnlinked(Event, topic=PEOPLE, type="registry.group-unlinked.v1", key="person_id"):
    """The group keeps in touch with this person no more."""

    person_id: PersonId
    group_id: UUID
    reason: SealedCare
    """Sealed with kind `reason`, bound to `person_id`."""
    unlinked_at: AwareDatetime


class PostVacant(Event, topic=PEOPLE, type="registry.post-vacant.v1", key="person_id"):
    """Nobody holds a role for this person that somebody must hold: an incident, from this instant (rows 06, 53, 68)."""

    person_id: PersonId
    vacancy_id: UUID
    role: str
    since: AwareDatetime


class PostFilled(Event, topic=PEOPLE, type="registry.post-filled.v1", key="person_id"):
    """The vacancy is over."""

    person_id: PersonId
    vacancy_id: UUID
    role: str
    holder_id: HolderId | None = None
    """Who holds the role now. None = nobody is needed in it any more."""
    filled_at: AwareDatetime
