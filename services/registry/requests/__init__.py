"""What the registry is asked, sealed: what stands here goes to the journal and to Kafka. And how it answers."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel


class Recorded(BaseModel):
    """The answer: under which id it stands, and since when."""

    id: UUID
    recorded_at: datetime
