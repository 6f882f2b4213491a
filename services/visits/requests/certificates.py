"""What is asked of the chain of certificates."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from bus.decisions import Request


class IssueCertificate(Request, key="book_id", id="issue_id"):
    """Everybody was counted at this instant: bind the figures to the chain of the city (★31)."""

    book_id: UUID
    issue_id: UUID
    city: str
    certificate_id: UUID
    day: date
    label: str
    taken_at: AwareDatetime
    living: int
    dead: int
    ended: int
    rules: int
    exceptions: int
    stuck: int
    unreachable: int
    counts: str
    named_hash: str
    against: str = ""
    differing: int = 0


class CertificateIssued(BaseModel):
    """The end of the chain: its number and hash."""

    number: int
    hash: str
