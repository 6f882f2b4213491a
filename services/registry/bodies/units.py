"""What is given of a unit."""

from uuid import UUID

from contracts.ids import HolderId, UnitId
from services.registry.bodies import Body
from services.registry.bodies.codes import Nature, Party
from services.registry.bodies.fields import Name, Phone, Place, Title


class UnitEntry(Body):
    unit_id: UnitId
    entry_id: UUID | None = None
    """变更已登记的单位时必填，每次变更一个新编号。"""
    name: Title
    party: Party
    reports_to: UnitId | None = None
    nature: Nature | None = None
    """单位性质；不填则保持原来的。"""
    city: Place
    county: Place


class Appointing(Body):
    appointment_id: UUID
    holder_id: HolderId
    name: Name
    phone: Phone
