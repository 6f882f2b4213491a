"""Another number, a deputy, somebody who is counted on no more: what proves the one proves nothing of the other."""

from dataclasses import replace

from contracts.notify import HolderReachable, HolderUnreachable
from services.notify.domain import Reach, hour_of_reach, relied_on
from tests.notify.faces import CHEN, LIN, MORNING, VOICE, WANG, phone_of
from tests.notify.rungs import DAY, HOUR, LANDLINE, LINS, Ladder, number_of, reliance, requests


def test_somebody_else_at_the_number_is_an_incident_at_once_and_is_sent_no_more() -> None:
    ladder = Ladder().whole()
    ladder.until(33 * DAY)
    ladder.answers("wrong-person")
    ladder.delivered()  # on the handset of somebody else

    after = ladder.until(30 * DAY)

    assert ladder.reach().why == "wrong-person"
    assert [each for each in requests(after) if each.holder_id == LIN] == []


def test_an_answer_takes_back_that_it_was_somebody_else() -> None:
    ladder = Ladder().whole()
    ladder.answers("wrong-person")
    ladder.until(HOUR)
    ladder.answers("known")

    assert (ladder.reach().unreachable_since, ladder.reach().proved(ladder.now)) == (None, True)


def test_a_number_that_takes_no_sms_is_an_incident_when_its_test_would_be_due() -> None:
    ladder = Ladder()
    ladder.relies(phone=LANDLINE)

    early, later = ladder.until(23 * DAY), ladder.until(10 * DAY)

    assert early == []
    assert [fact.why for fact in later if isinstance(fact, HolderUnreachable)] == ["no-number"]
    assert requests(later) == []


def test_another_number_is_proved_by_nothing_that_went_to_the_first_and_is_tested_within_the_spread() -> None:
    ladder = Ladder()
    ladder.relies()
    ladder.delivered()
    ladder.until(HOUR)
    ladder.relies(0, phone="+8619900009999")
    ladder.delivered(number=LINS)  # late, and to the first

    assert not ladder.reach().proved(ladder.now)
    (request,) = requests(ladder.until(10 * DAY, quiet=frozenset({LIN})))[:1]
    assert phone_of(request) == "+8619900009999"


def test_another_number_of_who_cannot_be_reached_is_tested_at_once_and_the_incident_stands_until_it_is_proved() -> None:
    ladder = Ladder().whole()
    ladder.until(45 * DAY, quiet=frozenset({LIN}))
    ladder.relies(0, phone="+8619900009999")

    (request,) = requests(ladder.until(3 * DAY, quiet=frozenset({LIN, WANG, CHEN})))[:1]
    before = ladder.reach().unreachable_since
    ladder.delivered(number=number_of("+8619900009999"))

    assert phone_of(request) == "+8619900009999"
    assert before is not None
    assert ladder.reach().unreachable_since is None


def test_whose_deputy_acts_is_not_tested_and_when_they_are_back_soon_but_not_blamed_for_an_old_test() -> None:
    ladder = Ladder().whole()
    while ladder.reach().tested_at is None:
        ladder.until(HOUR, quiet=frozenset({LIN}))
    ladder.relies(-1)
    away = ladder.until(60 * DAY, quiet=frozenset({LIN}))
    ladder.relies()

    assert ladder.reach().unreachable_since is None
    assert [each for each in requests(away) if each.holder_id == LIN] == []
    back = [each.holder_id for each in requests(ladder.until(10 * DAY, quiet=frozenset({LIN})))]
    assert LIN in back


def test_an_incident_of_whom_nobody_counts_on_any_more_is_over() -> None:
    ladder = Ladder().whole()
    ladder.until(45 * DAY, quiet=frozenset({LIN}))
    ladder.relies(-1)

    fact = ladder.said[-1][1]
    assert isinstance(fact, HolderReachable) and fact.why == "released"
    assert not ladder.reach(WANG).reports[LIN].stands


def test_nobody_is_tested_in_a_role_that_the_pack_does_not_test() -> None:
    ladder = Ladder()
    ladder.relies(role="relative", above=None)

    assert (ladder.until(90 * DAY), ladder.reach().top) == ([], None)


def test_a_pack_that_tests_nobody_tests_nobody() -> None:
    silent = replace(VOICE, courtesy=replace(VOICE.courtesy, proving=None))
    reach, facts, passed = relied_on(Reach(LIN, silent), reliance(MORNING), MORNING)

    assert (hour_of_reach(reach, MORNING), facts, passed) == (None, (), ())
