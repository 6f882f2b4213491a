"""The assembly of the registry."""

from bus.service import Service
from contracts.all import TOPICS
from contracts.registry import (
    DeathReported,
    DeathRetracted,
    FamilyChanged,
    HardshipReported,
    HolderAppointed,
    LiaisonAssigned,
    PersonCard,
    PersonEnrolled,
    UnitRegistered,
)
from services.registry.api import router
from services.registry.decisions import directory, person, unit
from services.registry.tables import metadata

service = Service(
    "registry",
    metadata,
    decisions=[directory, person, unit],
    says=[
        PersonEnrolled,
        LiaisonAssigned,
        DeathReported,
        DeathRetracted,
        FamilyChanged,
        HardshipReported,
        UnitRegistered,
        HolderAppointed,
        PersonCard,
    ],
    routes=[router],
    patient=TOPICS.values(),  # most of what it hears becomes a line in a file, for somebody to read later
)
