"""When notify may speak: the hours and spans of the messages of a pack."""

from datetime import timedelta

from bus.pack.messages import MessagesFile
from services.notify.domain import Courtesy, DigestHour, Proving


def courtesy_of(file: MessagesFile) -> Courtesy:
    return Courtesy(
        zone=file.timezone,
        quiet_from=file.quiet_hours.start,
        quiet_until=file.quiet_hours.until,
        expires_after={lane: timedelta(hours=hours) for lane, hours in file.expires_after_hours.items()},
        silence=timedelta(minutes=file.silence_minutes),
        digest=DigestHour(file.digest.at, file.digest.template),
        proving=_proving_of(file),
    )


def _proving_of(file: MessagesFile) -> Proving | None:
    said = file.reachability
    if said is None:
        return None
    return Proving(
        zone=file.timezone, every=timedelta(days=said.every_days), spread=timedelta(days=said.spread_days),
        answer_within=timedelta(hours=said.answer_within_hours), again=timedelta(days=said.again_days), work=said.work,
        weekdays=frozenset(said.weekdays), template=said.template, told_up=said.told_up,
        levels=tuple(frozenset(level) for level in said.levels),
    )  # fmt: skip
