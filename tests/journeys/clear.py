"""Finds what is personal in heaps of bytes, in every form in which a program may carelessly have left it there."""

import json
import re
from base64 import b64encode
from collections.abc import Iterable
from urllib.parse import quote


def forms(value: str) -> dict[str, bytes]:
    """The value as it would lie there: its encodings, their base64 wherever in a longer text it stood, and escapes."""
    found = {name: value.encode(name) for name in ("utf-8", "gb18030", "utf-16-le", "utf-16-be")}
    for name in ("utf-8", "gb18030"):
        for shift in range(3):
            found[f"{name}, base64 + {shift}"] = _base64(found[name], shift)
    found["hexadecimal"] = found["utf-8"].hex().encode()
    found["escaped"] = json.dumps(value)[1:-1].encode()
    found["percent"] = quote(value).encode()
    return found


def _base64(raw: bytes, shift: int) -> bytes:
    """Only the characters that these bytes alone decide, when `shift` bytes (modulo 3) stood before them."""
    whole = b64encode(bytes(shift) + raw).rstrip(b"=")
    return whole[-(-shift * 8 // 6) : (shift + len(raw)) * 8 // 6]


def found_in(heaps: Iterable[bytes], values: Iterable[str], *patterns: bytes) -> set[tuple[str, str]]:
    """Each value that lies there with the form in which it does; what fits a pattern is found as it is."""
    needles: dict[bytes, tuple[str, str]] = {}
    for value in values:
        for form, needle in forms(value).items():
            needles.setdefault(needle, (value, form))
    found: set[tuple[str, str]] = set()
    for heap in heaps:
        found |= {name for needle, name in needles.items() if name not in found and needle in heap}
        found |= {(match.decode(), "utf-8") for pattern in patterns for match in re.findall(pattern, heap)}
    return found
