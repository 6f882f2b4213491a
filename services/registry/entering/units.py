"""What is asked of a unit, sealed."""

from bus.sealed import KeyRing
from contracts.ids import UnitId
from services.registry.bodies.units import Appointing
from services.registry.entering.officers import officer
from services.registry.requests.units import AppointHolder


def appointment(unit_id: UnitId, body: Appointing, keys: KeyRing) -> AppointHolder:
    name, phone = officer(body.holder_id, body.name, body.phone, keys)
    return AppointHolder(
        unit_id=unit_id, appointment_id=body.appointment_id, holder_id=body.holder_id, name=name, phone=phone
    )
