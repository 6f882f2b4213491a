"""Whom the certificate would not see: of whom something was heard and no class, and whom the registry counts and we do not."""

import json
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from bus.database import Connection
from bus.headcount import headcount
from services.visits.coverage.rules_now import PATIENCE
from services.visits.domain.certificates import UNCLASSED

WITHOUT_CLASS = f"""
SELECT c.person_id, '' AS rule, '{UNCLASSED}' AS why FROM cares c WHERE c.kind IS NULL AND coalesce(
  (SELECT min(j.clock) FROM journal j WHERE j.decision = 'care' AND j.key = c.person_id), c.clock) <= $1::timestamptz - {PATIENCE}
"""
"""Of whom something was heard, by $1 long enough ago for the enrolment or the card to have come, too."""

HERE = headcount("""
  SELECT c.person_id,
    EXISTS (SELECT FROM deaths d WHERE d.person_id = c.person_id AND d.reported_at <= $1
      AND (d.retracted_at IS NULL OR d.retracted_at > $1)) AS is_dead,
    EXISTS (SELECT FROM happenings h WHERE h.person_id = c.person_id AND h.event = 'care-ended' AND h.known_at IS NOT NULL
      AND h.happened_at <= $1 AND h.retracted_at IS NULL AND (h.until IS NULL OR h.until > $1)) AS has_ended
  FROM cares c WHERE c.kind IS NOT NULL AND (c.enrolled_at IS NULL OR c.enrolled_at <= $1)
""")
"""As of $1, by the registry's own instants: what it decided until then, whenever it was heard here."""
_TOLD = "SELECT counted FROM certificate_books WHERE book_id = $1"
_ON_THE_WAY = timedelta(minutes=10)
"""What was decided before the registry counted may be on its way so long."""


class Against(NamedTuple):
    """The registry's count beside ours of the same instant; no words = there was none to compare with."""

    words: str = ""
    differing: int = 0
    """By how many people they differ; 1 where there are as many, and they are not the same."""


async def compare(tx: Connection, book_id: Any, at: datetime) -> Against:
    """With the registry's last count that is settled, however old: both are of the instant that it names."""
    for theirs in json.loads(await tx.fetchval(_TOLD, book_id) or "[]"):
        as_of = datetime.fromisoformat(theirs.pop("as_of"))
        if as_of <= at - _ON_THE_WAY:
            return _apart(as_of, theirs, dict(await tx.fetchrow(HERE, as_of)))
    return Against()


def _apart(as_of: datetime, theirs: dict[str, Any], here: dict[str, Any]) -> Against:
    apart = sum(abs(theirs[name] - here[name]) for name in ("living", "dead", "ended"))
    said = {"as_of": as_of.isoformat(), "registry": theirs, "here": here}
    return Against(json.dumps(said, sort_keys=True), apart or int(theirs["fingerprint"] != here["fingerprint"]))
