"""What is given to have cards stated again."""

from uuid import UUID

from services.registry.bodies import Body
from services.registry.bodies.fields import Place


class Restating(Body):
    restate_id: UUID
    city: Place
