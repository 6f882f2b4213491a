"""Units that end: who is named by the reform is kept, and what is owed to each is written down before their card comes."""

from datetime import datetime

from bus.decisions import Decision, Decisions, FanOut
from contracts.registry import LineageBegun
from services.visits.decisions.care import care
from services.visits.domain import Care, moves
from services.visits.domain.lineages import Heir, Lineage
from services.visits.requests.duties import CountOwed
from services.visits.store import lineage_store

lineage = Decisions(of=Lineage, kept_in=lineage_store, zh="机构改革")


@lineage.hears(LineageBegun)
def a_reform_has_begun(state: Lineage, begun: LineageBegun, now: datetime) -> Decision[Lineage]:
    """Whose card came first has been counted by it; everybody else of these units is counted now, before theirs comes."""
    if state.begun_at is not None:
        return Decision(state)
    known = Lineage(
        begun.lineage_id, begun.city, begun.county, begun.because, begun.unit_ids,
        tuple(Heir(heir.unit_id, heir.people) for heir in begun.heirs), begun.document, begun.begun_at,
    )  # fmt: skip
    each = [CountOwed(lineage_id=begun.lineage_id, unit_id=unit_id) for unit_id in begun.unit_ids]
    return Decision(known, fan_out=tuple(FanOut("care", "unit_id", request.unit_id, request) for request in each))


@care.asked(CountOwed)
def count_owed(state: Care, request: CountOwed, now: datetime) -> Decision[Care]:
    """Who has left meanwhile was counted when they left."""
    return Decision(moves.counted(state, now) if state.unit_id == request.unit_id else state)
