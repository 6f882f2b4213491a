"""That everybody was counted, and who was not found to be owed what the rules ask for."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime

from contracts.event import Event, Fields, Topic

COVERAGE = Topic(
    "visits.coverage", "That everybody was counted: the daily certificate of each city, bound to the one before"
)


class VerdictCount(Fields):
    """So many pairs of person and rule have this verdict."""

    county: str
    party: str
    """Who owes what the rule asks for."""
    verdict: str
    """owed · done · waived · superseded · not-yet · no-event · other-category · too-young … or an exception: missing ·
    not-returned · groundless · owed-twice · owed-to-the-dead · owed-after-care · due-too-late · done-falsely ·
    closed-without-ground …"""
    people: int


class CoverageCertified(Event, topic=COVERAGE, type="visits.coverage-certified.v1", key="book_id"):
    """Every living person × every rule in force was found to have a duty or a stated reason, or is counted as an exception (★31).

    Who is named stays with visits; here are counts. Of each county and rule the counts add up to the people of that county.
    """

    book_id: UUID
    certificate_id: UUID
    number: int
    day: date
    policy: str
    """The activation of the policy that was in force."""
    living: int
    dead: int
    ended: int
    """People whose care has ended; living, dead and ended together are everybody."""
    rules: int
    exceptions: int
    """Pairs of person and rule without a duty and without a reason."""
    stuck: int
    """Overdue duties of which the next rung should have learnt, and has not."""
    unreachable: int
    """Rungs of a unit that nobody holds, nor any above."""
    compared_as_of: AwareDatetime | None = None
    """The instant of the registry's own count, with which ours was compared. None = it had told none."""
    differing: int = 0
    """By how many people the two differ."""
    counts: tuple[VerdictCount, ...]
    previous: str
    """Hash of the certificate before; sixty-four zeros before the first."""
    hash: str
    taken_at: AwareDatetime
