"""What alembic's env.py of every service does: runs on the connection it is given, in the service's own schema."""

from alembic import context
from sqlalchemy import MetaData


def run(metadata: MetaData) -> None:
    """Online only: `bus.migrate` opens the transaction, so a failed migration leaves nothing behind."""
    connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=metadata, compare_type=True, compare_server_default=True)
    context.run_migrations()
