"""A notice is heard by everybody whom it concerns; units that say nothing are told, and so are their people's holders."""

from collections.abc import Callable
from typing import Any

import pytest

from contracts.ids import UnitId, derived
from contracts.refused import Refused
from contracts.visits import NoticeAnswered
from services.visits.domain import learning
from services.visits.domain.issuing import answer, issue, tell_silence, withdraw
from services.visits.domain.notices import Notice, Step
from services.visits.domain.rules import OnEnd
from tests.visits.noticing import DAY, ID, issued, notice, said, silences
from tests.visits.shuangta import GRAIN, WATER
from tests.visits.town import WEDNESDAY, after, hours, life, rule


def test_the_silent_are_told_once_when_the_time_is_over() -> None:
    known, _ = answer(issued(), said())

    early, nothing = tell_silence(known, WEDNESDAY + 4 * DAY)
    over, told = tell_silence(known, WEDNESDAY + 5 * DAY)
    again, no_more = tell_silence(over, WEDNESDAY + 6 * DAY)

    assert (early, nothing, again, no_more) == (known, (), over, ())
    assert silences(told) == [(GRAIN, "receipt", WEDNESDAY + 5 * DAY)]
    assert (known.asks_at, over.asks_at) == (WEDNESDAY + 5 * DAY, WEDNESDAY + 60 * DAY)


def test_a_receipt_is_no_proof() -> None:
    """Who wrote that the notice has come, and nothing since, is as silent as the others when the proof is wanted."""
    known, _ = answer(issued(), said())
    over, _ = tell_silence(known, WEDNESDAY + 5 * DAY)

    done, told = tell_silence(over, WEDNESDAY + 60 * DAY)

    at = WEDNESDAY + 60 * DAY
    assert silences(told) == [(WATER, "proof", at), (GRAIN, "proof", at)]
    assert done.asks_at is None


def test_who_gives_proof_need_not_say_that_the_notice_came() -> None:
    known, _ = answer(issued(asked=(WATER,)), said(step=Step.PROOF))

    assert [tell_silence(known, WEDNESDAY + days * DAY)[1] for days in (5, 60)] == [(), ()]


def test_after_an_outage_every_step_that_is_over_is_told() -> None:
    _, told = tell_silence(issued(asked=(WATER,)), WEDNESDAY + 70 * DAY)

    assert [step for _, step, _ in silences(told)] == ["receipt", "proof"]


def test_an_answer_after_the_time_is_late_and_still_an_answer() -> None:
    over, _ = tell_silence(issued(), WEDNESDAY + 5 * DAY)

    after_all, (told,) = answer(over, said(step=Step.PROOF, at=WEDNESDAY + 25 * DAY))
    _, (next_told,) = answer(after_all, said(step=Step.PLAN, at=WEDNESDAY + 26 * DAY, n=2))

    assert isinstance(told, NoticeAnswered) and told.late
    assert isinstance(next_told, NoticeAnswered) and not next_told.late
    assert after_all.silent() == after_all.silent(Step.PROOF) == (GRAIN,)


def test_the_same_answer_twice_is_one() -> None:
    once, _ = answer(issued(), said())

    assert answer(once, said()) == (once, ())


def test_a_notice_that_was_withdrawn_asks_nobody_any_more() -> None:
    gone, _ = withdraw(issued(), "Wang", "文号写错了", WEDNESDAY + DAY)

    assert (gone.asks_at, tell_silence(gone, WEDNESDAY + 20 * DAY)) == (None, (gone, ()))
    assert withdraw(gone, "Wang", "文号写错了", WEDNESDAY + DAY) == (gone, ())
    with pytest.raises(Refused) as refused:
        answer(gone, said())
    assert refused.value.args[0] == "notice-withdrawn"


@pytest.mark.parametrize(
    ("act", "rule_"),
    [
        (lambda: issue(issued(), notice(), WEDNESDAY), "notice-issued"),
        (lambda: issue(Notice(ID), notice(until=WEDNESDAY, wanted=()), WEDNESDAY), "over-already"),
        (lambda: answer(issued(), said(UnitId(derived("test", "stranger")))), "unit-not-asked"),
        (lambda: answer(Notice(ID), said()), "notice-unknown"),
    ],
)
def test_what_cannot_be_is_refused(act: Callable[[], Any], rule_: str) -> None:
    with pytest.raises(Refused) as refused:
        act()
    assert refused.value.args[0] == rule_


def test_a_warning_is_over_with_its_hour_and_one_issued_in_error_never_was() -> None:
    call = rule("call", after("weather-warned", hours(12), of=frozenset({"storm"})), on_end=OnEnd.SUPERSEDE)
    warned, erred = life(call), life(call)
    for li in (warned, erred):
        li.care = learning.notice_heard(li.care, ID, "weather-warned", "storm", WEDNESDAY + DAY, WEDNESDAY)
        li.wakes(WEDNESDAY)
    owed = warned.owed().keys() | erred.owed().keys()

    warned.wakes(WEDNESDAY + DAY)
    erred.care = learning.retracted(erred.care, ID, "weather-warned", WEDNESDAY)
    erred.wakes(WEDNESDAY)

    assert owed == {"call"}
    assert (warned.the("call").closed_by, erred.the("call").closed_by) == ("end", "retraction")
