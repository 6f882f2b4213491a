"""Fields of the file as they are recorded and read at the doors."""

from datetime import date, timedelta
from typing import Any

import httpx

from bus.testing import bearer
from bus.tokens import issue
from contracts.ids import PersonId
from contracts.personal import SealedClinical, SealedIdentity
from services.registry.requests.file import RecordField
from tests.registry.happenings import HOLDER
from tests.registry.town import COUNTY, KEYS, WATER, ZHANG, named

OFFICER = bearer(KEYS, "bureau-officer", county=COUNTY)
LIAISON = bearer(KEYS, "liaison", unit=WATER)
HOLDS = {"Authorization": f"Bearer {issue(KEYS.token_key, person=str(HOLDER), role='liaison', unit=str(WATER))}"}
DAY = timedelta(days=1)
AT = f"/people/{ZHANG}"


def recording(field: str, value: str, as_of: date | None = None, person_id: PersonId = ZHANG) -> RecordField:
    clinical = field == "health"
    return RecordField(
        person_id=person_id,
        record_id=named("record", field, value, person_id),
        field=field,
        value=None if clinical else KEYS.seal(SealedIdentity, value, kind="file-field", person=person_id),
        clinical=KEYS.seal(SealedClinical, value, kind="file-field", person=person_id) if clinical else None,
        as_of=as_of,
    )


async def fields(doors: httpx.AsyncClient, who: dict[str, str] = OFFICER, **look: str) -> dict[str, Any]:
    file = (await doors.get(f"{AT}/file", params=look, headers=who)).json()
    return {field["field"]: field["value"] for field in file["fields"]}
