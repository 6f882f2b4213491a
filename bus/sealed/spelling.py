"""How a name may be typed by somebody who looks for it: its first characters, its pinyin, its initials."""

import re
from typing import Final, NamedTuple

from bus.sealed.surnames import ONE, TWO

FORMS: Final = ("prefix", "pinyin", "pinyin-prefix", "initials", "initials-prefix")
"""In the order in which what is found by them is shown; what is whole comes before what only begins so."""

_TYPED = re.compile(r"[a-zü:'’ -]+").fullmatch
_HAN: Final = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff\ue000-\uf8ff]")


class Spelling(NamedTuple):
    form: str
    text: str


def spellings(name: str) -> list[Spelling]:
    """Of a name as it is indexed. What has no reading (a private character) is passed over in its pinyin."""
    found = [Spelling("prefix", name[:n]) for n in range(1, len(name))]
    for syllables in readings(name):
        for n in range(1, len(syllables) + 1):
            ends = "" if n == len(syllables) else "-prefix"
            found.append(Spelling(f"pinyin{ends}", _plain("".join(syllables[:n]))))
            found.append(Spelling(f"initials{ends}", "".join(s[0] for s in syllables[:n])))
    return list(dict.fromkeys(found))


def readings(name: str) -> list[tuple[str, ...]]:
    """The surname is read as a surname; where one or two characters may be it, or it has two readings, all of them."""
    found = [(*TWO[name[:2]].split(), *_read(name[2:]))] if name[:2] in TWO else []
    if len(name) == 2 or not found:  # 单于 may be 单 and 于; 单于飞 is hardly 单 and 于飞
        surnames = ONE.get(name[:1], "").split() or ["".join(_read(name[:1]))]
        found += [tuple(filter(None, (surname, *_read(name[1:])))) for surname in surnames]
    return [reading for reading in found if reading]


def typed(text: str) -> list[Spelling]:
    """What letters, or Han characters, that somebody typed may be. Empty = nothing that names are found by."""
    written = text.strip().lower()
    if _HAN.search(written):
        return [Spelling("prefix", "".join(written.split()))]
    if not _TYPED(written):
        return []
    letters = _plain(re.sub(r"[^a-zü:]", "", written))
    forms = FORMS[1:] if " " not in written else FORMS[1:3]
    return [Spelling(form, letters) for form in forms] if letters else []


def _read(text: str) -> tuple[str, ...]:
    """Letters stay as they are written, in small ones."""
    from pypinyin import Style, lazy_pinyin  # its dictionary is large, and only the registry needs it

    return tuple(filter(None, lazy_pinyin(text, style=Style.NORMAL, errors=_letters)))


def _letters(unread: str) -> str:
    return re.sub(r"[^a-z]", "", unread.lower())


def _plain(letters: str) -> str:
    """ü is typed as v, as u: or, in passports, as yu after l and n: one way here, of what is kept and of what is typed."""
    return re.sub(r"(?<=[ln])yu", "v", letters.replace("ü", "v").replace("u:", "v"))
