"""What the visits service says: every duty's life, and every contact that was made."""

from contracts.event import Topic, said_in
from contracts.readings import OfAReading

# isort: off
# docs/events.md tells the events in the order in which they are declared
from contracts.visits.duties import (
    DUTIES,
    Cause,
    ContactMade,
    ContactStruck,
    DutyChanged,
    DutyDone,
    DutyDueSoon,
    DutyEscalated,
    DutyMissed,
    DutyOpened,
    DutySuperseded,
    DutyWaived,
)
from contracts.visits.policies import POLICIES, PolicyApproved, PolicyWithdrawn
from contracts.visits.notices import (
    NOTICES,
    AnswerWanted,
    NoticeAnswered,
    NoticeIssued,
    NoticeUnanswered,
    NoticeWithdrawn,
)
from contracts.visits.flags import FLAGS, ContactFlagged, FlagConfirmed, FlagDismissed, FlagLifted
from contracts.visits.coverage import COVERAGE, CoverageCertified, VerdictCount
# isort: on

READINGS = Topic("visits.readings", "Who was shown what of whom at the doors of visits")


class PeopleRead(OfAReading, topic=READINGS, type="visits.people-read.v1", key="reading_id"):
    """Somebody was shown contacts or duties of a named person, or of all people of one unit or flag."""


EVENTS = said_in(__name__)

__all__ = [
    "COVERAGE",
    "DUTIES",
    "EVENTS",
    "FLAGS",
    "NOTICES",
    "POLICIES",
    "READINGS",
    "AnswerWanted",
    "Cause",
    "ContactFlagged",
    "ContactMade",
    "ContactStruck",
    "CoverageCertified",
    "DutyChanged",
    "DutyDone",
    "DutyDueSoon",
    "DutyEscalated",
    "DutyMissed",
    "DutyOpened",
    "DutySuperseded",
    "DutyWaived",
    "FlagConfirmed",
    "FlagDismissed",
    "FlagLifted",
    "NoticeAnswered",
    "NoticeIssued",
    "NoticeUnanswered",
    "NoticeWithdrawn",
    "PeopleRead",
    "PolicyApproved",
    "PolicyWithdrawn",
    "VerdictCount",
]
