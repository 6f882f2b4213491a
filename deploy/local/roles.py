"""Who a token may speak as: the roles that some route lets in. A token of another would open nothing."""

from enum import StrEnum


class Role(StrEnum):
    BUREAU_OFFICER = "bureau-officer"
    UNIT_LEADER = "unit-leader"
    LIAISON = "liaison"
    COMMUNITY_WORKER = "community-worker"
    ORGANISATION_DEPARTMENT = "organisation-department"
    OPERATIONS = "operations"
    HOSPITAL = "hospital"
