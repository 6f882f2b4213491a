"""What medical keeps: patients with their stays, and messages that a human must look at."""

from sqlalchemy import Boolean, Column, Integer, MetaData, Text, Uuid

from bus.store import Store
from bus.tables import bus_tables, child_table, root_table, times
from services.medical.domain import Patient, SetAside

metadata = MetaData()
bus_tables(metadata)


patients = root_table(
    "patients",
    metadata,
    "patient_id",
    Column("person_id", Uuid, index=True),
    Column("city", Text),
    Column("county", Text),
    Column("card_version", Integer),
    *times("known_since"),
    Column("name_index", Uuid),
    Column("birth_date_index", Uuid),
)
stays = child_table(
    "stays",
    metadata,
    patients,
    "visit_id",
    Column("hospital", Text),
    Column("name_index", Uuid),
    *times("name_recorded_at"),
    Column("birth_date_index", Uuid),
    *times("birth_date_recorded_at", "first_at", "admitted_at", "admission_recorded_at", "cancelled_at"),
    *times("discharged_at", "discharge_recorded_at", "reopened_at"),
    Column("ward", Text),
    Column("point_of_care_index", Uuid),
    Column("facility_index", Uuid),
    *times("ward_at", "ward_recorded_at", "died_at", "died_recorded_at", "death_reported_at", "death_cleared_at"),
    Column("round", Integer),
    Column("told_admitted", Boolean),
    Column("told_discharged", Boolean),
    Column("told_point_of_care", Uuid),
    Column("told_facility", Uuid),
    Column("told_death", Boolean),
)
set_aside = root_table(
    "set_aside",
    metadata,
    "message_id",
    Column("reason", Text),
    Column("place", Text),
    Column("source", Text),
    Column("control_id", Text),
    *times("received_at"),
)

patient_store = Store(Patient, patients, stays=stays)
set_aside_store = Store(SetAside, set_aside)
