"""Before blame, a reminder: what is due soon lies in the tray of whoever must act, and goes out as one SMS a day."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from contracts.digest import is_digest
from contracts.event import Event
from contracts.ids import DutyId, HolderId, PersonId, SmsId, derived
from contracts.notify import SmsRequested, SmsWithdrawn
from services.notify.domain import (
    SmsStatus,
    Tray,
    digest_hour,
    digest_id_of,
    digest_status_heard,
    lay,
    reminded,
    sms_id_of,
    the_digest_hour_has_come,
)
from tests.notify.faces import (
    BEREAVEMENT,
    CHEN,
    GREETING,
    HOSPITAL,
    LIN,
    VOICE,
    WANG,
    ZHAO,
    accepted,
    at,
    card,
    delivered,
    died,
    done,
    due_soon,
    escalated,
    failed,
    greeting,
    held_back,
    holder,
    opened,
    phone_of,
    retracted,
    superseded,
    text_of,
    unknown,
    waived,
)
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


def test_one_sms_says_how_many_duties_are_due_soon_and_when_the_first_and_names_nobody() -> None:
    trays = Trays(due_soon(), due_soon(GREETING, 20, due_minutes=2000))

    (request,) = trays.woken(DIGEST)
    again = trays.woken(DIGEST + timedelta(seconds=1))

    assert isinstance(request, SmsRequested)
    assert text_of(request) == "【双塔市委老干部局】您有2项走访服务待办，最早时限5月2日18:20，请按时办理并登记。"
    assert request == SmsRequested(
        city="shuangta", county="donghu", person_id=PersonId(LIN), sms_id=TO_LIN, lane="normal", case_id=CASE,
        role="liaison", holder_id=LIN, phone=request.phone, phone_index=request.phone_index, text=request.text,
        template="due-soon-digest", parts=1, expires_at=at(2880), owed_since=at(10), requested_at=DIGEST,
    )  # fmt: skip
    assert phone_of(request) == "+8619900001234"
    assert (again, trays.hour(DIGEST)) == ([], None)


def test_nobody_is_woken_before_the_hour_or_when_there_is_nothing_to_say() -> None:
    trays = Trays(due_soon())

    assert trays.hour(at(10)) == DIGEST
    assert trays.woken(DIGEST - timedelta(minutes=1)) == []
    assert digest_hour(Tray(LIN, VOICE), DIGEST) is None


@pytest.mark.parametrize(
    "fact",
    [done(), waived(), superseded(by="policy"), escalated(), died()],
    ids=lambda fact: type(fact).__name__,
)
def test_what_was_closed_or_went_to_the_next_rung_or_died_is_not_in_it_and_nothing_left_is_no_sms(fact: Event) -> None:
    trays = Trays(due_soon())

    trays.hear(fact, now=100)

    assert trays.hour(at(100)) is None
    assert trays.woken(DIGEST) == []


def test_who_must_act_since_an_escalation_is_reminded_of_what_is_due_soon_after_it() -> None:
    trays = Trays(escalated(minutes=5, role="unit-leader"), due_soon(minutes=10, role="unit-leader"))

    assert (trays.duties(), trays.duties(WANG)) == (set(), {HOSPITAL})


def test_what_is_owed_again_after_it_was_closed_is_reminded_of() -> None:
    """Its contact was struck, and it is due soon since; or its cause stands again."""
    struck = Trays(done(minutes=5), due_soon(minutes=10))
    again = Trays(due_soon(), superseded(minutes=20), opened(minutes=30))

    assert (struck.duties(), again.duties()) == ({HOSPITAL}, {HOSPITAL})


def test_of_the_dead_only_what_their_death_asks_for_is_reminded_of() -> None:
    not_heard_of = DutyId(derived("duty", "never opened here"))
    trays = Trays(opened(BEREAVEMENT, message="death-family", cause="death"))

    trays.hear(due_soon(), due_soon(BEREAVEMENT), due_soon(not_heard_of), died(), now=100)

    assert trays.duties() == {BEREAVEMENT}


def test_a_death_that_was_retracted_before_the_hour_costs_no_reminder() -> None:
    trays = Trays(due_soon())

    trays.hear(died(), retracted(), now=100)

    assert trays.duties() == {HOSPITAL}


def test_whoever_takes_the_role_over_is_reminded_and_the_one_before_is_not() -> None:
    trays = Trays(due_soon())

    trays.hear(card(2, holder("liaison", ZHAO)), now=100)

    assert (trays.duties(LIN), trays.duties(ZHAO)) == (set(), {HOSPITAL})


def test_while_the_holder_is_away_the_deputy_is_reminded_and_after_it_the_holder() -> None:
    acting = holder("liaison", ZHAO).model_copy(update={"deputy_for": LIN})
    trays = Trays(card(2, acting), due_soon())
    meanwhile = trays.duties(LIN), trays.duties(ZHAO)

    trays.hear(card(3, holder("liaison", LIN)), now=100)

    assert meanwhile == (set(), {HOSPITAL})
    assert (trays.duties(LIN), trays.duties(ZHAO)) == ({HOSPITAL}, set())


def test_a_reminder_of_a_role_that_nobody_holds_waits_for_somebody() -> None:
    trays = Trays(due_soon(role="community-worker"))
    before = dict(trays.of)

    trays.hear(card(2, holder("community-worker", ZHAO)), now=100)

    assert (before, trays.duties(ZHAO)) == ({}, {HOSPITAL})


def test_what_was_told_is_told_again_only_when_it_is_said_anew() -> None:
    trays = Trays(due_soon())
    trays.woken(DIGEST)
    trays.of[LIN], _ = digest_status_heard(trays.of[LIN], accepted(TO_LIN), at(1411))

    trays.hear(due_soon(), died(), retracted(), card(2, holder("liaison", ZHAO)), now=1500)
    trays.hear(card(3, holder("liaison", LIN)), now=1510)
    as_before = trays.duties()
    trays.hear(due_soon(minutes=1600, due_minutes=5000), now=1600)

    assert as_before == set()
    assert trays.hour(at(1600)) == DIGEST + timedelta(days=1)
    (request,) = trays.woken(DIGEST + timedelta(days=1))
    assert isinstance(request, SmsRequested)
    assert (request.sms_id, "您有1项" in text_of(request)) == (digest_id_of(LIN, date(2026, 5, 3), 0)[1], True)


def test_of_what_a_notice_says_of_one_duty_the_latest_counts_in_whatever_order_it_comes() -> None:
    trays = Trays(due_soon())
    (laid,) = trays.of[LIN].reminders.values()
    trays.hear(done(), now=100)
    (taken,) = trays.of[LIN].reminders.values()

    ends = [
        reminded(reminded(Tray(LIN, VOICE), one, at(100))[0], other, at(100))[0].pending(at(100))
        for one, other in ((laid, taken), (taken, laid), (laid, laid))
    ]

    assert [len(pending) for pending in ends] == [0, 0, 1]


def test_an_hour_that_was_slept_through_is_made_up_for_once_when_what_happened_meanwhile_is_heard() -> None:
    trays = Trays(due_soon(), due_soon(GREETING))
    awake = DIGEST + timedelta(hours=2)

    at_once = trays.woken(awake)
    soon = trays.hour(awake)
    trays.hear(done(minutes=1500), now=1531)

    assert (at_once, soon) == ([], awake + timedelta(minutes=5))
    (request,) = trays.woken(awake + timedelta(minutes=5))
    assert isinstance(request, SmsRequested) and "您有1项" in text_of(request)
    assert trays.hour(awake) is None


def test_an_hour_that_was_slept_through_until_night_is_made_up_for_in_the_morning() -> None:
    trays = Trays(due_soon(due_minutes=5000))

    assert trays.woken(DIGEST + timedelta(hours=15)) == []

    assert trays.hour(DIGEST) == DIGEST + timedelta(hours=22, minutes=30)


def test_what_is_due_before_the_hour_goes_out_as_soon_as_it_may_and_takes_the_others_along() -> None:
    by_day = Trays(due_soon(due_minutes=600), due_soon(GREETING))
    by_night = Trays()
    by_night.hear(due_soon(minutes=870, due_minutes=1330), now=870)

    (request,) = by_day.woken(at(16))

    assert isinstance(request, SmsRequested) and "您有2项" in text_of(request)
    assert by_day.hour(at(16)) is None
    assert by_night.hour(at(870)) == at(1320)


def test_what_is_due_already_at_its_hour_is_no_reminder_any_more() -> None:
    trays = Trays()
    trays.hear(due_soon(minutes=870, due_minutes=1200), now=870)

    assert trays.hour(at(1200)) is None
    assert trays.woken(at(1320)) == []


def test_what_is_due_already_is_not_needed_to_decide_anything() -> None:
    """It is not loaded any more."""
    trays = Trays(due_soon(due_minutes=600), due_soon(GREETING, due_minutes=5000))
    trays.woken(at(16))
    whole = trays.of[LIN]
    without = replace(whole, reminders=whole.ahead(at(700)))
    for_good = [replace(each, stands=False, said_at=at(700)) for each in whole.reminders.values()]

    said = [[reminded(tray, each, at(701))[1] for each in for_good] for tray in (whole, without)]

    assert len(without.reminders) == 1
    assert said[0] == said[1]
    assert [digest_hour(tray, at(701)) for tray in (whole, without)] == [None, None]


def test_two_digests_of_one_day_are_two_sms() -> None:
    trays = Trays(due_soon(due_minutes=600))
    (first,) = trays.woken(at(16))
    trays.hear(due_soon(GREETING, 60, due_minutes=600), now=60)
    (second,) = trays.woken(at(66))

    assert isinstance(first, SmsRequested) and isinstance(second, SmsRequested)
    assert (first.case_id, first.sms_id) == digest_id_of(LIN, date(2026, 5, 1), 0)
    assert (second.case_id, second.sms_id) == digest_id_of(LIN, date(2026, 5, 1), 1)


def test_a_number_that_takes_no_sms_waits_for_another() -> None:
    trays = Trays(card(2, holder("liaison", LIN, phone="057188888888")), due_soon())

    nothing = trays.woken(DIGEST)
    waiting = trays.hour(DIGEST)
    trays.hear(card(3, holder("liaison", LIN)), now=1500)

    assert (nothing, waiting, trays.hour(at(1500))) == ([], None, DIGEST + timedelta(days=1))


def test_an_unsent_digest_of_which_nothing_is_left_is_withdrawn_and_told_anew_if_it_stands_again() -> None:
    trays = Trays(due_soon(due_minutes=5000), due_soon(GREETING, due_minutes=5000))
    trays.woken(DIGEST)

    of_one = trays.hear(done(GREETING, 1411), now=1411)
    of_both = trays.hear(died(1412), now=1412)
    trays.hear(retracted(1413), now=1413)

    assert of_one == []
    assert of_both == [
        SmsWithdrawn(
            city="shuangta", county="donghu", person_id=PersonId(LIN), sms_id=TO_LIN, lane="normal", why="closed",
            withdrawn_at=of_both[0].withdrawn_at,  # type: ignore[attr-defined]
        )
    ]  # fmt: skip
    assert trays.duties() == {HOSPITAL}


def test_what_the_carrier_has_is_not_withdrawn() -> None:
    trays = Trays(due_soon())
    trays.woken(DIGEST)
    trays.of[LIN], _ = digest_status_heard(trays.of[LIN], accepted(TO_LIN), at(1411))

    assert trays.hear(done(minutes=1412), now=1412) == []


@pytest.mark.parametrize("said", [accepted, delivered, failed, unknown, held_back], ids=lambda said: said.__name__)
def test_what_is_heard_of_a_digest_only_moves_forward(said: Callable[[SmsId], Event]) -> None:
    tray, _ = digest_status_heard(Tray(LIN, VOICE), delivered(TO_LIN), at(0))

    after, facts = digest_status_heard(tray, said(TO_LIN), at(1))  # type: ignore[arg-type]

    assert (after.digests[TO_LIN].status, facts) == (SmsStatus.DELIVERED, ())


def test_the_id_of_an_sms_tells_whether_it_is_a_digest() -> None:
    assert is_digest(TO_LIN)
    assert TO_LIN.version == 8
    assert not any(is_digest(sms_id_of(CASE, "opened", CHEN, turn)) for turn in range(100))
    assert not is_digest(SmsId(derived("sms", "digest")))
