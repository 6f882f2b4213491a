"""What charset a message is in is found in its bytes, because MSH-18 lies or is absent."""

import re
from typing import NamedTuple

_BOM = b"\xef\xbb\xbf"
_BLANKS = b"\xef\xbb\xbf\x00\x0b\r\n\t "  # senders put these before MSH
_WIDE = re.compile("[\u0800-\ufffc]")  # takes three bytes in UTF-8; Han does

_CODECS = {
    "ASCII": "ascii",
    "UTF8": "utf-8",
    "UNICODEUTF8": "utf-8",
    # each is read by its superset: names outgrew the table that the sender still declares
    **dict.fromkeys(("GB2312", "GBK", "CP936", "GB18030", "GB180302000", "GB180302005", "GB180302022"), "gb18030"),
    **dict.fromkeys(("BIG5", "BIG52000", "BIG5HKSCS"), "big5hkscs"),
    **{f"8859{n}": f"iso8859-{n}" for n in (*range(1, 12), 13, 14, 15, 16)},
}


class Decoded(NamedTuple):
    """`exact` is False when some bytes could not be read and stand as U+FFFD."""

    text: str
    charset: str
    exact: bool


def codec_named(name: str) -> str | None:
    """The codec that an MSH-18 or an HTTP charset means; None for a name that says nothing, as UNICODE."""
    return _CODECS.get(re.sub("[^A-Z0-9]", "", name.upper()).removeprefix("ISO"))


def decode(raw: bytes, *, told: str | None = None, default: str = "gb18030") -> Decoded:
    """BOM, strict UTF-8, what the transport told or else MSH-18 declares, GB 18030, the default of the source.

    Always before splitting: 464 Han characters have a GBK trail byte that is a delimiter. Never fails.
    A message of pure ASCII comes back as "ascii": only MSH-18 can tell what its hexadecimal escapes mean.
    """
    bare = raw.removeprefix(_BOM)
    try:
        return Decoded(bare.decode("utf-8"), "ascii" if bare.isascii() and bare is raw else "utf-8", exact=True)
    except UnicodeDecodeError:
        pass
    if _is_cut_utf8(bare):
        return Decoded(bare.decode("utf-8", "replace"), "utf-8", exact=False)
    for charset in (codec_named(told or declared(bare)), "gb18030", default):
        try:
            return Decoded(bare.decode(charset or "gb18030"), charset or "gb18030", exact=True)
        except UnicodeDecodeError:
            continue
    return Decoded(bare.decode(default, "replace"), default, exact=False)


def declared(raw: bytes) -> str:
    """MSH-18, first repetition, read before anything is decoded."""
    header = re.split(rb"[\r\n]", raw.lstrip(_BLANKS), maxsplit=1)[0]
    fields = header.split(header[3:4] or b"|")
    return fields[17].split(b"~")[0].decode("latin-1") if len(fields) > 17 else ""


def _is_cut_utf8(raw: bytes) -> bool:
    """UTF-8 with a character cut in two by a narrow column: read as GBK, the half would swallow the next delimiter.

    Real GBK does not look like it: of 40,000 pairs of names at most 16 did, of longer texts none.
    """
    text = raw.decode("utf-8", "replace")
    return len(_WIDE.findall(text)) > text.count("\ufffd")
