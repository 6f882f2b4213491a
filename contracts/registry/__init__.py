"""What the registry says: the stories of people and units, and the directory of current cards."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime

from contracts.event import Event, Fields, said_in
from contracts.ids import HolderId, PersonId, UnitId
from contracts.personal import SealedCare, SealedContact, SealedIdentity
from contracts.registry.changes import (
    AbsenceEnded,
    AbsenceReported,
    AskFirst,
    CardEnd,
    CardSituation,
    CareEnded,
    CareResumed,
    Hours,
    PersonClassed,
    PersonCorrected,
    SituationBegan,
    SituationEnded,
    WishStated,
    WishWithdrawn,
)
from contracts.registry.duplicates import FilesMerged, FilesParted, PeopleToldApart
from contracts.registry.file import FieldRecorded
from contracts.registry.plan import PlanAdopted, PlanItem
from contracts.registry.retractions import FamilyChangeRetracted, HardshipRetracted
from contracts.registry.surveys import SurveyAnswered, SurveyRoundOpened
from contracts.registry.survivors import SurvivorKnown, SurvivorLinked
from contracts.registry.topics import DIRECTORY, PEOPLE, SURVEYS, UNITS


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


class DeathReported(Event, topic=PEOPLE, type="registry.death-reported.v1", key="person_id"):
    """Somebody named reports that the person has died. It stands until this very report is retracted (row 15)."""

    person_id: PersonId
    report_id: UUID
    source: str
    """Who says so: bureau, unit, family, or hospital:<name>."""
    died_at: AwareDatetime | None = None
    reported_at: AwareDatetime


class DeathRetracted(Event, topic=PEOPLE, type="registry.death-retracted.v1", key="person_id"):
    """A report of death was false: everything that followed from it is undone."""

    person_id: PersonId
    report_id: UUID
    source: str | None = None
    """Where nobody gives a reason: who takes it back, as `hospital:<name>`, or who had made it under a file that was merged."""
    reason: SealedCare | None = None
    """In words; sealed with kind `reason`, bound to `person_id`."""
    retracted_at: AwareDatetime


class PersonTransferred(Event, topic=PEOPLE, type="registry.person-transferred.v1", key="person_id"):
    """Another unit answers for this person from now on (row 07); what was owed to them is owed on."""

    person_id: PersonId
    transfer_id: UUID
    from_unit_id: UnitId
    unit_id: UnitId
    because: str
    """merged · split · abolished: the unit has ended; transfer: this person alone"""
    lineage_id: UUID | None = None
    """The reform in which the unit ended: all who were moved by it tell the same."""
    reason: SealedCare | None = None
    """Of a transfer, in words; sealed with kind `reason`, bound to `person_id`."""
    document: str | None = None
    """The number of the document that orders it."""
    transferred_at: AwareDatetime


class FamilyChanged(Event, topic=PEOPLE, type="registry.family-changed.v1", key="person_id"):
    """Something grave has happened in the family, such as the death of the spouse (row 14)."""

    person_id: PersonId
    change_id: UUID
    change: str
    """spouse-died · child-died · divorce · disaster · other"""
    happened_on: date | None = None
    reported_at: AwareDatetime


class HardshipReported(Event, topic=PEOPLE, type="registry.hardship-reported.v1", key="person_id"):
    """The person is in special hardship (row 13)."""

    person_id: PersonId
    hardship_id: UUID
    hardship: str
    """illness · paralysis · no-self-care · disaster · poverty · other"""
    reported_at: AwareDatetime


class UnitRegistered(Event, topic=UNITS, type="registry.unit-registered.v1", key="unit_id"):
    """A unit that answers for people now stands on the roster, or its entry was changed (row 07)."""

    unit_id: UnitId
    name: str
    party: str
    """unit 管理(原)单位 · bureau 老干部局 · organisation-department 组织部 · community 社区/机构"""
    reports_to: UnitId | None = None
    nature: str | None = None
    """organ 机关 · institution 事业单位 · enterprise 企业 (row 01). None = not said."""


class HolderAppointed(Event, topic=UNITS, type="registry.holder-appointed.v1", key="unit_id"):
    """The named officer who answers for the unit has changed: unit leader, bureau officer, community worker."""

    unit_id: UnitId
    role: str
    holder_id: HolderId
    name: SealedIdentity
    """Sealed with kind `name`, bound to `holder_id`."""
    phone: SealedContact
    """In E.164; sealed with kind `phone`, bound to `holder_id`."""
    appointed_at: AwareDatetime


class HolderAway(Event, topic=UNITS, type="registry.holder-away.v1", key="holder_id"):
    """Whoever answers for people is or will be away, and a deputy acts for them meanwhile, in every role they hold (AB角)."""

    holder_id: HolderId
    away_id: UUID
    deputy_id: HolderId
    name: SealedIdentity
    """The deputy's; sealed with kind `name`, bound to `deputy_id`."""
    phone: SealedContact
    """The deputy's, in E.164; sealed with kind `phone`, bound to `deputy_id`."""
    from_at: AwareDatetime
    until_at: AwareDatetime
    reported_at: AwareDatetime


class HolderBack(Event, topic=UNITS, type="registry.holder-back.v1", key="holder_id"):
    """They are back before the time that was said, and act again."""

    holder_id: HolderId
    away_id: UUID
    ended_at: AwareDatetime


class UnitEnded(Event, topic=UNITS, type="registry.unit-ended.v1", key="unit_id"):
    """The unit answers for nobody any more: it was merged, split or abolished, and its heirs take its people over (row 07)."""

    unit_id: UnitId
    lineage_id: UUID
    because: str
    """merged · split · abolished"""
    became: tuple[UnitId, ...]
    """The heirs."""
    document: str | None = None
    """The number of the document that orders it."""
    ended_at: AwareDatetime


class LineageHeir(Fields):
    """A unit that takes people over, and whom."""

    unit_id: UnitId
    people: tuple[PersonId, ...]


class LineageBegun(Event, topic=UNITS, type="registry.lineage-begun.v1", key="lineage_id"):
    """Units are merged into one, split or abolished from this instant on; each of their people is named with the heir to whom

    they go, so that whoever keeps something of theirs can prove afterwards that nothing of it was lost (★10).
    """

    lineage_id: UUID
    because: str
    """merged · split · abolished"""
    unit_ids: tuple[UnitId, ...]
    """The units that end."""
    heirs: tuple[LineageHeir, ...]
    """Everybody who was counted in the units that end, once. The first takes also those who come while they end."""
    document: str | None = None
    """The number of the document that orders it."""
    begun_at: AwareDatetime


class LineageSettled(Event, topic=UNITS, type="registry.lineage-settled.v1", key="lineage_id"):
    """All who were counted in the units that ended have gone to their heirs; or, where the numbers differ, they have not, in
    time, and somebody must look. It is then said again whenever the number has changed."""

    lineage_id: UUID
    because: str
    """merged · split · abolished"""
    people_before: int
    people_after: int
    settled_at: AwareDatetime


class Holder(Fields):
    """A named person who can be owed by: who it is and how they are reached."""

    role: str
    """liaison · unit-leader · bureau-officer · organisation-department · community-worker"""
    party: str
    holder_id: HolderId
    unit_id: UnitId
    name: SealedIdentity
    """Sealed with kind `name`, bound to `holder_id`."""
    phone: SealedContact
    """In E.164; sealed with kind `phone`, bound to `holder_id`."""
    deputy_for: HolderId | None = None
    """Who holds the role and is away; this holder acts for them meanwhile."""
    stands_in: bool = False
    """The post is vacant, and this holder of another role stands in until somebody is named."""


class PersonCard(Event, topic=DIRECTORY, type="registry.person-card.v1", key="person_id"):
    """The current card of a person: enough to recognise them, and to know who answers for them at every rung."""

    person_id: PersonId
    version: int
    """Grows with every change of the card; a lower one is ignored, an equal one is a restatement."""
    kind: str
    category: str
    name: SealedIdentity
    """Sealed with kind `name`, bound to `person_id`."""
    resident_id_index: UUID
    name_index: UUID
    birth_date_index: UUID
    unit_id: UnitId
    unit_name: str
    community_id: UnitId | None = None
    """Where they live alone, the community whose workers call on them. None = no community."""
    holders: tuple[Holder, ...]
    """Who holds each role for this person. A role without a holder is absent, never invented."""
    death_reports: tuple[UUID, ...] = ()
    """Reports of death that were not retracted. Empty = living."""
    rank: str | None = None
    classed_at: AwareDatetime | None = None
    """When kind, category or rank last changed after the enrolment; None = they are as enrolled."""
    birth_year: int | None = None
    birthday: str | None = None
    """MM-DD. In clear, as rules ask for ages and birthdays; the full date is told sealed alone."""
    situations: tuple[CardSituation, ...] = ()
    wishes: tuple[str, ...] = ()
    """How the person wishes to be reached; what they said is in the file."""
    hours: tuple[Hours, ...] = ()
    """When they wish not to be called or visited: every day, in the city's civil time."""
    ask_first: AskFirst | None = None
    """Whom they wish to be asked first: one of the holders above."""
    survivor_of: PersonId | None = None
    """Whose death they survive: enrolled as a survivor, or linked to the dead since."""
    care_ended: CardEnd | None = None
    """Why nothing more is owed to this person from here. None = under care."""
    stated_at: AwareDatetime


class PeopleCounted(Event, topic=PEOPLE, type="registry.people-counted.v1", key="directory_id"):
    """Everybody who ever came under care was counted, as of an instant that lies a little back: whoever keeps people by what the
    registry says must come to the same for that instant (★31)."""

    directory_id: UUID
    count_id: UUID
    day: date
    as_of: AwareDatetime
    living: int
    dead: int
    ended: int
    """People whose care has ended, for whatever reason; living, dead and ended together are everybody."""
    fingerprint: str
    """16 hex digits: the XOR of the first 64 bits of md5('<person_id>:living'), ':dead' or ':ended' of each."""


EVENTS = said_in(__name__)

__all__ = [
    "DIRECTORY",
    "EVENTS",
    "PEOPLE",
    "SURVEYS",
    "UNITS",
    "AbsenceEnded",
    "AbsenceReported",
    "AskFirst",
    "CardEnd",
    "CardSituation",
    "CareEnded",
    "CareResumed",
    "DeathReported",
    "DeathRetracted",
    "FamilyChangeRetracted",
    "FamilyChanged",
    "FieldRecorded",
    "FilesMerged",
    "FilesParted",
    "HardshipReported",
    "HardshipRetracted",
    "Holder",
    "HolderAppointed",
    "Hours",
    "LiaisonAssigned",
    "LineageBegun",
    "LineageHeir",
    "PeopleCounted",
    "PeopleToldApart",
    "PersonCard",
    "PersonClassed",
    "PersonCorrected",
    "PersonEnrolled",
    "PlanAdopted",
    "PlanItem",
    "SituationBegan",
    "SituationEnded",
    "SurveyAnswered",
    "SurveyRoundOpened",
    "SurvivorKnown",
    "SurvivorLinked",
    "UnitRegistered",
    "WishStated",
    "WishWithdrawn",
]
