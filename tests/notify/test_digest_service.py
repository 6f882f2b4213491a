"""The digest by hand: what three people's notices say comes together in one liaison's tray, and goes out once."""

from datetime import date, timedelta

from bus.testing import ByHand
from contracts.event import Event
from contracts.ids import DutyId, PersonId, derived
from contracts.notify import SmsRequested
from services.notify.domain import Notice, SmsStatus, Tray, digest_id_of
from tests.notify.faces import (
    LIN,
    ZHANG,
    ZHAO,
    accepted,
    card,
    delivered,
    done,
    due_soon,
    holder,
    opened,
    phone_of,
    reply,
    text_of,
)

LI, WANG = (PersonId(derived("test", name)) for name in ("李长庚", "王守义"))
DUTIES = {person_id: DutyId(derived("duty", "month", person_id)) for person_id in (ZHANG, LI, WANG)}
NIGHT_LONG = timedelta(hours=23, minutes=30)
"""From nine in the morning to half past eight of the next."""
TO_LIN = digest_id_of(LIN, date(2026, 5, 2), 0)[1]


def of(person_id: PersonId, fact: Event) -> Event:
    """The same, of another of the three."""
    return fact.model_copy(update={"person_id": person_id})


async def three_people_of_whom_two_are_to_be_visited_soon(hand: ByHand) -> None:
    for person_id, duty in DUTIES.items():
        await hand.hears(of(person_id, card()), of(person_id, opened(duty, message=None, lane="normal")))
    await hand.hears(*(of(person_id, due_soon(DUTIES[person_id])) for person_id in (ZHANG, LI)))
    await hand.waits(timedelta(0))


async def test_of_two_duties_due_soon_one_is_done_before_the_hour_and_one_sms_tells_of_the_other(hand: ByHand) -> None:
    await three_people_of_whom_two_are_to_be_visited_soon(hand)
    await hand.hears(of(LI, done(DUTIES[LI])), of(ZHANG, due_soon(DUTIES[ZHANG])))
    await hand.waits(timedelta(hours=1))

    (request,) = await hand.waits(NIGHT_LONG - timedelta(hours=1))
    later = await hand.waits(timedelta(days=1))  # when its window is over, and it is not loaded any more
    await hand.hears(of(ZHANG, card(2, holder("liaison", ZHAO))))
    await hand.waits(timedelta(0))

    assert isinstance(request, SmsRequested)
    assert (request.holder_id, request.sms_id, phone_of(request)) == (LIN, TO_LIN, "+8619900001234")
    assert "您有1项" in text_of(request)
    assert later == []

    said = await hand.hears(
        *(of(PersonId(LIN), each) for each in (accepted(TO_LIN), delivered(TO_LIN), reply(request)))
    )

    digest = (await hand.state(Tray, LIN)).digests[TO_LIN]
    assert (said, digest.status, digest.replied_at) == ([], SmsStatus.DELIVERED, reply(request).replied_at)
    assert await hand.state(Notice, LIN) is None
    assert await hand.differences() == []


async def test_after_an_outage_what_was_done_meanwhile_is_not_in_it(hand: ByHand) -> None:
    await three_people_of_whom_two_are_to_be_visited_soon(hand)
    hand.now += NIGHT_LONG + timedelta(hours=1)
    await hand.hears(of(LI, done(DUTIES[LI])))

    at_once = await hand.waits(timedelta(0))
    said = await hand.waits(timedelta(minutes=5))

    assert at_once == []
    assert ["您有1项" in text_of(request) for request in said if isinstance(request, SmsRequested)] == [True]
