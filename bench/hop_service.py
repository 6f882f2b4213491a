"""The small state of `bench hop`: an admission counts, and a duty follows. Everything else is the bus."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import Column, Integer, MetaData, Text

from bus.decisions import Decision, Decisions
from bus.program import main
from bus.service import Service
from bus.store import Store
from bus.tables import bus_tables, root_table
from contracts.ids import DutyId, PersonId, derived
from contracts.medical import PatientAdmitted
from contracts.visits import Cause, DutyOpened


@dataclass(frozen=True, slots=True)
class Tally:
    """How often a person was admitted."""

    person_id: PersonId
    city: str = ""
    admissions: int = 0
    nothing: Mapping[str, str] = field(default_factory=dict, metadata={"context": True})


metadata = MetaData()
bus_tables(metadata)
tallies = root_table("tallies", metadata, "person_id", Column("city", Text), Column("admissions", Integer))
tally = Decisions(of=Tally, kept_in=Store(Tally, tallies))


@tally.hears(PatientAdmitted)
def an_admission_counts(state: Tally, admitted: PatientAdmitted, now: datetime) -> Decision[Tally]:
    """One admission, one duty."""
    opened = DutyOpened(
        city=admitted.city,
        county=admitted.county,
        person_id=state.person_id,
        duty_id=DutyId(derived("duty", admitted.stay_id)),
        rule="hospital-visit",
        policy="bench",
        kind="visit",
        party="unit",
        role="liaison",
        cause=Cause(kind="stay", id=admitted.stay_id, at=now),
        due_at=now + timedelta(days=1),
        opened_at=now,
    )
    return Decision(replace(state, city=admitted.city, admissions=state.admissions + 1), (opened,))


service = Service("visits", metadata, decisions=[tally], says=[DutyOpened])

if __name__ == "__main__":
    main(service)
