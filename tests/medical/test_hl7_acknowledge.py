"""Every message is answered once, with its own control id, in its own charset and delimiters."""

from datetime import datetime
from pathlib import Path

import hl7
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.medical.acknowledge import Outcome, acknowledge
from services.medical.hl7 import SHANGHAI, Flaw, Unreadable, read

NOW = datetime(2026, 11, 22, 10, 0, 1, tzinfo=SHANGHAI)
SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "adt-samples"
FILES = sorted(SAMPLES.rglob("*.hl7"))


def header(version: str = "2.4", modes: str = "|||", marks: str = r"^~\&", type_: str = "ADT^A01") -> str:
    return f"MSH|{marks}|HIS|北京医院|EAI|局|20261122100000||{type_}|40250001|P|{version}|{modes}|CHN|UNICODE UTF-8\r"


def answered(raw: bytes, outcome: Outcome = Outcome.STORED) -> bytes:
    try:
        read(raw)
    except Unreadable as fault:
        return acknowledge(raw, outcome, at=NOW, control_id="B7", fault=fault)
    return acknowledge(raw, outcome, at=NOW, control_id="B7")


def echo_of(raw: bytes) -> bytes:
    """MSH-10 as the simplest of senders finds it: bytes of the first line, cut at the fourth."""
    line = raw.lstrip(b"\xef\xbb\xbf\r\n ").split(b"\r")[0].split(b"\n")[0]
    fields = line.split(line[3:4] or b"|")
    return fields[9] if len(fields) > 9 else b""


def test_a_stored_message_is_accepted_with_the_places_changed() -> None:
    assert answered(header().encode()).decode() == (
        "MSH|^~\\&|EAI|局|HIS|北京医院|20261122100001+0800||ACK^A01^ACK|B7|P|2.4||||||UNICODE UTF-8\rMSA|AA|40250001\r"
    )


@pytest.mark.parametrize(
    ("modes", "code"),
    [
        ("|||", "AA"),
        ("|||AL", "AA"),
        ("||AL|", "CA"),
        ("||AL|AL", "CA"),
        ("||AL|NE", "CA"),
        ("||ER|AL", "CA"),
        ("||NE|AL", "AA"),
        ("||NE|NE", "AA"),
    ],
)
def test_the_enhanced_mode_is_accepted_and_all_others_are_answered(modes: str, code: str) -> None:
    assert f"\rMSA|{code}|40250001\r".encode() in answered(header(modes=modes).encode())


@pytest.mark.parametrize(
    ("version", "type_", "said"),
    [
        ("2.3.1", "ADT^A01", "ACK^A01"),
        ("2.4", "ADT^A03", "ACK^A03^ACK"),
        ("2.10", "ADT^A01^ADT_A01", "ACK^A01^ACK"),
        ("", "ADT^A01", "ACK^A01"),
        ("2.5", "", "ACK"),
        ("x", "ADT", "ACK"),
    ],
)
def test_the_type_names_its_structure_from_2_4_on(version: str, type_: str, said: str) -> None:
    assert answered(header(version, type_=type_).encode()).decode().split("|")[8] == said


def test_a_message_that_cannot_be_read_is_told_what_to_repair_in_both_languages() -> None:
    fault = Unreadable(Flaw.NO_PATIENT, "PID")
    words = "there is no PID segment (PID); 缺少PID段（患者信息）（PID）"

    new, old = (
        acknowledge(header(version).encode(), Outcome.UNREADABLE, at=NOW, control_id="B7", fault=fault).decode()
        for version in ("2.5", "2.4")
    )

    assert new.split("\r")[1:] == [
        f"MSA|AE|40250001|{words}",
        f"ERR||PID^1|100^there is no PID segment^HL70357|E||||{words}",
        "",
    ]
    assert old.split("\r")[2] == "ERR|PID^1^^100&there is no PID segment&HL70357"


def test_words_that_the_charset_of_the_sender_lacks_are_left_out() -> None:
    fault = Unreadable(Flaw.NO_TRIGGER, "MSH-9")
    raw = rb"MSH|^~\&|HIS||||||ADT|1|P|2.5||||||ASCII"

    answer = acknowledge(raw, Outcome.UNREADABLE, at=NOW, control_id="B7", fault=fault)

    assert b"MSA|AE|1|neither the header nor EVN says which event this is (MSH-9)\r" in answer


@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_the_answer_is_in_the_charset_of_the_message(charset: str) -> None:
    assert answered(header().encode(charset)).split(b"|")[3] == "局".encode(charset)


def test_the_answer_uses_the_delimiters_of_the_message() -> None:
    raw = b"MSH$%*/+$HIS$H$EAI$J$2026$$ADT%A01$7$P$2.4\rPID$1"

    assert answered(raw) == b"MSH$%*/+$EAI$J$HIS$H$20261122100001+0800$$ACK%A01%ACK$B7$P$2.4\rMSA$AA$7\r"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"hello",
        b"PID|1||7||||||9|",
        b"FHS|^~\\&|1|2|3|4|5|6|7|8|9\rMSH|^~\\&|",
        b"MSH|^~\\&|A|B",
        b"MSH|^~\\&|||||||ADT^A01|",
        b"\xef\xbb\xbf\r\n MSH|^~\\&|||||||ADT^A01|7^~\\T\\|P",
        b"MSH|^~\\&|||||||ADT^A01|7\nPID|1",
        b"MSH|^~\\&|||||||ADT^A01|\xff\x80\xfe|P",
        "MSH|^~\\&|||||||ADT^A01|东7|P".encode("gb18030"),
    ],
)
def test_the_echo_is_exact_also_of_what_cannot_be_read(raw: bytes) -> None:
    assert answered(raw, Outcome.UNREADABLE).split(b"\r")[1].split(b"|")[2] == echo_of(raw)


def test_every_sample_is_answered_with_its_own_control_id() -> None:
    if not FILES:
        pytest.skip(f"the sample messages are not here: {SAMPLES} is no folder")
    wrong = []

    for path in FILES:
        raw = path.read_bytes()
        answer = hl7.parse(answered(raw).decode(read(raw).charset))
        if str(answer.segment("MSA")[2]).encode() != echo_of(raw):
            wrong.append(path.name)

    assert wrong == []


@given(st.binary(max_size=200) | st.binary(max_size=200).map(b"MSH|^~\\&|".__add__))
def test_any_bytes_get_an_answer_that_does_not_break_the_frame(raw: bytes) -> None:
    answer = answered(raw, Outcome.UNREADABLE)

    assert answer.startswith(b"MSH")
    assert not {0x0B, 0x1C} & set(answer)
