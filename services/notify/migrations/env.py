"""The history of notify's tables; `python -m bus.migrate notify` runs it."""

from bus.migrations_env import run
from services.notify.tables import metadata

run(metadata)
