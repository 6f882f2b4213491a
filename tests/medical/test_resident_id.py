"""A slip of the pen is told from another person; nobody is refused for where they were born."""

import pickle
from datetime import date
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.resident_id import Fault, InvalidResidentId, ResidentId, check_digit, normalised

ZHANG = "99010119380512003X"
WANG = "990101193805120013"


def fault_of(text: str) -> Fault:
    with pytest.raises(InvalidResidentId) as refused:
        ResidentId.read(text)
    return refused.value.fault


@pytest.mark.parametrize(
    "written",
    [
        ZHANG,
        ZHANG.lower(),
        f"  {ZHANG}\t",
        "990101 19380512 003X",
        "９９０１０１１９３８０５１２００３Ｘ",
        "９９０１０１１９３８０５１２００３ｘ",
        "990101380512003",
    ],
)
def test_one_number_in_many_spellings_is_one_resident_id(written: str) -> None:
    assert ResidentId.read(written) == ResidentId(ZHANG)


def test_it_tells_the_birth_date_and_the_sex() -> None:
    read = [ResidentId.read(number) for number in (ZHANG, "990101193805120021", "990101189901010015")]

    assert [(known.birth_date, known.sex) for known in read] == [
        (date(1938, 5, 12), "male"),
        (date(1938, 5, 12), "female"),
        (date(1899, 1, 1), "male"),
    ]


def test_the_county_code_is_never_a_reason_to_refuse() -> None:
    bodies = [f"{county:06d}19380512001" for county in range(0, 1_000_000, 997)]

    assert all(ResidentId.read(body + check_digit(body)).birth_date == date(1938, 5, 12) for body in bodies)


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ("", Fault.LENGTH),
        ("99010119380512003", Fault.LENGTH),
        ("9901011938051200301", Fault.LENGTH),
        ("99010119380512O03X", Fault.CHARACTER),
        ("9901011938051200XX", Fault.CHARACTER),
        ("99010138051200X", Fault.CHARACTER),
        ("九九〇一〇一一九三八〇五一二〇〇三", Fault.LENGTH),
        ("990101193802300013", Fault.DATE),
        ("990101193813010013", Fault.DATE),
        ("990101187912310013", Fault.DATE),
        ("990101210101010013", Fault.DATE),
        ("990101380230001", Fault.DATE),
        ("990101193805120031", Fault.CHECK_DIGIT),
    ],
)
def test_what_is_no_resident_id_is_refused_by_what_is_wrong_with_it(wrong: str, fault: Fault) -> None:
    assert fault_of(wrong) == fault


def test_every_slip_in_one_place_and_every_swap_of_neighbours_is_found() -> None:
    slips = {WANG[:i] + digit + WANG[i + 1 :] for i in range(18) for digit in "0123456789" if digit != WANG[i]}
    swaps = {WANG[:i] + WANG[i + 1] + WANG[i] + WANG[i + 2 :] for i in range(17)} - {WANG}

    assert {fault_of(wrong) for wrong in slips | swaps} <= {Fault.CHECK_DIGIT, Fault.DATE}


def test_a_refusal_says_what_is_wrong_and_never_the_number() -> None:
    with pytest.raises(InvalidResidentId) as refused:
        ResidentId.read("990101193805120031")

    assert str(refused.value) == "the check digit of the resident ID does not fit"
    assert refused.value.chinese == "身份证号校验码不符"
    assert pickle.loads(pickle.dumps(refused.value)).fault == Fault.CHECK_DIGIT


def test_it_prints_as_three_stars() -> None:
    known = ResidentId.read(ZHANG)

    assert [str(known), repr(known), f"{known}", f"{known:>20}", f"{[known]}"] == ["***", "***", "***", "***", "[***]"]


@given(st.text(max_size=24))
def test_any_text_is_a_resident_id_or_a_fault(text: str) -> None:
    try:
        known = ResidentId.read(text)
    except InvalidResidentId:
        return
    assert known.number == normalised(text)


def test_a_hundred_thousand_are_read_in_two_seconds() -> None:
    begun = perf_counter()
    for _ in range(100_000):
        ResidentId.read(ZHANG)

    assert perf_counter() - begun < 2
