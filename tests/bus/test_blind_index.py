"""A person is found again by what they are called, without anybody reading it."""

import json
from uuid import RFC_4122, UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bus.sealed import BlindIndex, KeyRing, new_demo_ring
from contracts.resident_id import check_digit

INDEX = BlindIndex(bytes(range(32)))
RESIDENT_ID = "99010119380512003X"


def test_one_name_is_found_however_it_was_spaced_and_dotted() -> None:
    spellings = ["买买提·吐尔逊", "买买提•吐尔逊", "买买提．吐尔逊", " 买买提 吐尔逊\u3000", "\ufeff买买提・吐尔逊\n"]

    assert {INDEX.whole("name", spelling) for spelling in spellings} == {INDEX.whole("name", "买买提吐尔逊")}


def test_names_that_differ_in_a_rare_character_are_two_names() -> None:
    private, other, newer = "\ue81d", "\ue81e", "\U000323b5"  # the last is in no Unicode of this Python
    names = ["王一", f"王{private}一", f"王{other}一", f"王{newer}一", "王"]

    assert len({INDEX.whole("name", name) for name in names}) == 5


def test_an_index_is_a_uuid_of_version_8_that_only_the_index_key_makes() -> None:
    one, other = (KeyRing(json.dumps(new_demo_ring([]))).index for _ in range(2))

    found = one.whole("phone", "+8619900001234")

    assert (type(found), found.version, found.variant) == (UUID, 8, RFC_4122)
    assert one.whole("phone", "+8619900001234") == found
    assert other.whole("phone", "+8619900001234") != found


def test_two_kinds_never_share_an_index() -> None:
    assert INDEX.whole("name", "1938-05-12") != INDEX.whole("birth-date", "1938-05-12")
    assert INDEX.whole("resident-id", RESIDENT_ID) not in INDEX.wildcards(RESIDENT_ID)


@given(place=st.integers(0, 16), digit=st.sampled_from("0123456789"))
def test_a_resident_id_with_one_place_misread_shares_exactly_one_wildcard(place: int, digit: str) -> None:
    misread = RESIDENT_ID[:place] + digit + RESIDENT_ID[place + 1 :]

    shared = set(INDEX.wildcards(RESIDENT_ID)) & set(INDEX.wildcards(misread))

    assert len(set(INDEX.wildcards(RESIDENT_ID))) == 18
    assert len(shared) == (18 if misread == RESIDENT_ID else 1)
    assert INDEX.wildcards(misread)[place] in shared


def test_two_places_misread_share_no_wildcard() -> None:
    misread = "88" + RESIDENT_ID[2:]

    assert not set(INDEX.wildcards(RESIDENT_ID)) & set(INDEX.wildcards(misread))


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("phone", "19900001234"),
        ("phone", "+86 199 0000 1234"),
        ("phone", "+8619900001234\n"),
        ("phone", "+86１9900001234"),
        ("resident-id", RESIDENT_ID.lower()),
        ("resident-id", "990101380512003"),
        ("birth-date", "19380512"),
        ("name", " · "),
        ("name", "\ud842"),
        ("nickname", "19900001234"),
        ("19900001234", "phone"),
    ],
)
def test_what_is_not_in_its_form_is_refused_and_not_quoted(kind: str, value: str) -> None:
    with pytest.raises(ValueError) as refused:
        INDEX.whole(kind, value)

    assert str(refused.value) in {
        f"not in the form in which a {kind} is indexed",
        "an index is of one of: resident-id, phone, birth-date, name, ward, note",
    }
    assert "1990" not in str(refused.value)


def test_two_proved_resident_ids_of_which_one_digit_was_misread_share_one_index() -> None:
    number = "990101193805120013"
    for digit in "023456789":
        body = number[:16] + digit
        proved = body + check_digit(body)
        assert proved[17] != number[17], "the check digit tells every slip"
        assert len(set(INDEX.misread(number)) & set(INDEX.misread(proved))) == 1
    two_places = "99010119380512103" + check_digit("99010119380512103")

    assert not set(INDEX.misread(number)) & set(INDEX.misread(two_places))
    assert len(set(INDEX.misread(number)) - set(INDEX.wildcards(number))) == 17


def test_a_resident_id_not_in_its_form_has_no_wildcards() -> None:
    with pytest.raises(ValueError, match=r"^not in the form in which a resident-id is indexed$"):
        INDEX.wildcards("99010119380512003")
