"""A plan is adopted by somebody named (row 18)."""

from datetime import datetime

from bus.decisions import Decision
from services.registry.decisions.changes import told
from services.registry.decisions.states import living, person
from services.registry.domain import Person, plans
from services.registry.domain.circumstances import PlanItem
from services.registry.requests.plans import AdoptPlan


@person.asked(AdoptPlan)
def adopt_plan(state: Person, request: AdoptPlan, now: datetime) -> Decision[Person]:
    """The version before stays as it was, to be compared with."""
    items = tuple(PlanItem(i.item_id, i.need, i.promise, i.role, i.until) for i in request.items)
    draft = plans.Draft(request.plan_id, request.replaces, items, request.adopted_by, request.next_review)
    return told(plans.adopt(living(state), draft, now), request, request.plan_id, now)
