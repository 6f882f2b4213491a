"""Who a message speaks of: numbers, names, and whether the person has died."""

from datetime import datetime

import pytest

from contracts.resident_id import Fault, ResidentId
from services.medical.adt import SourceProfile
from services.medical.patient import Identifier
from tests.medical.messages import TEN, ZHANG, said


def test_the_visit_card_is_never_taken_for_the_resident_id() -> None:
    told = said(pid={3: f"{ZHANG}^^^^IDCard~^^^^IdentifyNO"})

    assert (told.resident_id_claims, told.identifiers) == ((), (Identifier("IDCard", ZHANG),))


def test_a_source_may_call_the_resident_id_what_it_likes() -> None:
    profile = SourceProfile(resident_id_types=frozenset({"身份证"}))

    assert said(pid={3: f"{ZHANG}^^^身份证"}, profile=profile).resident_id == ResidentId(ZHANG)


def test_an_older_feed_has_the_resident_id_in_pid_19() -> None:
    told = said(pid={3: "263656", 19: ZHANG.lower()})

    assert (told.resident_id, told.identifiers) == (ResidentId(ZHANG), (Identifier("", "263656"),))


def test_a_resident_id_that_fails_its_check_is_kept_with_its_fault() -> None:
    told = said(pid={3: "990101193805120030^^^^IdentifyNO~3^^^^IdentifyNO"})

    assert [(claim.text, claim.id, claim.fault) for claim in told.resident_id_claims] == [
        ("990101193805120030", None, Fault.CHECK_DIGIT),
        ("3", None, Fault.LENGTH),
    ]
    assert told.resident_id is None


def test_two_different_resident_ids_are_none() -> None:
    twice, other = (
        {3: f"{ZHANG}^^^^IdentifyNO", 19: ZHANG},
        {3: f"{ZHANG}^^^^IdentifyNO", 19: "990101193805120021"},
    )

    assert said(pid=twice).resident_id == ResidentId(ZHANG)
    assert said(pid=other).resident_id is None


@pytest.mark.parametrize(
    ("sent", "name", "romanised"),
    [
        ("张三测", "张三测", ""),
        ("张三测^^^^^1", "张三测", ""),
        ("张^珅", "张珅", ""),
        ("欧阳^玕", "欧阳玕", ""),
        ("張三測^zhangsance", "張三測", "zhangsance"),
        ("Zhang^San~张^三", "张三", ""),
        ("zhangsan^张三", "张三", "zhangsan"),
        ("司马&x^䶮", "司马䶮", ""),
        ("𠮷^田", "𠮷田", ""),
        ("阿不都·热合曼", "阿不都·热合曼", ""),
        (r"\XE5BCA0\^三", "张三", ""),
        ('张三^""', "张三", ""),
        ("DOE^JANE^A^^MS", "DOE JANE A", ""),
        ('""', "", ""),
        ("^^^^L~^^^^S", "", ""),
    ],
)
def test_a_name_is_put_together_from_its_parts(sent: str, name: str, romanised: str) -> None:
    told = said(pid={5: sent})

    assert (told.name, told.romanised_name) == (name, romanised)


@pytest.mark.parametrize(
    ("at", "flag", "died", "died_at"),
    [
        ("", "", None, None),
        ("20261122100000", "Y", True, TEN),
        ("20261122100000", "", True, TEN),
        ("", "DECEASED", True, None),
        ("", "是", True, None),
        ("", "y^是", True, None),
        ("", "N", False, None),
        ("", "否", False, None),
        ('""', '""', False, None),
        ("20261122100000", "N", False, None),
        ('""', "", None, None),
        ("20261122100000", "PV1", None, None),
        ("9999", "", None, None),
    ],
)
def test_a_death_is_said_taken_back_or_not_mentioned(
    at: str, flag: str, died: bool | None, died_at: datetime | None
) -> None:
    told = said("A03", pid={29: at, 30: flag})

    assert (told.died, told.died_at) == (died, died_at)


def test_a_reading_prints_nothing_about_the_person() -> None:
    told = said(pid={7: "19380512", 30: "Y"}, pv1={3: "心内科", 19: "V7"})

    printed = repr(told)

    assert not [secret for secret in ("张三", ZHANG, "1938", "心内", "V7", "300001", "died") if secret in printed]
    assert repr(told.resident_id_claims) == "(ResidentIdClaim(place='PID-3', id=***, fault=None),)"
