"""docs/sealing.md is enough to seal and open: what is written from it alone agrees with the code on every vector."""

import base64
import hmac
import json
import re
import unicodedata
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bus.sealed import CannotOpen, KeyRing
from contracts.personal import SEALED, Personal

DOCS = Path(__file__).parents[2] / "docs"
VECTORS: dict[str, Any] = json.loads((DOCS / "sealing-vectors.json").read_text())
RING = KeyRing(json.dumps(VECTORS["key_ring"]))
CLASS = {cls.purpose: cls for cls in SEALED}


def hmac256(key: bytes, data: bytes) -> bytes:
    return hmac.new(key, data, "sha256").digest()


def hkdf(secret: bytes, info: str) -> bytes:
    return hmac256(hmac256(bytes(32), secret), info.encode() + b"\x01")


def framed(*parts: bytes) -> bytes:
    out = bytearray()
    for part in parts:
        out += len(part).to_bytes(4, "big")
        out += part
    return bytes(out)


def steps(head: str, kind: str, bound_to: str, plaintext: bytes) -> dict[str, bytes]:
    """Section "To seal", step by step."""
    _, algorithm, purpose, key_id, _ = head.split(".")
    secret = base64.b64decode(VECTORS["key_ring"]["seal"][purpose]["keys"][key_id])
    use = f"bifang seal v1 {algorithm} {purpose} {key_id}"
    key, nonce_key = hkdf(secret, f"{use} encryption"), hkdf(secret, f"{use} nonce")
    aad = framed(head.encode(), kind.encode(), bytes.fromhex(bound_to.replace("-", "")))
    padded = plaintext + b"\x80"
    while len(padded) % 32:
        padded += b"\0"
    nonce = hmac256(nonce_key, framed(aad) + padded)[:12]
    gcm = Cipher(algorithms.AES(key), modes.GCM(nonce)).encryptor()
    gcm.authenticate_additional_data(aad)
    ciphertext = gcm.update(padded) + gcm.finalize()
    made = {"secret": secret, "encryption_key": key, "nonce_key": nonce_key, "aad": aad, "padded": padded}
    return made | {"nonce": nonce, "ciphertext": ciphertext, "tag": gcm.tag}


def sealed(head: str, kind: str, bound_to: str, plaintext: bytes) -> bytes:
    made = steps(head, kind, bound_to, plaintext)
    return made["nonce"] + made["ciphertext"] + made["tag"]


def opened(head: str, kind: str, bound_to: str, body: bytes) -> bytes:
    """Section "To open", from the secret on."""
    version, algorithm, purpose, key_id, _ = head.split(".")
    keys = VECTORS["key_ring"]["seal"].get(purpose, {"keys": {}})["keys"]
    if version not in ("v1", "v1b") or algorithm != "A256GCM" or key_id not in keys or len(body) < 28:
        raise ValueError("refused")
    key = hkdf(base64.b64decode(keys[key_id]), f"bifang seal v1 {algorithm} {purpose} {key_id} encryption")
    gcm = Cipher(algorithms.AES(key), modes.GCM(body[:12], body[-16:])).decryptor()
    gcm.authenticate_additional_data(framed(head.encode(), kind.encode(), UUID(bound_to).bytes))
    padded = gcm.update(body[12:-16]) + gcm.finalize()
    end = padded.rindex(b"\x80")
    if padded[end + 1 :].strip(b"\0"):
        raise ValueError("refused")
    return padded[:end]


def opened_token(vector: dict[str, str]) -> str:
    head, dot, body = vector["token"].rpartition(".")
    raw = base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
    if base64.b64encode(raw, altchars=b"-_").decode().rstrip("=") != body:
        raise ValueError("refused")
    return opened(head + dot, vector["kind"], vector["bound_to"], raw).decode()


def index(form: str, kind: str, text: str) -> str:
    key = base64.b64decode(VECTORS["key_ring"]["index"])
    made = bytearray(hmac256(key, framed(form.encode(), kind.encode(), text.encode())))
    made[6], made[8] = made[6] & 0x0F | 0x80, made[8] & 0x3F | 0x80
    return str(UUID(bytes=bytes(made[:16])))


def ring_that_seals_with(vector: dict[str, str]) -> KeyRing:
    ring = json.loads(json.dumps(VECTORS["key_ring"]))
    ring["seal"][vector["purpose"]]["current"] = vector["key_id"]
    return KeyRing(json.dumps(ring))


def value(vector: dict[str, str]) -> Personal:
    return CLASS[vector["token"].split(".")[2]](vector["token"])


@pytest.mark.parametrize("vector", VECTORS["seals"], ids=lambda v: v.get("about", v["kind"]))
def test_the_code_and_the_document_seal_and_open_alike(vector: dict[str, str]) -> None:
    cls, text, kind, person = CLASS[vector["purpose"]], vector["plaintext"], vector["kind"], UUID(vector["bound_to"])
    head = vector["token"][: vector["token"].rindex(".") + 1]

    by_document = base64.urlsafe_b64encode(sealed(head, kind, vector["bound_to"], text.encode())).decode().rstrip("=")

    assert ring_that_seals_with(vector).seal(cls, text, kind=kind, person=person).token == vector["token"]
    assert head + by_document == vector["token"]
    assert (RING.open(value(vector), kind=kind, person=person), opened_token(vector)) == (text, text)


@pytest.mark.parametrize("vector", VECTORS["must_not_open"], ids=lambda v: v["about"])
def test_neither_opens_what_must_stay_closed(vector: dict[str, str]) -> None:
    with pytest.raises(CannotOpen):
        RING.open(value(vector), kind=vector["kind"], person=UUID(vector["bound_to"]))
    with pytest.raises((ValueError, InvalidTag)):
        opened_token(vector)


@pytest.mark.parametrize("vector", VECTORS["are_no_seals"], ids=lambda v: v["about"])
def test_what_is_no_seal_is_not_carried(vector: dict[str, str]) -> None:
    for cls in SEALED:
        with pytest.raises(ValueError, match=f"^not a sealed value for {cls.purpose}$"):
            cls(vector["token"])


@pytest.mark.parametrize("vector", VECTORS["raw"], ids=lambda v: v["kind"])
def test_raw_bytes_are_sealed_and_opened_alike(vector: dict[str, str]) -> None:
    plaintext, whole = base64.b64decode(vector["plaintext_base64"]), base64.b64decode(vector["sealed_base64"])
    cls, kind, message = CLASS[vector["purpose"]], vector["kind"], UUID(vector["bound_to"])
    head = f"v1b.A256GCM.{vector['purpose']}.{vector['key_id']}."

    assert RING.seal_bytes(cls, plaintext, kind=kind, message=message) == whole
    assert head.encode() + sealed(head, kind, vector["bound_to"], plaintext) == whole
    assert RING.open_bytes(whole, kind=kind, message=message) == plaintext
    assert opened(head, kind, vector["bound_to"], whole[len(head) :]) == plaintext


def test_the_indexes_are_made_alike() -> None:
    for vector in VECTORS["indexes"]:
        kind, given, written = vector["kind"], vector["value"], vector["written"]
        assert str(RING.index.whole(kind, given)) == index("whole", kind, written) == vector["index"]
        assert kind != "name" or _name_as_documented(given) == written
    known, wildcards = VECTORS["wildcards"]["resident_id"], VECTORS["wildcards"]["indexes"]
    assert [str(wildcard) for wildcard in RING.index.wildcards(known)] == wildcards
    assert [index("wildcard", "resident-id", known[:i] + "*" + known[i + 1 :]) for i in range(18)] == wildcards


@pytest.mark.parametrize("vector", VECTORS["must_not_be_indexed"], ids=lambda v: v["kind"])
def test_what_must_not_be_indexed_is_refused(vector: dict[str, str]) -> None:
    with pytest.raises(ValueError):
        RING.index.whole(vector["kind"], vector["value"])


def test_the_worked_example_of_the_document_is_what_happens() -> None:
    example = dict(VECTORS["worked_example"])
    token = example.pop("of")
    document = (DOCS / "sealing.md").read_text()

    made = steps(token[: token.rindex(".") + 1], "name", "018f5e2a-7c00-7a11-8b22-9900112233aa", "王建国".encode())

    assert {step: made[step].hex() for step in made} == example
    assert token in document
    for step in ("encryption_key", "nonce_key", "ciphertext", "tag"):
        assert f"`{example[step][:8]}…{example[step][-6:]}`" in document
    assert f"`{example['nonce']}`" in document


def _name_as_documented(name: str) -> str:
    document = (DOCS / "sealing.md").read_text()
    dots = re.search(r"\(U\+([0-9A-F ]+)\)", document)
    assert dots is not None
    removed = {chr(int(code, 16)) for code in dots[1].split()}
    kept = (c for c in unicodedata.normalize("NFKC", name) if c not in removed)
    return "".join(c for c in kept if unicodedata.category(c) not in {"Zs", "Zl", "Zp", "Cc", "Cf", "Cs"})
