"""What each shipped pack asks after an event, and within what time."""

from dataclasses import replace
from datetime import timedelta

import pytest

from contracts.ids import derived
from services.visits.domain import happened
from services.visits.domain.causes import EVENTS
from services.visits.domain.happenings import Happening
from tests.visits.test_a_year_under_a_pack import NEW_YEAR, in_situation, known
from tests.visits.town import WEDNESDAY, Life, admitted, died, discharged


def raised(pack: str, event: str, of: str = "") -> dict[str, str]:
    """What an event on Wednesday at ten opens for one who lives alone, and within what time."""
    someone = known(pack, category="living-alone")
    if event == "stay-discharged":
        someone.hears(admitted(at=WEDNESDAY), at=WEDNESDAY)
    someone.wakes(WEDNESDAY)
    before = set(someone.care.duties)
    match event:
        case "stay-admitted":
            someone.hears(admitted(at=WEDNESDAY), at=WEDNESDAY)
        case "stay-discharged":
            someone.hears(discharged(at=WEDNESDAY), at=WEDNESDAY)
        case "death-reported":
            someone.hears(died(at=WEDNESDAY), at=WEDNESDAY)
        case "absence-ended":
            _happens(someone, Happening(derived("test"), "absence", "travelling", NEW_YEAR, NEW_YEAR, WEDNESDAY))
        case _:
            _happens(someone, Happening(derived("test"), event, of, WEDNESDAY, WEDNESDAY))
    if event == "post-vacant":
        someone.wakes(WEDNESDAY + timedelta(hours=24))
    new = [duty for id_, duty in someone.care.duties.items() if id_ not in before]
    return {duty.rule: _in_hours(duty.due_at - WEDNESDAY) for duty in new}


def _happens(someone: Life, one: Happening) -> None:
    someone.care = happened.with_happening(someone.care, one)
    someone.wakes(WEDNESDAY)


def _in_hours(time: timedelta) -> str:
    return f"{time / timedelta(hours=1):g}h"


AFTER_AN_EVENT: dict[str, dict[str, dict[str, str]]] = {
    "leling": {
        "stay-admitted": {"hospital-visit-unit": "24h"},
        "stay-discharged": {"discharge-call": "168h"},
        "death-reported": {"death-family-visit": "72h", "survivor-file": "720h"},
        "family-changed": {"family-change-visit": "72h"},
        "hardship-reported": {"hardship-visit": "168h"},
        "class-changed": {"class-changed-plan": "350h"},
        "absence-ended": {"absence-over-call": "48h"},
        "no-answer": {"no-answer": "0.5h"},
        "weather-warned": {"weather-check-alone": "12h"},
    },
    "ningde": {
        "stay-admitted": {"hospital-visit-bureau": "72h", "hospital-visit-unit": "24h"},
        "stay-discharged": {"discharge-call": "168h"},
        "death-reported": {
            "death-family-visit-bureau": "72h",
            "survivor-file": "720h",
            "death-family-visit-unit": "72h",
        },
        "family-changed": {"family-change-visit-bureau": "72h", "family-change-visit-unit": "72h"},
        "hardship-reported": {"hardship-visit-bureau": "168h", "hardship-visit-unit": "168h"},
        "class-changed": {"class-changed-plan": "350h"},
        "absence-ended": {"absence-over-call": "48h"},
        "no-answer": {"no-answer": "0.5h"},
        "notice-unanswered": {"notice-unanswered-bureau": "168h"},
        "weather-warned": {"weather-check-alone": "12h"},
    },
    "shuangta": {
        "stay-admitted": {"hospital-visit-liaison": "24h", "hospital-visit-bureau": "72h"},
        "death-reported": {"death-family-visit": "72h"},
        "family-changed": {"family-change-visit": "72h"},
        "hardship-reported": {"hardship-visit": "168h"},
    },
}


@pytest.mark.parametrize(("pack", "event"), [(pack, event) for pack in AFTER_AN_EVENT for event in EVENTS])
def test_what_an_event_asks_and_within_what_time(pack: str, event: str) -> None:
    assert raised(pack, event) == AFTER_AN_EVENT[pack].get(event, {})


@pytest.mark.parametrize(
    ("pack", "event", "of", "asked"),
    [
        ("leling", "post-vacant", "liaison", {"liaison-vacant": "182h"}),
        ("leling", "post-vacant", "care-adviser", {"team-vacant": "350h"}),
        ("leling", "post-vacant", "volunteer", {"neighbour-vacant": "350h"}),
        ("leling", "post-vacant", "institution-contact", {"team-vacant": "350h"}),
        ("leling", "contact-outcome", "in-hospital", {"said-in-hospital": "72h"}),
        ("leling", "contact-outcome", "refused", {"said-refused": "168h"}),
        ("ningde", "contact-outcome", "in-hospital", {"said-in-hospital": "72h"}),
        ("ningde", "contact-outcome", "refused", {"said-refused": "168h"}),
        ("leling", "class-changed", "relocated", {"class-changed-plan": "350h", "host-area-link": "720h"}),
        ("leling", "notice-issued", "great-visit", {"great-visit": "1440h"}),
        ("leling", "notice-issued", "medal", {"medal-and-letter": "720h"}),
        ("leling", "family-changed", "spouse-died", {"family-change-visit": "72h", "widowed-plan": "350h"}),
        (
            "ningde",
            "family-changed",
            "spouse-died",
            {"family-change-visit-bureau": "72h", "family-change-visit-unit": "72h", "widowed-plan": "350h"},
        ),
        ("ningde", "post-vacant", "liaison", {"liaison-vacant": "182h"}),
        ("ningde", "post-vacant", "family-doctor", {"post-vacant": "350h"}),
        ("ningde", "post-vacant", "volunteer", {"volunteer-vacant": "360h"}),
        ("leling", "contact-outcome", "died", {"said-died": "12h"}),
        ("leling", "contact-outcome", "moved", {"file-outdated": "72h"}),
        ("ningde", "contact-outcome", "died", {"said-died": "12h"}),
        ("ningde", "contact-outcome", "wrong-contact", {"file-outdated": "72h"}),
        ("shuangta", "contact-outcome", "died", {"said-died": "12h"}),
        ("shuangta", "contact-outcome", "moved", {"file-outdated": "72h"}),
        ("shuangta", "contact-outcome", "refused", {}),
        ("ningde", "situation-began", "seriously-ill", {"illness-visit-bureau": "168h", "long-stay-visit": "446h"}),
        ("ningde", "situation-began", "hard-to-move", {}),  # who lives alone is visited each month already
    ],
)
def test_which_of_them_it_is_may_decide_who_is_asked(pack: str, event: str, of: str, asked: dict[str, str]) -> None:
    assert raised(pack, event, of) == asked


@pytest.mark.parametrize(("pack", "due"), [("shuangta", "168h"), ("ningde", "182h"), ("leling", "182h")])
def test_where_a_liaison_is_missing_for_a_day_the_unit_owes_naming_one_and_who_has_one_sooner_is_owed_nothing(
    pack: str, due: str
) -> None:
    """Who is enrolled is without one for a moment: nobody is told of that."""
    soon, late = (known(pack, category="with-relatives") for _ in range(2))
    vacant = Happening(derived("test"), "post-vacant", "liaison", WEDNESDAY, WEDNESDAY)
    for someone in (soon, late):
        _happens(someone, vacant)
    _happens(soon, replace(vacant, until=WEDNESDAY + timedelta(hours=20)))

    for someone in (soon, late):
        someone.wakes(WEDNESDAY + timedelta(hours=24))

    assert "liaison-vacant" not in soon.owed()
    duty = late.the("liaison-vacant")
    assert (duty.party, duty.role, _in_hours(duty.due_at - WEDNESDAY)) == ("unit", "unit-leader", due)


@pytest.mark.parametrize(
    ("pack", "situation", "rules"),
    [
        ("leling", None, {"monthly-care": "check-in", "volunteer-company": "check-in", "home-care-monthly": "phone"}),
        ("ningde", "clinic-area", {"youth-company": "phone", "home-care-monthly": "phone", "clinic-round": "phone"}),
    ],
)
def test_what_is_done_at_home_is_done_otherwise_while_they_are_in_a_ward(
    pack: str, situation: str | None, rules: dict[str, str]
) -> None:
    """The visit goes to the ward; the helper, who would stand before a locked door, rings up (★46)."""
    someone = known(pack, category="living-alone")
    someone = someone if situation is None else in_situation(someone, situation)
    someone.wakes(WEDNESDAY)
    at_home = {rule: someone.owed()[rule].kind for rule in rules}

    someone.hears(admitted(at=WEDNESDAY), at=WEDNESDAY)
    in_ward = {rule: (someone.owed()[rule].kind, someone.owed()[rule].strength) for rule in rules}
    someone.hears(discharged(at=WEDNESDAY + timedelta(hours=5)), at=WEDNESDAY + timedelta(hours=5))

    assert in_ward == {rule: (kind, "phone") for rule, kind in rules.items()}
    assert {duty.strength for duty in someone.open() if duty.rule.startswith("hospital-visit")} == {"in-person"}
    assert {rule: someone.owed()[rule].kind for rule in rules} == at_home
