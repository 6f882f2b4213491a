"""The rules of sending: one SMS, one submission at most, and what became of it."""

from services.gateway.domain.answer import Accepted, Answer, NoAnswer, NotTaken, Refused
from services.gateway.domain.outgoing import (
    Outcome,
    Outgoing,
    Said,
    State,
    answered,
    claimed,
    next_change,
    receipt,
    reminded,
    requested,
    withdrawn,
    woken,
)
from services.gateway.domain.reply import Reading, answered_sms, read_reply, replied, reply_id_of

__all__ = [
    "Accepted",
    "Answer",
    "NoAnswer",
    "NotTaken",
    "Outcome",
    "Outgoing",
    "Reading",
    "Refused",
    "Said",
    "State",
    "answered",
    "answered_sms",
    "claimed",
    "next_change",
    "read_reply",
    "receipt",
    "reminded",
    "replied",
    "reply_id_of",
    "requested",
    "withdrawn",
    "woken",
]
