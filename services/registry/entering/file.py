"""A field of the file, sealed for those who may read it."""

from bus.sealed import KeyRing
from contracts.ids import PersonId
from contracts.personal import SealedClinical, SealedIdentity
from services.registry.bodies.file import FieldEntry
from services.registry.domain.file_fields import CLINICAL
from services.registry.requests.file import RecordField

KIND = "file-field"


def field(person_id: PersonId, body: FieldEntry, keys: KeyRing) -> RecordField:
    clinical = body.field in CLINICAL
    return RecordField(
        person_id=person_id,
        record_id=body.record_id,
        field=body.field,
        value=None if clinical else keys.seal(SealedIdentity, body.value, kind=KIND, person=person_id),
        clinical=keys.seal(SealedClinical, body.value, kind=KIND, person=person_id) if clinical else None,
        as_of=body.as_of,
        learned_from=body.learned_from,
    )
