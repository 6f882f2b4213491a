"""Who plays: chosen among the living of the city, so that the story can be told again and again on the same data."""

from dataclasses import dataclass
from itertools import count

from deploy.local.actors.carrier import Carrier
from deploy.local.actors.city import City, Person
from deploy.local.actors.hospital import Hospital
from deploy.local.actors.making import SEED, build
from deploy.local.actors.staff import Staff
from deploy.local.actors.witness import Witness
from deploy.local.story.stage import Stage

_DEAD = "SELECT person_id FROM registry.deaths WHERE retracted_at IS NULL"


@dataclass(frozen=True, slots=True)
class Players:
    """Everybody whom a chapter needs."""

    stage: Stage
    witness: Witness
    staff: Staff
    hospital: Hospital
    carrier: Carrier
    city: City
    patient: Person
    """Will be admitted to hospital."""
    silent: Person
    """Lives alone, and will not be greeted."""
    dying: Person
    """Lives alone, and will die."""
    neighbour: Person
    """Lives alone, and is greeted as usual."""

    living: tuple[Person, ...]

    def address(self, person: Person, role: str) -> str:
        """The number of the holder, as a carrier has it."""
        return f"+86{self.city.holder(person, role).phone}"

    async def shows_sms(self, sms_id: object) -> None:
        """The text as the carrier took it. Only a demo may show it: everywhere else it is sealed."""
        text = (await self.carrier.ledger()).text_of(sms_id)
        self.stage.quotes(text or "")


@dataclass(frozen=True, slots=True)
class Cast:
    city: City
    living: tuple[Person, ...]

    @property
    def alone(self) -> list[Person]:
        return [person for person in self.living if person.category == "living-alone"]

    @property
    def patient(self) -> Person:
        return next(person for person in self.living if person.category == "with-relatives")


async def choose(witness: Witness) -> Cast:
    """A city in which enough people are alive. When too many have died in earlier tellings, another thirty move in."""
    dead = {row["person_id"] for row in await witness.rows(_DEAD)}
    for seed in count(SEED):
        city = build(seed=seed)
        cast = Cast(city, tuple(person for person in city.people if person.person_id not in dead))
        if len(cast.alone) >= 3:
            return cast
    raise AssertionError("unreachable: count never ends")
