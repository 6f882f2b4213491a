"""Cards are stated again: when something they show has changed, when somebody asks, and every week."""

from dataclasses import replace
from datetime import datetime

from bus.decisions import Decision
from services.registry import domain
from services.registry.decisions.lineage import followers
from services.registry.decisions.states import person
from services.registry.domain import Person
from services.registry.domain.card import restated
from services.registry.requests.cards import RestateCard


@person.asked(RestateCard)
def restate_card(state: Person, request: RestateCard, now: datetime) -> Decision[Person]:
    """Something that the card shows has changed; or operations asked, and then it is the same card again."""
    if request.because == "asked":
        return Decision(state, restated(state, now))
    return Decision(*domain.state_card(state, now))


@person.woken
def the_hour_of_the_card_has_come(state: Person, now: datetime) -> Decision[Person]:
    """In a transaction of its own: what the card settles after is committed."""
    after, card = domain.state_card(replace(state, settles=False), now)
    return Decision(after, card, fan_out=followers(after))
