"""What the registry says: the stories of people and units, and the directory of current cards."""

from contracts.event import said_in
from contracts.registry.changes import (
    AbsenceEnded,
    AbsenceReported,
    AskFirst,
    CardEnd,
    CardSituation,
    CareEnded,
    CareResumed,
    Hours,
    PersonClassed,
    PersonCorrected,
    SituationBegan,
    SituationEnded,
    WishStated,
    WishWithdrawn,
)
from contracts.registry.duplicates import FilesMerged, FilesParted, PeopleToldApart
from contracts.registry.file import FieldRecorded
from contracts.registry.plan import PlanAdopted, PlanItem
from contracts.registry.retractions import FamilyChangeRetracted, HardshipRetracted
from contracts.registry.surveys import SurveyAnswered, SurveyRoundOpened
from contracts.registry.survivors import SurvivorKnown, SurvivorLinked
from contracts.registry.topics import DIRECTORY, PEOPLE, SURVEYS, UNITS

# isort: off
# docs/events.md tells the events in the order in which they are declared
from contracts.registry.enrolment import PersonEnrolled
from contracts.registry.around import (
    CareTeamJoined,
    CareTeamLeft,
    GroupLinked,
    GroupUnlinked,
    HostAgreed,
    LiaisonAssigned,
    LiaisonRelieved,
    PostFilled,
    PostVacant,
)
from contracts.registry.reports import DeathReported, DeathRetracted, FamilyChanged, HardshipReported, PersonTransferred
from contracts.registry.units import (
    HolderAppointed,
    HolderAway,
    HolderBack,
    LineageBegun,
    LineageHeir,
    LineageSettled,
    UnitEnded,
    UnitRegistered,
)
from contracts.registry.card import Holder, PeopleCounted, PersonCard
# isort: on

EVENTS = said_in(__name__)

__all__ = [
    "DIRECTORY",
    "EVENTS",
    "PEOPLE",
    "SURVEYS",
    "UNITS",
    "AbsenceEnded",
    "AbsenceReported",
    "AskFirst",
    "CardEnd",
    "CardSituation",
    "CareEnded",
    "CareResumed",
    "CareTeamJoined",
    "CareTeamLeft",
    "DeathReported",
    "DeathRetracted",
    "FamilyChangeRetracted",
    "FamilyChanged",
    "FieldRecorded",
    "FilesMerged",
    "FilesParted",
    "GroupLinked",
    "GroupUnlinked",
    "HardshipReported",
    "HardshipRetracted",
    "Holder",
    "HolderAppointed",
    "HolderAway",
    "HolderBack",
    "HostAgreed",
    "Hours",
    "LiaisonAssigned",
    "LiaisonRelieved",
    "LineageBegun",
    "LineageHeir",
    "LineageSettled",
    "PeopleCounted",
    "PeopleToldApart",
    "PersonCard",
    "PersonClassed",
    "PersonCorrected",
    "PersonEnrolled",
    "PersonTransferred",
    "PlanAdopted",
    "PlanItem",
    "PostFilled",
    "PostVacant",
    "SituationBegan",
    "SituationEnded",
    "SurveyAnswered",
    "SurveyRoundOpened",
    "SurvivorKnown",
    "SurvivorLinked",
    "UnitEnded",
    "UnitRegistered",
    "WishStated",
    "WishWithdrawn",
]
