"""Only who holds the key of its purpose opens a value, and only as what it was sealed."""

import json
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bus.sealed import BadKeyRing, CannotOpen, CannotSeal, KeyRing, new_demo_ring
from contracts.personal import SEALED, Personal, SealedClinical, SealedContact, SealedIdentity, SealedSms

WANG = UUID("018f5e2a-7c00-7a11-8b22-9900112233aa")
LI = UUID("018f5e2a-7c00-7a11-8b22-9900112233ab")
MESSAGE = UUID("018f5e2a-7c00-7a11-8b22-9900112233ff")
NAME = "王建国"
RESIDENT_ID = "990101193805120013"

DEMO = new_demo_ring(cls.purpose for cls in SEALED)
RING = KeyRing(json.dumps(DEMO))
MISFIT = (
    "the seal does not fit (of another person or kind, made with another key, or tampered with): "
    "purpose identity, key id k1"
)


def ring_with(**changes: object) -> KeyRing:
    return KeyRing(json.dumps({**DEMO, **changes}))


def refusal(attempt: Callable[[], object]) -> str:
    with pytest.raises((CannotOpen, CannotSeal)) as refused:
        attempt()
    told = "".join(traceback.format_exception(refused.value)) + repr(refused.value)
    assert NAME not in told
    assert refused.value.__cause__ is None
    return str(refused.value)


@given(text=st.text(max_size=200), kind=st.text(max_size=20), person=st.uuids(), cls=st.sampled_from(SEALED))
def test_what_was_sealed_opens_again(text: str, kind: str, person: UUID, cls: type[Personal]) -> None:
    sealed = RING.seal(cls, text, kind=kind, person=person)

    assert type(sealed) is cls
    assert RING.open(sealed, kind=kind, person=person) == text
    assert RING.seal(cls, text, kind=kind, person=person) == sealed


@given(content=st.binary(max_size=300), message=st.uuids())
def test_a_raw_message_opens_again_byte_for_byte(content: bytes, message: UUID) -> None:
    sealed = RING.seal_bytes(SealedClinical, content, kind="hl7", message=message)

    assert sealed.startswith(b"v1b.A256GCM.clinical.k1.")
    assert RING.open_bytes(sealed, kind="hl7", message=message) == content


def test_a_raw_message_of_a_megabyte_grows_by_its_head_and_a_block() -> None:
    content = bytes(range(256)) * 4096

    sealed = RING.seal_bytes(SealedClinical, content, kind="hl7", message=MESSAGE)

    assert RING.open_bytes(sealed, kind="hl7", message=MESSAGE) == content
    assert len(sealed) == len("v1b.A256GCM.clinical.k1.") + 12 + len(content) + 32 + 16


def test_the_same_value_makes_another_token_for_another_person_kind_or_purpose() -> None:
    tokens = {
        RING.seal(cls, NAME, kind=kind, person=person).token.rpartition(".")[2]
        for cls in (SealedIdentity, SealedContact)
        for kind in ("name", "known-as")
        for person in (WANG, LI)
    }

    assert len(tokens) == 8


def test_the_length_of_a_token_does_not_tell_names_phones_and_ids_apart() -> None:
    texts = ["", "李四", "买买提·吐尔逊·阿不", "+8619900001234", RESIDENT_ID, "1938-05-12"]

    lengths = {len(RING.seal(SealedIdentity, text, kind="name", person=WANG).token) for text in texts}

    assert lengths == {len("v1.A256GCM.identity.k1.") + 80}


def test_a_value_does_not_open_for_another_person_or_as_another_kind() -> None:
    sealed = RING.seal(SealedIdentity, NAME, kind="name", person=WANG)

    assert refusal(lambda: RING.open(sealed, kind="name", person=LI)) == MISFIT
    assert refusal(lambda: RING.open(sealed, kind="known-as", person=WANG)) == MISFIT


def test_a_value_with_any_character_changed_or_cut_off_does_not_open() -> None:
    token = RING.seal(SealedIdentity, NAME, kind="name", person=WANG).token
    start = token.rindex(".") + 1
    changed = [token[:at] + ("B" if token[at] == "A" else "A") + token[at + 1 :] for at in range(start, len(token))]
    cut = [token[:-less] for less in (1, 2, 3, 4, 42)]

    for broken in map(SealedIdentity, changed + cut):
        assert refusal(partial(RING.open, broken, kind="name", person=WANG)) == MISFIT


def test_a_value_moved_to_another_purpose_does_not_open() -> None:
    token = RING.seal(SealedIdentity, NAME, kind="name", person=WANG).token
    moved = SealedContact(token.replace(".identity.", ".contact."))

    told = refusal(lambda: RING.open(moved, kind="name", person=WANG))

    assert told == MISFIT.replace("identity", "contact")


def test_a_value_sealed_in_a_newer_way_stays_closed_and_says_why() -> None:
    token = RING.seal(SealedIdentity, NAME, kind="name", person=WANG).token
    newer = [SealedIdentity(token.replace(old, new)) for old, new in (("v1", "v2"), ("A256GCM", "SM4GCM"))]

    told = [refusal(partial(RING.open, value, kind="name", person=WANG)) for value in newer]

    assert told == ["sealed in a way unknown here: purpose identity, key id k1"] * 2


def test_text_and_raw_bytes_do_not_pass_for_each_other() -> None:
    raw = RING.seal_bytes(SealedIdentity, NAME.encode(), kind="name", message=WANG)

    assert refusal(lambda: RING.open_bytes(raw.replace(b"v1b.", b"v1.", 1), kind="name", message=WANG)) == (
        "these bytes are not sealed"
    )
    assert refusal(lambda: RING.open_bytes(raw.replace(b"v1b.", b"v2b.", 1), kind="name", message=WANG)) == (
        "sealed in a way unknown here: purpose identity, key id k1"
    )
    assert refusal(lambda: RING.open_bytes(NAME.encode(), kind="name", message=WANG)) == "these bytes are not sealed"
    assert refusal(lambda: RING.open_bytes(raw[:-1], kind="name", message=WANG)) == MISFIT
    assert refusal(lambda: RING.open_bytes(raw[:40], kind="name", message=WANG)) == MISFIT
    assert refusal(lambda: RING.open_bytes(raw, kind="name", message=LI)) == MISFIT


def test_an_old_key_still_opens_and_the_current_one_seals() -> None:
    old = RING.seal(SealedIdentity, NAME, kind="name", person=WANG)
    secrets = {**DEMO["seal"]["identity"]["keys"], "k2": new_demo_ring([])["token"]}
    turned = ring_with(seal={"identity": {"current": "k2", "keys": secrets}})

    new = turned.seal(SealedIdentity, NAME, kind="name", person=WANG)

    assert turned.open(old, kind="name", person=WANG) == turned.open(new, kind="name", person=WANG) == NAME
    assert (old.token.split(".")[3], new.token.split(".")[3]) == ("k1", "k2")
    assert refusal(lambda: RING.open(new, kind="name", person=WANG)) == "no key for purpose identity, key id k2"


def test_who_sends_sms_opens_number_and_text_and_no_file() -> None:
    gateway = ring_with(seal={"sms": DEMO["seal"]["sms"]})
    number = RING.seal(SealedSms, "+8619900001234", kind="sms-phone", person=MESSAGE)
    name = RING.seal(SealedIdentity, NAME, kind="name", person=WANG)
    ward = RING.seal_bytes(SealedClinical, NAME.encode(), kind="hl7", message=MESSAGE)

    assert gateway.open(number, kind="sms-phone", person=MESSAGE) == "+8619900001234"
    assert refusal(lambda: gateway.open(name, kind="name", person=WANG)) == "no key for purpose identity, key id k1"
    assert refusal(lambda: gateway.open_bytes(ward, kind="hl7", message=MESSAGE)) == (
        "no key for purpose clinical, key id k1"
    )
    assert refusal(lambda: gateway.seal(SealedIdentity, NAME, kind="name", person=WANG)) == (
        "no key for purpose identity"
    )


def test_half_a_character_is_refused_without_the_rest_of_the_text() -> None:
    told = refusal(lambda: RING.seal(SealedIdentity, f"{NAME}\ud842", kind="name", person=WANG))

    assert told == "not Unicode text (half a character): purpose identity"


def test_a_ring_says_whether_it_is_a_demo_ring_and_shows_no_secret(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    file.write_text(json.dumps({**DEMO, "demo": False}))

    ring = KeyRing.read(file)

    assert (ring.demo, RING.demo, len(ring.token_key)) == (False, True, 32)
    assert not any(secret in repr(ring) + repr(ring.index) for secret in (DEMO["token"], repr(ring.token_key)))


def test_a_ring_file_is_refused_with_all_its_mistakes_and_none_of_its_secrets() -> None:
    secret = str(DEMO["token"])
    wrong = {
        "demo": "no",
        "token": secret[:20],
        "indx": secret,
        "seal": {
            "identty": {"current": "k1", "keys": {"k1": secret}},
            "contact": {"current": "k2", "keys": {"k1": DEMO["index"]}},
            "clinical": {"current": "k1", "keys": {"k1": f"{secret[:20]} {secret[20:]}"}},
            "sms": {"current": "k1", "keys": {"k.1": DEMO["index"], secret: "k1"}},
        },
    }

    with pytest.raises(BadKeyRing) as refused:
        KeyRing(json.dumps(wrong))

    assert str(refused.value).split("; ") == [
        "demo: Input should be a valid boolean",
        "token: must be base64 of exactly 32 bytes",
        "seal.identty: no such purpose",
        "seal.contact: current names none of the keys",
        "seal.clinical.keys.k1: must be base64 of exactly 32 bytes",
        "seal.sms.keys.k.1: String should match pattern '^[A-Za-z0-9_-]{1,32}$'",
        "seal.sms.keys.…: String should match pattern '^[A-Za-z0-9_-]{1,32}$'",
        "seal.sms.keys.…: must be base64 of exactly 32 bytes",
        "indx: Extra inputs are not permitted",
    ]
    assert "Invalid JSON" in _mistake(lambda: KeyRing(json.dumps(DEMO)[:-9]))


def test_one_secret_in_two_places_is_refused() -> None:
    assert _mistake(lambda: ring_with(index=DEMO["token"])) == "one secret stands in two places"
    assert _mistake(lambda: ring_with(seal={"sms": {"current": "a", "keys": {"a": DEMO["index"]}}})) == (
        "one secret stands in two places"
    )


def test_a_ring_without_an_index_key_says_so_when_it_is_asked_for() -> None:
    assert _mistake(lambda: ring_with(index=None).index) == "index: missing"


def test_a_ring_that_is_not_there_is_named(tmp_path: Path) -> None:
    file = tmp_path / "none.json"

    assert _mistake(lambda: KeyRing.read(file)) == f"{file}: No such file or directory"


def _mistake(attempt: Callable[[], object]) -> str:
    with pytest.raises(BadKeyRing) as refused:
        attempt()
    return str(refused.value)
