"""The care team of a person: who joins, who leaves, what is vacant then; and the host area of one who is relocated."""

from dataclasses import replace
from datetime import datetime

from bus.decisions import Decision
from contracts.registry import HostAgreed
from services.registry import domain
from services.registry.decisions.states import enrolled, living, person, stated, under_care, who
from services.registry.domain import Agreement, Member, Person, team
from services.registry.requests import Recorded
from services.registry.requests.team import AgreeWithHost, JoinCareTeam, LeaveCareTeam


@person.asked(JoinCareTeam)
def join_care_team(state: Person, request: JoinCareTeam, now: datetime) -> Decision[Person]:
    """Of the dead the relatives alone are put down, to whom somebody answers."""
    there = living(state) if request.relation is None else under_care(state)
    holder = request.holder
    member = Member(
        request.member_id, holder.holder_id, request.role, request.party, holder.name, holder.phone, request.relation,
        request.first, request.until_at, joined_at=now,
    )  # fmt: skip
    after, said = team.join(there, member, several=request.several)
    return stated(after, said, now, who(request), Recorded(id=request.member_id, recorded_at=now))


@person.asked(LeaveCareTeam)
def leave_care_team(state: Person, request: LeaveCareTeam, now: datetime) -> Decision[Person]:
    after, said = team.leave(enrolled(state), request.member_id, request.reason, request.still_needed, now)
    return stated(after, said, now, who(request), Recorded(id=request.leaving_id, recorded_at=now))


@person.asked(AgreeWithHost)
def agree_with_host(state: Person, request: AgreeWithHost, now: datetime) -> Decision[Person]:
    """Who is to be asked there stands in the care team; the card shows nothing else of it."""
    agreement = Agreement(request.agreement_id, request.area, request.hospitals, request.reference, agreed_at=now)
    said = HostAgreed(
        city=living(state).city, county=state.county, person_id=state.person_id, agreement_id=request.agreement_id,
        area=request.area, hospitals=request.hospitals, reference=request.reference, agreed_at=now,
    )  # fmt: skip
    after = replace(state, agreements={**state.agreements, agreement.agreement_id: agreement})
    after = domain.write(after, [said], now, who(request))
    return Decision(after, (said,), Recorded(id=request.agreement_id, recorded_at=now))
