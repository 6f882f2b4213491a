"""The history of gateway's tables; `python -m bus.migrate gateway` runs it."""

from bus.migrations_env import run
from services.gateway.tables import metadata

run(metadata)
