"""Trays by hand: what lies in them, and the hour at which their digest goes out."""

from datetime import date, datetime

from contracts.event import Event
from contracts.ids import HolderId
from services.notify.domain import Tray, digest_hour, digest_id_of, lay, reminded, the_digest_hour_has_come
from tests.notify.faces import LIN, VOICE, at, card, greeting, opened
from tests.notify.hearing import Told

DIGEST = at(1410)
"""Half past eight of the next morning."""
CASE, TO_LIN = digest_id_of(LIN, date(2026, 5, 2), 0)


class Trays:
    """One person's notice and the trays of all holders: what the one says the others hear at once."""

    def __init__(self, *facts: Event) -> None:
        self.told, self.of = Told(), dict[HolderId, Tray]()
        self.hear(card(), opened(), greeting(), *facts)

    def hear(self, *facts: Event, now: float = 10) -> list[Event]:
        """What the trays said to it."""
        said: list[Event] = []
        for fact in facts:
            self.told.hear(fact, now=at(now))
            now += 0.01
            self.told.notice, laid = lay(self.told.notice, at(now))
            assert lay(self.told.notice, at(now)) == (self.told.notice, ())
            for holder_id, reminder in laid:
                tray = self.of.get(holder_id, Tray(holder_id, VOICE))
                self.of[holder_id], facts_said = reminded(tray, reminder, at(now))
                said += facts_said
        return said

    def woken(self, now: datetime, holder_id: HolderId = LIN) -> list[Event]:
        self.of[holder_id], said = the_digest_hour_has_come(self.of[holder_id], now)
        return list(said)

    def hour(self, now: datetime, holder_id: HolderId = LIN) -> datetime | None:
        return digest_hour(self.of[holder_id], now)

    def duties(self, holder_id: HolderId = LIN) -> set[object]:
        """Those of which this holder is still to be reminded tomorrow."""
        return {each.duty_id for each in self.of[holder_id].pending(DIGEST)} if holder_id in self.of else set()
