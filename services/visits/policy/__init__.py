"""Policy packs as data: nothing about who is visited when stands in Python (rules 1 and 2 of the field)."""

from services.visits.policy.changes import Change
from services.visits.policy.checks import mistakes_of, remarks_of
from services.visits.policy.files import FOLDER, examine_files, files_of, load_files
from services.visits.policy.installed import Installed
from services.visits.policy.load import Loaded, load, load_with_changes

__all__ = [
    "FOLDER",
    "Change",
    "Installed",
    "Loaded",
    "examine_files",
    "files_of",
    "load",
    "load_files",
    "load_with_changes",
    "mistakes_of",
    "remarks_of",
]
