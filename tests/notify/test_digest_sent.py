"""A digest that was sent: withdrawn while it may be, told anew when it stands again, and its status only moves forward."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from contracts.digest import is_digest
from contracts.event import Event
from contracts.ids import PersonId, SmsId, derived
from contracts.notify import SmsWithdrawn
from services.notify.domain import SmsStatus, Tray, digest_status_heard, sms_id_of
from tests.notify.digests import CASE, DIGEST, TO_LIN, Trays
from tests.notify.faces import (
    CHEN,
    GREETING,
    HOSPITAL,
    LIN,
    VOICE,
    accepted,
    at,
    card,
    delivered,
    died,
    done,
    due_soon,
    failed,
    held_back,
    holder,
    retracted,
    unknown,
)


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
