"""What is given of a named person who answers for somebody."""

from contracts.ids import HolderId
from services.registry.bodies import Body
from services.registry.bodies.fields import Name, Phone


class Named(Body):
    holder_id: HolderId
    name: Name
    phone: Phone
