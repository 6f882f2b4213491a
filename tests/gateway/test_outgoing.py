"""One SMS goes to the carrier once at most, and what became of it only becomes clearer."""

import itertools
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.event import Event
from contracts.gateway import SmsAccepted, SmsDelivered, SmsFailed, SmsHeldBack, SmsUnknown
from services.gateway.domain import (
    Accepted,
    Answer,
    NoAnswer,
    NotTaken,
    Outgoing,
    Refused,
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
from tests.gateway.faces import LEASE, PAUSE, SMS, ZHANG, at, queued, request, submitting, withdrawal

TOOK, REFUSED, LATER, SILENT = (
    Accepted(("7",)),
    Refused("invalid-number", 11),
    NotTaken("throttled"),
    NoAnswer("timeout"),
)


def accepted(ref: str = "7") -> SmsAccepted:
    return SmsAccepted(
        city="shuangta", county="donghu", person_id=ZHANG, sms_id=SMS, carrier_ref=ref, accepted_at=at(2)
    )


def delivered() -> SmsDelivered:
    return SmsDelivered(
        city="shuangta", county="donghu", person_id=ZHANG, sms_id=SMS, holder_id=request().holder_id,
        phone_index=request().phone_index, delivered_at=at(2),
    )  # fmt: skip


def failed(kind: str) -> SmsFailed:
    return SmsFailed(city="shuangta", county="donghu", person_id=ZHANG, sms_id=SMS, kind=kind, failed_at=at(2))


def unknown(why: str) -> SmsUnknown:
    return SmsUnknown(city="shuangta", county="donghu", person_id=ZHANG, sms_id=SMS, why=why, unknown_at=at(2))


def held_back(why: str) -> SmsHeldBack:
    return SmsHeldBack(city="shuangta", county="donghu", person_id=ZHANG, sms_id=SMS, why=why, held_back_at=at(2))


def after(
    sms: Outgoing, answer: Answer, attempt: int = 1, now: datetime | None = None
) -> tuple[Outgoing, tuple[Event, ...]]:
    return answered(sms, attempt, answer, now or at(2), PAUSE)


def test_an_sms_is_queued_once_however_often_it_is_requested() -> None:
    sms, said = requested(Outgoing(SMS), request(), at(0))

    assert (sms.state, said) == (State.QUEUED, ())
    assert requested(sms, request(), at(0)) == (sms, ())
    assert requested(submitting(), request(), at(1)) == (submitting(), ())


def test_a_withdrawal_that_overtakes_its_request_is_remembered() -> None:
    early, said = withdrawn(Outgoing(SMS), withdrawal(), at(1))

    late = requested(early, request(), at(2))

    assert (early.state, said) == (State.AWAITED, ())
    assert (late[0].state, late[1]) == (State.HELD_BACK, (held_back("withdrawn"),))


def test_what_is_queued_is_held_back_when_it_is_withdrawn() -> None:
    sms, said = withdrawn(queued(), withdrawal(), at(2))

    assert (sms.state, said) == (State.HELD_BACK, (held_back("withdrawn"),))
    assert claimed(sms, at(3), LEASE) == (sms, ())


def test_what_a_carrier_may_have_cannot_be_withdrawn_but_is_not_tried_again() -> None:
    sms, said = withdrawn(submitting(), withdrawal(), at(1))
    assert (sms.state, said) == (State.SUBMITTING, ())

    assert after(sms, TOOK)[1] == (accepted(),)
    assert after(sms, LATER)[1] == (held_back("withdrawn"),)


def test_a_claim_waits_for_its_hour_and_is_made_once() -> None:
    early = requested(Outgoing(SMS), request(not_before=60), at(0))[0]
    assert claimed(early, at(59), LEASE) == (early, ())

    sms, said = claimed(early, at(60), LEASE)

    assert (sms.state, sms.attempt, sms.lease_until, said) == (State.SUBMITTING, 1, at(61), ())
    assert claimed(sms, at(60), LEASE) == (sms, ())


def test_an_sms_whose_time_has_passed_is_not_sent() -> None:
    assert requested(Outgoing(SMS), request(expires=0), at(2))[1] == (held_back("expired"),)
    assert claimed(queued(), at(600), LEASE)[0].state is State.HELD_BACK
    assert next_change(queued(), at(0)) == at(600)
    assert woken(queued(), at(599)) == (queued(), ())
    assert woken(queued(), at(600))[0].why == "expired"


def test_the_carriers_definite_answers_are_believed() -> None:
    assert after(submitting(), TOOK)[1] == (accepted(),)
    assert after(submitting(), REFUSED)[1] == (failed("invalid-number"),)


def test_throttled_goes_back_to_the_queue_after_a_pause() -> None:
    sms, said = after(submitting(), LATER)

    assert (sms.state, sms.not_before, said) == (State.QUEUED, at(2) + PAUSE, ())
    assert claimed(sms, at(2), LEASE) == (sms, ())
    assert claimed(sms, at(3), LEASE)[0].attempt == 2


def test_no_answer_is_unknown_and_never_goes_back_to_the_queue() -> None:
    sms, said = after(submitting(), SILENT)

    assert (sms.state, said) == (State.UNKNOWN, (unknown("no-answer"),))
    assert claimed(sms, at(3), LEASE) == (sms, ())
    assert requested(sms, request(), at(3)) == (sms, ())
    assert after(sms, LATER)[0].state is State.FAILED


def test_a_lease_that_ends_without_an_answer_leaves_it_unknown() -> None:
    sms = submitting()
    assert next_change(sms, at(1)) == at(2)

    assert woken(sms, at(1.9)) == (sms, ())
    assert woken(sms, at(2))[1] == (unknown("lease-ended"),)


def test_a_late_answer_tells_what_became_of_the_unknown() -> None:
    lost = woken(submitting(), at(2))[0]

    assert after(lost, TOOK)[1] == (accepted(),)
    assert after(lost, REFUSED)[1] == (failed("invalid-number"),)


def test_a_late_receipt_tells_what_became_of_the_unknown() -> None:
    lost = after(submitting(), SILENT)[0]

    assert receipt(lost, "7", "DELIVRD", at(2))[1] == (delivered(),)
    assert receipt(lost, "7", "UNDELIV", at(2))[1] == (failed("undeliverable"),)


def test_a_receipt_may_come_before_the_answer() -> None:
    sms, said = receipt(submitting(), "7", "DELIVRD", at(2))

    assert said == (delivered(),)
    assert after(sms, TOOK) == (replace(sms, refs=("7",)), ())


def test_an_answer_to_an_older_attempt_changes_nothing() -> None:
    again = claimed(after(submitting(), LATER)[0], at(3), LEASE)[0]

    for late in (TOOK, REFUSED, LATER, SILENT):
        assert after(again, late, attempt=1) == (again, ())


def test_of_two_parts_both_must_arrive() -> None:
    sms = after(submitting(parts=2), Accepted(("7", "8")))[0]

    half, said = receipt(sms, "7", "DELIVRD", at(2))
    assert (half.state, said) == (State.ACCEPTED, ())
    assert receipt(half, "7", "DELIVRD", at(2)) == (half, ())
    assert receipt(half, "8", "DELIVRD", at(2))[1] == (delivered(),)
    assert receipt(half, "8", "EXPIRED", at(2))[1] == (failed("expired"),)


def test_a_word_that_is_not_final_changes_nothing() -> None:
    sms = after(submitting(), TOOK)[0]

    for stat in ("ENROUTE", "ACCEPTD", "UNKNOWN", "MA:0001"):
        assert receipt(sms, "7", stat, at(2)) == (sms, ())


def test_what_is_on_a_handset_is_not_sent_although_our_database_was_set_back() -> None:
    seen, said = receipt(Outgoing(SMS), "7", "DELIVRD", at(1))
    assert said == ()

    sms, said = requested(seen, request(), at(2))

    assert (sms.state, said) == (State.DELIVERED, (delivered(),))


def test_what_we_ourselves_said_before_our_database_was_set_back_is_believed() -> None:
    for own in (accepted(), delivered(), failed("rejected"), unknown("no-answer"), held_back("withdrawn")):
        sms, said = reminded(Outgoing(SMS), own, at(1))

        assert said == ()
        assert claimed(requested(sms, request(), at(2))[0], at(3), LEASE)[0].state is sms.state
        assert reminded(requested(sms, request(), at(2))[0], own, at(3))[1] == ()


def test_what_had_gone_is_not_taken_for_held_back_when_the_withdrawal_is_heard_again_first() -> None:
    again, _ = withdrawn(queued(), withdrawal(), at(2))
    assert again.state is State.HELD_BACK

    for own, then in ((unknown("no-answer"), State.UNKNOWN), (accepted(), State.ACCEPTED)):
        assert reminded(again, own, at(3))[0].state is then


STATS = ("DELIVRD", "UNDELIV", "EXPIRED", "REJECTD", "ENROUTE")


@given(
    st.lists(st.tuples(st.sampled_from("78"), st.sampled_from(STATS)), max_size=6), st.permutations(range(7)), st.data()
)
@settings(deadline=None)
def test_any_order_and_repetition_of_receipts_ends_in_the_same_state(
    receipts: list[tuple[str, str]], order: list[int], data: st.DataObject
) -> None:
    """The answer to the submission is one of the things that come in any order."""
    words: list[tuple[str, str] | None] = [*receipts, None]
    shuffled = [words[i] for i in order if i < len(words)]
    repeated = shuffled + data.draw(st.lists(st.sampled_from(words), max_size=4))

    assert _end(words) == _end(repeated)


def _end(words: list[tuple[str, str] | None]) -> Outgoing:
    sms = submitting(parts=2)
    for word in words:
        sms = after(sms, Accepted(("7", "8")))[0] if word is None else receipt(sms, *word, at(2))[0]
    return sms


STEPS = (
    "request",
    "withdraw",
    "claim",
    "claim",
    "taken",
    "refused",
    "throttled",
    "silent",
    "stale",
    "lease",
    "receipt",
)


@given(st.lists(st.sampled_from(STEPS), max_size=30))
@settings(max_examples=500, deadline=None)
def test_no_path_submits_twice(steps: list[str]) -> None:
    """A new attempt is made only after the carrier's own refusal of the last one."""
    sms, now, refused, clock = Outgoing(SMS), at(0), True, itertools.count(1)
    for step in steps:
        now = at(next(clock))
        before = sms
        sms = _step(sms, step, now)
        if sms.attempt > before.attempt:
            assert refused, "claimed again although the carrier may have it"
            refused = False
        elif step == "throttled" and before.state is State.SUBMITTING:
            refused = True


def _step(sms: Outgoing, step: str, now: datetime) -> Outgoing:
    answers: dict[str, Answer] = {"taken": TOOK, "refused": REFUSED, "throttled": LATER, "silent": SILENT}
    match step:
        case "request":
            return requested(sms, request(), now)[0]
        case "withdraw":
            return withdrawn(sms, withdrawal(), now)[0]
        case "claim":
            return claimed(sms, now, LEASE)[0]
        case "stale":
            return answered(sms, sms.attempt - 1, LATER, now, timedelta(0))[0]
        case "lease":
            return woken(sms, now)[0]
        case "receipt":
            return receipt(sms, "7", "DELIVRD", now)[0]
        case answer:
            return answered(sms, sms.attempt, answers[answer], now, timedelta(0))[0]
