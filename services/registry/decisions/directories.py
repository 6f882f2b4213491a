"""The directory of a city is stated again as a whole, and counted every day."""

from dataclasses import replace
from datetime import datetime

from bus.decisions import Decision, FanOut
from contracts.registry import PeopleCounted
from services.registry.decisions.states import directory
from services.registry.domain.directory import Directory
from services.registry.requests import Recorded
from services.registry.requests.cards import RestateAll, RestateCard, TellCount


@directory.asked(RestateAll)
def restate_all(state: Directory, request: RestateAll, now: datetime) -> Decision[Directory]:
    """Everybody of the city, in the order of their ids, however often the service is restarted meanwhile."""
    again = RestateCard(restate_id=request.restate_id, because="asked")
    everybody = FanOut(of="person", column="city", value=request.city, request=again)
    answer = Recorded(id=request.restate_id, recorded_at=now)
    return Decision(replace(state, city=request.city, restated_at=now), answer=answer, fan_out=(everybody,))


@directory.asked(TellCount)
def tell_count(state: Directory, request: TellCount, now: datetime) -> Decision[Directory]:
    """A day is counted once, whoever counts. (Beside the clock everybody was counted: the figures are said as they are.)"""
    answer = Recorded(id=request.count_id, recorded_at=now)
    if state.counted_on is not None and request.day <= state.counted_on:
        return Decision(state, answer=answer)
    said = PeopleCounted(county="", **request.model_dump(exclude={"by"}))
    return Decision(replace(state, city=request.city, counted_on=request.day), (said,), answer)
