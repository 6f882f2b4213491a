"""Whatever order answers and receipts come in, an SMS ends in the same state, and no path submits it twice."""

import itertools
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from services.gateway.domain import (
    Accepted,
    Answer,
    Outgoing,
    State,
    answered,
    claimed,
    receipt,
    requested,
    withdrawn,
    woken,
)
from tests.gateway.answers import LATER, REFUSED, SILENT, TOOK, after
from tests.gateway.faces import LEASE, SMS, at, request, submitting, withdrawal

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
