"""The rules of stays: notices come late, twice and in any order; what is told is each transition, once."""

from services.medical.domain.notices import carded, noticed
from services.medical.domain.stays import Patient, SetAside, Stay

__all__ = ["Patient", "SetAside", "Stay", "carded", "noticed"]
