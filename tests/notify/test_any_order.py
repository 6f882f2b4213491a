"""Facts come twice, and in any order between topics; SMS are withdrawn while they are sent; the line fails at any instant."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.event import Event
from services.notify.domain import Case, Sms, SmsStatus, case_id_of
from tests.notify.faces import (
    BEREAVEMENT,
    GREETING,
    LIN,
    REPORT,
    WANG,
    ZHAO,
    at,
    card,
    died,
    done,
    escalated,
    greeting,
    holder,
    kinds,
    opened,
    retracted,
    superseded,
)
from tests.notify.hearing import Told
from tests.notify.world import ANSWERS, World

EVERYBODY = card(1)
NO_LIAISON_YET = card(1, holder("unit-leader", WANG))
NEW_LIAISON = card(2, holder("liaison", ZHAO), holder("unit-leader", WANG))
DEAF = card(2).model_copy(update={"wishes": ("deaf",), "stated_at": at(30)})
NEW_NUMBER = card(2, holder("liaison", LIN, "+8619900007777"), holder("unit-leader", WANG))
KNOWN_DEAD = card(2, deaths=(REPORT,))

STORIES: dict[str, dict[str, list[Event]]] = {
    "an admission, escalated": {"duties": [opened(), escalated()], "directory": [EVERYBODY]},
    "an admission, visited": {"duties": [opened(), escalated(), done()], "directory": [NO_LIAISON_YET, NEW_LIAISON]},
    "an admission, cancelled": {"duties": [opened(), escalated(minutes=20), superseded()], "directory": [EVERYBODY]},
    "an admission, cancelled and entered again": {
        "duties": [opened(), superseded(minutes=30), opened(minutes=45)],
        "directory": [EVERYBODY],
    },
    "a new liaison in mid admission": {"duties": [opened()], "directory": [EVERYBODY, NEW_LIAISON]},
    "a wish in mid admission": {"duties": [opened(), greeting()], "directory": [EVERYBODY, DEAF]},
    "a new number in mid admission": {"duties": [opened()], "directory": [EVERYBODY, NEW_NUMBER]},
    "a death": {
        "duties": [greeting(), opened(BEREAVEMENT, 21, cause="death")],
        "directory": [EVERYBODY, KNOWN_DEAD],
        "people": [died()],
    },
    "a false death, nothing superseded": {
        "duties": [greeting()],
        "directory": [EVERYBODY],
        "people": [died(), retracted()],
    },
    "a false death, and its duties": {
        "duties": [
            greeting(),
            superseded(GREETING, "death", 21),
            opened(BEREAVEMENT, 21, cause="death"),
            superseded(BEREAVEMENT, "retraction", 41),
            greeting(42),
        ],
        "directory": [EVERYBODY],
        "people": [died(), retracted()],
    },
}


def _wander(world: World, data: st.DataObject) -> None:
    """Somebody reads on, something is read again, an SMS is sent: forty times, then all is read to the end."""
    names = sorted(world.queues)
    steps = st.one_of(
        st.tuples(st.just("read"), st.sampled_from(names)),
        st.tuples(st.just("again"), st.sampled_from(names), st.integers(0, 9)),
        st.tuples(st.just("send"), st.sampled_from(ANSWERS)),
    )
    for step in data.draw(st.lists(steps, max_size=40)):
        match step:
            case "read", name:
                world.read(name)
            case "again", name, which:
                world.read_again(name, which)
            case "send", how:
                world.send(how)
    world.drain()


CAME_BACK = [opened(), superseded(minutes=30), opened(minutes=45), escalated(minutes=60), escalated(minutes=50)]


@given(st.permutations(CAME_BACK))
def test_a_duty_whose_facts_were_dead_letters_and_came_back_in_any_order_stands_as_it_should(
    facts: list[Event],
) -> None:
    told = Told(EVERYBODY, *facts)

    case = case_of(told)
    assert case.stands
    assert (case.opened_at, case.closed_at, case.why, case.escalated_at) == (at(45), at(30), "retraction", at(60))
    asked = {telling.stage: telling.asked_at for telling in told.notice.tellings.values()}
    assert asked == {"opened": at(45), "rung-1": at(60)}
    assert "CaseClosed" in kinds(told.hear(done(minutes=90), superseded(minutes=30)))
    assert case_of(told).why == "done"


def case_of(told: Told) -> Case:
    (case,) = told.notice.cases.values()
    return case


def _key(sms: Sms) -> tuple[object, ...]:
    return sms.case_id, sms.stage, sms.holder_id, sms.turn


@given(story=st.sampled_from(sorted(STORIES)), data=st.data())
@settings(max_examples=300, deadline=None)
def test_whatever_the_order_everybody_is_told_once_and_nobody_in_vain(story: str, data: st.DataObject) -> None:
    world = World(**STORIES[story])

    _wander(world, data)

    notice = world.told.notice
    assert max(world.taken.values(), default=0) <= 1, "an SMS went to the carrier twice"
    alive = [sms for sms in notice.sms.values() if not sms.came_to_nothing]
    assert max(Counter(map(_key, alive)).values(), default=0) <= 1, "the same word was said twice to one holder"
    tried = [(_key(sms), sms.phone) for sms in notice.sms.values() if sms.status is not SmsStatus.HELD_BACK]
    assert max(Counter(tried).values(), default=0) <= 1, "the same word was sent twice to one number"
    assert not any(sms.unsent for sms in notice.sms.values()), "an SMS has no outcome"
    assert {sms_id: sms.state.value for sms_id, sms in world.outgoing.items()} == {
        sms_id: sms.status.value for sms_id, sms in notice.sms.items()
    }
    _told_as_the_story_ends(story, world)


def _told_as_the_story_ends(story: str, world: World) -> None:
    notice = world.told.notice
    told = {(sms.stage, sms.holder_id) for sms in notice.sms.values() if sms.status is not SmsStatus.HELD_BACK}
    went_out = {
        sms.holder_id for sms in notice.sms.values() if sms.stage != "recall" and sms.status in ("accepted", "unknown")
    }
    recalled = {holder_id for stage, holder_id in told if stage == "recall"}
    match story:
        case "an admission, escalated":
            assert told == {("opened", LIN), ("rung-1", WANG)}
        case "an admission, cancelled":
            assert recalled == went_out
        case "an admission, cancelled and entered again":
            assert ("opened", LIN) in told
        case "a new liaison in mid admission":
            assert told - {("opened", LIN)} == {("opened", ZHAO)}
        case "a wish in mid admission":
            assert {holder_id for _, holder_id in told} == {LIN}
            knows = notice.asked_of(LIN)
            said = [sms for sms in notice.sms.values() if sms.asked == knows and sms.status is not SmsStatus.HELD_BACK]
            assert said and sum(sms.stage.startswith("asked-") for sms in said) <= 1
        case "a new number in mid admission":
            reached = [sms for sms in notice.sms.values() if not sms.came_to_nothing]
            (case,) = notice.cases.values()
            assert told == {("opened", LIN)} and bool(reached) is (case.parked_since is None)
        case "a death":
            assert notice.dead
            assert case_id_of(GREETING) not in world.claimed_of_the_dead, "a greeting was sent to the dead"
        case "a false death, nothing superseded":
            assert told == {("opened", LIN)}
        case "a false death, and its duties":
            greetings = [
                s for s in notice.sms.values() if s.case_id in _standing(world) and s.status is not SmsStatus.HELD_BACK
            ]
            assert greetings and recalled == {
                s.holder_id for s in _of_closed(world) if s.status in ("accepted", "unknown")
            }


def _standing(world: World) -> set[object]:
    return {case.case_id for case in world.told.notice.cases.values() if case.stands}


def _of_closed(world: World) -> list[Sms]:
    return [s for s in world.told.notice.sms.values() if s.case_id not in _standing(world) and s.stage != "recall"]
