"""The HTTP of visits, a module a room: contacts, duties, flags, notices, policies, rebases, certificates, coverage."""

from services.visits.api import certificates, contacts, coverage, duties, flags, notices, policies, rebases

ROUTERS = (
    contacts.router,
    duties.router,
    flags.router,
    notices.router,
    policies.router,
    rebases.router,
    certificates.router,
    coverage.router,
)
