"""The history of medical's tables; `python -m bus.migrate medical` runs it."""

from bus.migrations_env import run
from services.medical.tables import metadata

run(metadata)
