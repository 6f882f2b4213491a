"""AB角: who is away, and who acts for them; every card on which they stand follows, now and at the hours that were said."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from bus.decisions import Decision, FanOut
from services.registry.decisions.states import deputies
from services.registry.domain import Away, Deputies, away
from services.registry.requests import Recorded
from services.registry.requests.away import EndAway, ReportAway
from services.registry.requests.cards import RestateCard


@deputies.asked(ReportAway)
def report_away(state: Deputies, request: ReportAway, now: datetime) -> Decision[Deputies]:
    deputy = request.deputy
    told = Away(
        request.away_id, deputy.holder_id, deputy.name, deputy.phone, request.from_at or now, request.until_at,
        reported_at=now,
    )  # fmt: skip
    after, said = away.report(replace(state, city=request.city, county=request.county), told)
    return Decision(after, (said,), Recorded(id=request.away_id, recorded_at=now), (_cards(after, request.away_id),))


@deputies.asked(EndAway)
def end_away(state: Deputies, request: EndAway, now: datetime) -> Decision[Deputies]:
    after, said = away.end(state, request.away_id, now)
    cards = (_cards(after, request.back_id),) if said else ()
    return Decision(after, said, Recorded(id=request.back_id, recorded_at=now), cards)


def _cards(of: Deputies, restate_id: UUID) -> FanOut:
    """All on which they stand, and those that show a deputy of theirs."""
    again = RestateCard(restate_id=restate_id, because="holder-away")
    return FanOut(of="person", column="on_card", value=of.holder_id, request=again)
