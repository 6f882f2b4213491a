"""Bytes become text before anything is split, whatever the header says about them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.medical.hl7 import decode, header_of, read

NAMES = "東區珅昞玕晐"
"""Each has a second GBK byte that is a delimiter of HL7 (the test below proves it)."""


def message(charset: str, declared: str = "", name: str = NAMES) -> bytes:
    text = f"MSH|^~\\&|HIS||||20261122||ADT^A01|1|P|2.4||||||{declared}\rPID|1||7||{name}^{name}||1938\r"
    return text.encode(charset)


def test_the_names_hold_bytes_that_look_like_delimiters() -> None:
    assert {name.encode("gb18030")[1:] for name in NAMES} <= {b"|", b"^", b"~", b"\\"}


@pytest.mark.parametrize(
    "declared", ["", "UNICODE UTF-8", "UNICODE", "ASCII", "GB 18030-2000", "GB2312", "8859/15~x", "?"]
)
@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig"])
def test_utf_8_is_read_as_utf_8_whatever_the_header_says(charset: str, declared: str) -> None:
    heard = read(message(charset, declared))

    assert (heard["PID-5.1"], heard["PID-5.2"], heard["PID-7"], heard.charset) == (NAMES, NAMES, "1938", "utf-8")


@pytest.mark.parametrize("declared", ["", "UNICODE UTF-8", "UNICODE", "ASCII", "GB 18030-2000", "GB2312", "gbk", "?"])
def test_gb_18030_keeps_its_fields_where_they_are(declared: str) -> None:
    heard = read(message("gb18030", declared))

    assert (heard["PID-5.1"], heard["PID-5.2"], heard["PID-7"], heard.charset) == (NAMES, NAMES, "1938", "gb18030")


def test_a_declared_charset_that_can_be_right_is_believed() -> None:
    assert decode(message("big5", "BIG-5", "張東")).charset == "big5hkscs"
    assert read(message("latin-1", "8859/1", "Müller"))["PID-5.1"] == "Müller"


def test_what_the_transport_tells_outranks_the_header() -> None:
    assert decode(message("big5", "GB2312", "張東"), told="Big5").charset == "big5hkscs"


def test_what_nothing_explains_is_read_by_the_default_of_the_source() -> None:
    raw = message("latin-1", "", "Ren\xff")  # FF opens no character of UTF-8 or GB 18030

    assert decode(raw, default="latin-1").text.encode("latin-1") == raw
    assert (decode(raw).charset, decode(raw).exact) == ("gb18030", False)


def test_a_character_cut_in_two_does_not_swallow_the_delimiter_behind_it() -> None:
    raw = message("utf-8", "", "张三测").replace("测".encode(), "测".encode()[:2])

    heard = read(raw)

    assert (heard["PID-5.1"], heard["PID-7"], heard.charset, heard.exact) == ("张三\ufffd", "1938", "utf-8", False)


def test_a_header_is_read_so_that_it_can_be_given_back_byte_for_byte() -> None:
    for raw in (message("gb18030"), message("utf-8"), message("latin-1", "", "Ren\xff"), b"MSH|^~\\&|\xff\xfe|\x81"):
        header = header_of(raw)
        first_line = raw.split(b"\r")[0]

        assert "|".join(header.fields).encode(header.charset) == first_line


def test_a_message_of_plain_ascii_has_the_charset_it_declares() -> None:
    declared = ["GB18030", "UNICODE UTF-8", "", "UNICODE"]

    charsets = [read(message("ascii", name, "Wang")).charset for name in declared]

    assert charsets == ["gb18030", "utf-8", "utf-8", "utf-8"]


@given(st.binary(max_size=200), st.sampled_from(["gb18030", "latin-1", "utf-8"]))
def test_no_bytes_are_too_strange_to_decode(raw: bytes, default: str) -> None:
    decoded = decode(raw, default=default)

    assert not decoded.exact or decoded.text.encode(decoded.charset) == raw.removeprefix(b"\xef\xbb\xbf")


@given(st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=60))
def test_twins_in_two_charsets_are_one_text(name: str) -> None:
    twins = [decode(message(charset, "", "测试的很长的名字" + name)).text for charset in ("utf-8", "gb18030")]

    assert twins[0] == twins[1]
