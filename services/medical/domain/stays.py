"""What is known of a stay and of the patient who lies there; every question about it is answered from what was recorded."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from contracts.ids import PersonId, StayId, derived
from contracts.personal import SealedClinical


@dataclass(frozen=True, slots=True)
class Stay:
    """One visit number of one hospital: what the newest record of each kind says, and what has been told of it.

    Two times for each: when it happened is what is told; when it was recorded orders it, because what was entered in error is
    taken back and entered again with the time at which it truly happened. What a notice does not say, it leaves as it was.
    A visit of which nothing is known but whether the patient lives is no stay.
    """

    visit_id: UUID
    hospital: str
    name_index: UUID | None = None
    name_recorded_at: datetime | None = None
    birth_date_index: UUID | None = None
    birth_date_recorded_at: datetime | None = None
    first_at: datetime | None = None
    """The earliest time at which any notice places the patient in a bed."""
    admitted_at: datetime | None = None
    admission_recorded_at: datetime | None = None
    cancelled_at: datetime | None = None
    """When the admission was taken back, and so recorded; likewise the discharge in `reopened_at`."""
    discharged_at: datetime | None = None
    discharge_recorded_at: datetime | None = None
    reopened_at: datetime | None = None
    ward: SealedClinical | None = None
    point_of_care_index: UUID | None = None
    facility_index: UUID | None = None
    ward_at: datetime | None = None
    ward_recorded_at: datetime | None = None
    died_at: datetime | None = None
    died_recorded_at: datetime | None = None
    death_reported_at: datetime | None = None
    """When the newest word that the patient has died was recorded; in `death_cleared_at`, that the patient lives."""
    death_cleared_at: datetime | None = None
    round: int = 0
    """How many stays under this visit number were told and taken back."""
    told_admitted: bool = False
    told_discharged: bool = False
    told_point_of_care: UUID | None = None
    told_facility: UUID | None = None
    told_death: bool = False

    @property
    def stay_id(self) -> StayId:
        return StayId(derived("stay", self.visit_id, self.round))

    @property
    def report_id(self) -> UUID:
        """Of the visit, not of the round: who has died has not died again because the admission was typed again."""
        return derived("hospital-death", self.visit_id)

    @property
    def began_at(self) -> datetime | None:
        return self.admitted_at or self.first_at

    @property
    def is_cancelled(self) -> bool:
        """Until it is admitted again."""
        return self.cancelled_at is not None and not _outweighs(self.admission_recorded_at, self.cancelled_at)

    @property
    def is_ended(self) -> bool:
        """A discharge before the cancellation was of the stay that never was."""
        discharge = self.discharge_recorded_at
        return _outweighs(discharge, self.reopened_at) and _outweighs(discharge, self.cancelled_at)

    @property
    def current_ward(self) -> SealedClinical | None:
        """None also when it was said of the stay that never was."""
        return self.ward if _outweighs(self.ward_recorded_at, self.cancelled_at) else None

    @property
    def is_in_another_ward(self) -> bool:
        """Than was told: not in another bed, nor by another name. A facility that one message leaves out is not another one."""
        here, there = self.facility_index, self.told_facility
        is_another = self.point_of_care_index != self.told_point_of_care or (
            here != there and None not in (here, there)
        )
        return self.current_ward is not None and is_another

    @property
    def is_death_reported(self) -> bool:
        return _outweighs(self.death_reported_at, self.death_cleared_at)


def _outweighs(recorded_at: datetime | None, taken_back_at: datetime | None) -> bool:
    """It was recorded, and not taken back since; at the same instant it was, because who takes back presupposes it."""
    return recorded_at is not None and (taken_back_at is None or recorded_at > taken_back_at)


@dataclass(frozen=True, slots=True)
class Patient:
    """Who bears one resident ID, as hospitals know them. `person_id` is known once the registry's card has come."""

    patient_id: UUID
    person_id: PersonId | None = None
    city: str = ""
    county: str = ""
    card_version: int = -1
    known_since: datetime | None = None
    """When the first card came."""
    name_index: UUID | None = None
    birth_date_index: UUID | None = None
    stays: Mapping[UUID, Stay] = field(default_factory=dict)

    def is_meant_by(self, stay: Stay) -> bool:
        """The resident ID agrees already; the name or the birth date must agree too. Nothing is guessed."""
        return self.is_named_by(stay) or (
            self.person_id is not None
            and stay.birth_date_index is not None
            and stay.birth_date_index == self.birth_date_index
        )

    def is_named_by(self, stay: Stay) -> bool:
        """What a death needs (rule 6): the name. A birth date is a part of the resident ID, and proves nothing beside it."""
        return self.person_id is not None and stay.name_index is not None and stay.name_index == self.name_index

    def was_not_known_during(self, stay: Stay) -> bool:
        """It had ended before the person came under care: somebody who is at home would be said to be in hospital."""
        return (
            stay.is_ended
            and stay.discharged_at is not None
            and self.known_since is not None
            and stay.discharged_at < self.known_since
        )


@dataclass(frozen=True, slots=True)
class SetAside:
    """A message that was stored and acknowledged, and that says nothing of a known stay: a human looks at it."""

    message_id: UUID
    reason: str = ""
    place: str = ""
    source: str = ""
    control_id: str = ""
    received_at: datetime | None = None
