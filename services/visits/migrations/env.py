"""The history of visits's tables; `python -m bus.migrate visits` runs it."""

from bus.migrations_env import run
from services.visits.tables import metadata

run(metadata)
