"""The codes that may come in at the doors: those of the city's pack, each refused with all that may be said instead."""

import re
from collections.abc import Callable, Mapping
from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from bus.pack import Words
from services.registry import city

_WELL_FORMED = re.compile(r"[a-z][a-z0-9-]{0,49}").fullmatch


def _well_formed(given: str) -> str:
    if not _WELL_FORMED(given):
        raise PydanticCustomError("code", "应为小写字母开头的代码，如 home-visit")
    return given


def _one_of(named: Callable[[Words], Mapping[str, str]]) -> AfterValidator:
    """`named`: the codes that may be said here, each with its Chinese name."""

    def check(given: str) -> str:
        names = named(city.words())
        if given not in names:
            known = "、".join(f"{code}（{zh}）" for code, zh in names.items()) or "无"
            raise PydanticCustomError("unknown_code", "本市没有这一类；可用：{known}", {"known": known})
        return given

    return AfterValidator(check)


def _with_units(words: Words) -> Mapping[str, str]:
    """The parties whose units have an officer."""
    return {name: party.zh for name, party in words.parties.items() if party.officer is not None}


def _reported(section: str) -> Callable[[Words], Mapping[str, str]]:
    """What lasts with a fact begins and ends with it; only the rest is reported."""
    return lambda words: {name: of.zh for name, of in getattr(words, section).items() if of.lasts_with is None}


Code = Annotated[str, AfterValidator(_well_formed)]
"""Of something that no city names: a field of the file, what a file is opened for, why care ends."""
Kind = Annotated[str, _one_of(lambda words: words.person_kinds)]
Category = Annotated[str, _one_of(lambda words: words.categories)]
Rank = Annotated[str, _one_of(lambda words: words.ranks)]
PoliticalStatus = Annotated[str, _one_of(lambda words: words.political_statuses)]
Nature = Annotated[str, _one_of(lambda words: words.natures)]
Situation = Annotated[str, _one_of(_reported("situations"))]
Wish = Annotated[str, _one_of(lambda words: words.zh["wishes"])]
Absence = Annotated[str, _one_of(_reported("absences"))]
Party = Annotated[str, _one_of(_with_units)]
Role = Annotated[str, _one_of(lambda words: words.zh["roles"])]
TeamRole = Annotated[str, _one_of(lambda words: {name: role.zh for name, role in words.team.items()})]
Change = Annotated[str, _one_of(lambda words: words.family_changes)]
Hardship = Annotated[str, _one_of(lambda words: words.hardships)]
Source = Annotated[str, _one_of(lambda words: {**words.reporters, **words.sources})]
Reporter = Annotated[str, _one_of(lambda words: words.reporters)]
