"""The schema of the registry, in which the tables of the bus stand beside its own."""

from sqlalchemy import MetaData

from bus.tables import bus_tables

metadata = MetaData()
bus_tables(metadata)
