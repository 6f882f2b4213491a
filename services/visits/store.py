"""How a person's care is loaded and kept; each state is lent the policy that is in force."""

from bus.store import Store
from services.visits import tables
from services.visits.domain import Care

care_store = Store(
    Care,
    tables.cares,
    stays=tables.stays,
    deaths=tables.deaths,
    family_changes=tables.family_changes,
    hardships=tables.hardships,
    duties=tables.duties,
    contacts=tables.contacts,
    appended=["contacts"],
    live={"duties": "closed_at IS NULL OR followed_by IS NULL OR closed_by = 'death'"},
)
