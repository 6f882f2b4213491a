"""What the medical service says: stays in hospital of people under care, and what hospitals report of deaths."""

from uuid import UUID

from pydantic import AwareDatetime

from contracts.event import Event, Topic, said_in
from contracts.ids import PersonId, StayId
from contracts.personal import SealedClinical

STAYS = Topic("medical.stays", "The stays in hospital of each person under care, in order")


class PatientAdmitted(Event, topic=STAYS, type="medical.patient-admitted.v1", key="person_id"):
    """A stay of a person under care has begun. Who reads this knows that they are in hospital, not why."""

    person_id: PersonId
    stay_id: StayId
    hospital: str
    ward: SealedClinical | None = None
    """Sealed with kind `ward`, bound to the card's `resident_id_index`: the name of a ward tells the illness."""
    admitted_at: AwareDatetime


class PatientTransferred(Event, topic=STAYS, type="medical.patient-transferred.v1", key="person_id"):
    """The stay goes on in another ward."""

    person_id: PersonId
    stay_id: StayId
    hospital: str
    ward: SealedClinical | None = None
    """Sealed with kind `ward`, bound to the card's `resident_id_index`."""
    transferred_at: AwareDatetime


class PatientDischarged(Event, topic=STAYS, type="medical.patient-discharged.v1", key="person_id"):
    """The stay has ended."""

    person_id: PersonId
    stay_id: StayId
    hospital: str
    discharged_at: AwareDatetime
    recorded_at: AwareDatetime | None = None
    """When the hospital recorded it: what it takes back is ordered by this, for it may be entered again with its true hour."""


class AdmissionCancelled(Event, topic=STAYS, type="medical.admission-cancelled.v1", key="person_id"):
    """The admission was entered in error: this stay never was, and what followed from it is recalled."""

    person_id: PersonId
    stay_id: StayId
    hospital: str
    cancelled_at: AwareDatetime


class DischargeCancelled(Event, topic=STAYS, type="medical.discharge-cancelled.v1", key="person_id"):
    """The discharge was entered in error: the stay is open again."""

    person_id: PersonId
    stay_id: StayId
    hospital: str
    cancelled_at: AwareDatetime


class HospitalReportedDeath(Event, topic=STAYS, type="medical.death-reported.v1", key="person_id"):
    """A hospital reports that the person has died. Only the registry makes it a death."""

    person_id: PersonId
    report_id: UUID
    stay_id: StayId
    hospital: str
    died_at: AwareDatetime | None = None


class HospitalWithdrewDeath(Event, topic=STAYS, type="medical.death-withdrawn.v1", key="person_id"):
    """The hospital takes its report of death back."""

    person_id: PersonId
    report_id: UUID
    stay_id: StayId
    hospital: str


EVENTS = said_in(__name__)
