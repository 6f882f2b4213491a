"""Alembic runs this for every migration of the registry."""

from bus.migrations_env import run
from services.registry.tables import metadata

run(metadata)
