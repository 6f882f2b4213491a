"""The rules of telling: what was heard about one person, and the SMS that follow from it."""

from services.notify.domain.courtesy import Courtesy
from services.notify.domain.hearing import (
    card_heard,
    death_heard,
    death_retracted,
    duty_closed,
    duty_escalated,
    duty_opened,
    replied,
    status_heard,
    the_hour_has_come,
)
from services.notify.domain.notice import (
    RECALLED,
    Case,
    Death,
    Notice,
    Reply,
    Sms,
    SmsStatus,
    Telling,
    Voice,
    case_id_of,
    sms_id_of,
)
from services.notify.domain.settling import Outcome, next_change, settle

__all__ = [
    "RECALLED",
    "Case",
    "Courtesy",
    "Death",
    "Notice",
    "Outcome",
    "Reply",
    "Sms",
    "SmsStatus",
    "Telling",
    "Voice",
    "card_heard",
    "case_id_of",
    "death_heard",
    "death_retracted",
    "duty_closed",
    "duty_escalated",
    "duty_opened",
    "next_change",
    "replied",
    "settle",
    "sms_id_of",
    "status_heard",
    "the_hour_has_come",
]
