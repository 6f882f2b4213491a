"""The rules of telling: what was heard about one person, and the SMS that follow from it."""

from services.notify.domain.courtesy import Courtesy, DigestHour
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
from services.notify.domain.notice import Case, Death, Notice, Reply, Sms, SmsStatus, Telling, case_id_of, sms_id_of
from services.notify.domain.proving import Proving
from services.notify.domain.reach import Post, Reach, Report
from services.notify.domain.reaching import (
    Passed,
    Reached,
    answered,
    delivered,
    hour_of_reach,
    relied_on,
    reported,
    the_hour_of_the_test_has_come,
)
from services.notify.domain.relying import Reliance, Relied, reliances
from services.notify.domain.reminder import DueSoon, Reminder
from services.notify.domain.reminding import due_soon_heard, lay
from services.notify.domain.settling import Outcome, next_change, settle
from services.notify.domain.tray import (
    Digest,
    Told,
    Tray,
    digest_hour,
    digest_id_of,
    digest_replied,
    digest_status_heard,
    reminded,
    the_digest_hour_has_come,
)
from services.notify.domain.voice import Voice

__all__ = [
    "Case",
    "Courtesy",
    "Death",
    "Digest",
    "DigestHour",
    "DueSoon",
    "Notice",
    "Outcome",
    "Passed",
    "Post",
    "Proving",
    "Reach",
    "Reached",
    "Reliance",
    "Relied",
    "Reminder",
    "Reply",
    "Report",
    "Sms",
    "SmsStatus",
    "Telling",
    "Told",
    "Tray",
    "Voice",
    "answered",
    "card_heard",
    "case_id_of",
    "death_heard",
    "death_retracted",
    "delivered",
    "digest_hour",
    "digest_id_of",
    "digest_replied",
    "digest_status_heard",
    "due_soon_heard",
    "duty_closed",
    "duty_escalated",
    "duty_opened",
    "hour_of_reach",
    "lay",
    "next_change",
    "reliances",
    "relied_on",
    "reminded",
    "replied",
    "reported",
    "settle",
    "sms_id_of",
    "status_heard",
    "the_digest_hour_has_come",
    "the_hour_has_come",
    "the_hour_of_the_test_has_come",
]
