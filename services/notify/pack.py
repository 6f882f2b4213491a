"""When notify may speak: the hours and spans of the messages of a pack."""

from datetime import timedelta

from bus.pack.messages import MessagesFile
from services.notify.domain import Courtesy, DigestHour


def courtesy_of(file: MessagesFile) -> Courtesy:
    return Courtesy(
        zone=file.timezone,
        quiet_from=file.quiet_hours.start,
        quiet_until=file.quiet_hours.until,
        expires_after={lane: timedelta(hours=hours) for lane, hours in file.expires_after_hours.items()},
        silence=timedelta(minutes=file.silence_minutes),
        digest=DigestHour(file.digest.at, file.digest.template),
    )
