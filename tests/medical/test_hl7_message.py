"""A message is read as it was meant, however sloppily it was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.medical.hl7 import DELETED, Flaw, Message, Unreadable, escape, header_of, read
from services.medical.hl7.escapes import Delimiters

HEADER = r"MSH|^~\&|HIS|北京医院|EAI||20261122100000||ADT^A01|40250001|P|2.4"


def heard(*segments: str, end: str = "\r", header: str = HEADER) -> Message:
    return read(end.join([header, *segments, ""]).encode())


def test_a_place_is_read_by_its_name() -> None:
    message = heard("EVN|A01", "PID|1||1^^^H&9.8^PI~2^^^^YB||张^三")

    places = ["MSH-1", "MSH-2", "MSH-4", "MSH-9.2", "PID-3", "PID-3.4", "PID-3.4.2", "PID-3(2).5", "PID-5.2", "EVN-1"]

    assert [message[place] for place in places] == [
        *["|", r"^~\&", "北京医院", "A01", "1^^^H&9.8^PI", "H&9.8", "9.8", "YB", "三", "A01"]
    ]


def test_what_is_absent_is_empty_and_what_was_deleted_says_so() -> None:
    message = heard('PID|1||""')

    assert [message[place] for place in ("PID-3", "PID-2", "PID-99", "PV1-3", "PID-3(4).2.1")] == [
        DELETED,
        "",
        "",
        "",
        "",
    ]
    assert message.repeats("PID", 2) == []
    assert ("PID" in message, "PV1" in message) == (True, False)


def test_a_segment_can_come_twice() -> None:
    message = heard("PID|1||A", "PV1|1|I", "PID|2||B", "PV1|1|I")

    assert [fields[3] for fields in message.segments("PID")] == ["A", "B"]
    assert message["PID-3"] == "A"


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n", "\r\r\n", "\n\n"])
def test_segments_may_end_in_any_line_end(end: str) -> None:
    message = heard("PID|1||7", "PV1|1|I", end=end)

    assert (message["MSH-12"], message["PID-3"], message["PV1-2"]) == ("2.4", "7", "I")


def test_a_line_break_pasted_into_a_text_ends_nothing() -> None:
    assert heard("PID|1||7", "NTE|1||胸痛\n三天|x", "PV1|1|I")["NTE-4"] == "x"


@pytest.mark.parametrize("before", ["\ufeff", "\r\n", " ", "\x0b", "\x00\x00"])
def test_blanks_before_the_header_are_forgiven(before: str) -> None:
    assert heard(header=before + HEADER)["MSH-10"] == "40250001"


def test_the_delimiters_are_the_ones_the_message_names() -> None:
    message = read(b"MSH$%*/+$HIS$$$$2026$$ADT%A01$7\rPID$1$$1%%%H+9*2$$a/F/b/S/c/T/d/R/e/E/f")

    assert [message[p] for p in ("MSH-9.2", "PID-3.4.2", "PID-3(2)", "PID-5")] == ["A01", "9", "2", "a$b%c+d*e/f"]


def test_an_escape_named_twice_and_a_short_msh_2_are_understood() -> None:
    assert heard(r"PID|1||1&2||A\T\B", header=r"MSH|^~\\&|HIS")["PID-3.1.2"] == "2"
    assert heard(r"PID|1||1&2~3||A\T\B", header="MSH|^|HIS")["PID-3(2)"] == "3"
    assert heard(r"PID|1||1&2~3||A\T\B", header="MSH||HIS")["PID-5"] == "A&B"


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        (r"\F\\S\\T\\R\\E\ ", r"|^&~\ "),
        (r"\XE5BCA0\三", "张三"),
        (r"\XE5\\XBC\\XA0\三", "张三"),
        (r"\X0D\\X0A\ ", "\r\n "),
        (r"\XE5\三", "\ufffd三"),
        (r"胸痛\.br\三天\.sp2\后", "胸痛\n三天\n后"),
        (r"\H\急\N\诊\.ti-3\\C2842\\M284202\\Z01\ ", "急诊 "),
        (r"C:\temp\x", r"C:\temp\x"),
        (r"50\ %", r"50\ %"),
        (r"\XZZ\ ", r"\XZZ\ "),
        ("\\", "\\"),
    ],
)
def test_escapes_mean_what_the_sender_meant(sent: str, meant: str) -> None:
    assert heard(f"NTE|1||{sent}|")["NTE-3"] == meant


def test_hexadecimal_escapes_are_in_the_charset_of_the_message() -> None:
    header = r"MSH|^~\&|HIS||||20261122||ADT^A01|1|P|2.4||||||GB 18030-2000"

    assert heard(r"PID|1||||\XD5C5\\XAB7C\|", header=header)["PID-5"] == "张珅"


@pytest.mark.parametrize(
    ("raw", "flaw", "words"),
    [
        (b"", Flaw.NO_HEADER, "the message does not begin with MSH (MSH)"),
        (b"PID|1||7", Flaw.NO_HEADER, "the message does not begin with MSH (MSH)"),
        (b"FHS|^~\\&|HIS\rMSH|^~\\&|HIS", Flaw.NO_HEADER, "the message does not begin with MSH (MSH)"),
        (b"MSH", Flaw.NO_DELIMITERS, "the header does not say what separates its fields (MSH-1)"),
        (b"MSH\r|^", Flaw.NO_DELIMITERS, "the header does not say what separates its fields (MSH-1)"),
        (b"MSHX^~", Flaw.NO_DELIMITERS, "the header does not say what separates its fields (MSH-1)"),
    ],
)
def test_what_cannot_be_read_says_what_is_wrong_and_where(raw: bytes, flaw: Flaw, words: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(raw)

    assert (refused.value.flaw, str(refused.value)) == (flaw, words)
    assert refused.value.chinese.startswith("消息")


def test_a_message_prints_nothing_of_what_it_says() -> None:
    assert repr(heard("PID|1||7||张三")) == "<Message of 87 bytes>"


def test_a_place_that_cannot_be_is_a_mistake_of_the_programmer() -> None:
    with pytest.raises(ValueError, match="names no place"):
        heard()["PID.3"]


@given(st.text(max_size=40))
def test_what_was_escaped_is_read_as_it_was(text: str) -> None:
    marks = Delimiters()
    plain = "".join(c for c in text if c not in "\r\n\x0b\x1c").encode("utf-8", "ignore").decode()

    assert heard(f"NTE|1||{escape(plain, marks)}|x")["NTE-3"] == plain


SOUP = st.lists(
    st.sampled_from([b"MSH", b"|", b"^~\\&", b"PID", b"\r", b"\n", b"\\X", b"\\", b"ADT^A01", b"\xe5\xbc", b'""'])
)


@given(SOUP.map(b"".join) | st.binary(max_size=300) | st.binary(max_size=300).map(b"MSH|^~\\&|".__add__))
def test_rubbish_is_read_or_refused_and_nothing_else(raw: bytes) -> None:
    header_of(raw)
    try:
        message = read(raw)
    except Unreadable:
        return
    for place in ("MSH-2", "MSH-9.2", "MSH-18", "PID-3(2).4.2", "PID-5", "EVN-1"):
        assert isinstance(message[place], str)
