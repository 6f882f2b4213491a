"""Units and who answers for them: on the roster, away, ended, and what became of their people (row 07)."""

from uuid import UUID

from pydantic import AwareDatetime

from contracts.event import Event, Fields
from contracts.ids import HolderId, PersonId, UnitId
from contracts.personal import SealedContact, SealedIdentity
from contracts.registry.topics import UNITS


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
