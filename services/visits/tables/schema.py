"""The schema of visits, in which the tables of the bus stand beside its own."""

from sqlalchemy import MetaData

from bus.readings import readings_table
from bus.tables import bus_tables

metadata = MetaData()
bus_tables(metadata)
readings = readings_table(metadata)
