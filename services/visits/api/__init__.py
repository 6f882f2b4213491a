"""The HTTP of visits, a module a room: contacts, duties, flags, lineages, notices, policies, rebases, certificates, coverage."""

from services.visits.api import certificates, contacts, coverage, duties, flags, lineages, notices, policies, rebases

ROUTERS = (
    contacts.router,
    duties.router,
    flags.router,
    notices.router,
    lineages.router,
    policies.router,
    rebases.router,
    certificates.router,
    coverage.router,
)
