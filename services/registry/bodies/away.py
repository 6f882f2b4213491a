"""What is given of a holder who is away."""

from uuid import UUID

from services.registry.bodies import Body
from services.registry.bodies.fields import Moment
from services.registry.bodies.officers import Named


class GoingAway(Body):
    away_id: UUID
    from_at: Moment | None = None
    """不填即从现在起。"""
    until_at: Moment
    deputy: Named
    """代理人（B角）。"""
